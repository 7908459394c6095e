import type { RulePage } from '#core/api/rules.ts';
import { percent } from '../../ui/format.ts';

const WIDTH = 132;
const HEIGHT = 22;

/** Pass rate over the last scans as a step line: nothing is known between two scans. */
export function RateLine({ history }: { readonly history: RulePage['history'] }) {
  const points = history
    .filter(({ counts }) => counts.pass + counts.fail > 0)
    .map(({ startedAt, counts }) => ({ time: Date.parse(startedAt), rate: counts.pass / (counts.pass + counts.fail) }));
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2 || last.time === first.time) return null;
  const x = (time: number): number => ((time - first.time) / (last.time - first.time)) * (WIDTH - 6) + 2;
  const y = (rate: number): number => 3 + (1 - rate) * (HEIGHT - 6);
  const path = points
    .map((point, index) => (index === 0 ? `M${x(point.time)} ${y(point.rate)}` : `H${x(point.time)}V${y(point.rate)}`))
    .join('');
  const tone = last.rate > first.rate ? 'gain' : last.rate < first.rate ? 'loss' : 'muted';
  return (
    <svg
      className={`rate-line ${tone}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={`Pass rate went from ${percent(first.rate)} to ${percent(last.rate)} in ${points.length} scans`}
    >
      <path d={path} />
      <circle cx={x(last.time)} cy={y(last.rate)} r="2.4" />
    </svg>
  );
}
