import './sparkline.css';

const WIDTH = 68;
const HEIGHT = 18;

/** Counts of the last scans as a step line: nothing is known between two scans. Fewer is better: its hue says which way it went. */
export function Sparkline({ values, label }: { readonly values: readonly number[]; readonly label: string }) {
  const first = values[0];
  const last = values.at(-1);
  if (first === undefined || last === undefined || values.length < 2) return null;
  const peak = Math.max(...values);
  const least = Math.min(...values);
  const x = (index: number): number => 1 + (index / (values.length - 1)) * (WIDTH - 6);
  const y = (value: number): number => (peak === least ? HEIGHT / 2 : 3 + ((peak - value) / (peak - least)) * (HEIGHT - 6));
  const path = values.map((value, index) => (index === 0 ? `M${x(0)} ${y(value)}` : `H${x(index)}V${y(value)}`)).join('');
  const tone = last < first ? 'gain' : last > first ? 'loss' : 'muted';
  return (
    <svg className={`sparkline ${tone}`} width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
      <path d={path} />
      <circle cx={x(values.length - 1)} cy={y(last)} r="2" />
    </svg>
  );
}
