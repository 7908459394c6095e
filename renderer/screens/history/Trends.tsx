import type { Run } from '#core/api/common.ts';
import { hasVerdicts } from '#core/model.ts';
import { count, percent } from '../../ui/format.ts';
import { safe } from '../../ui/safe-text.ts';
import { Sparkline } from '../../ui/Sparkline.tsx';
import { failingOf, postureOf } from './RunTable.tsx';

/** A run's figures are those of the policy it was judged by: runs of two policies make no one line. */
export interface Series {
  readonly key: string;
  readonly source: string;
  readonly policy: string;
  /** Oldest first. */
  readonly runs: readonly Run[];
}

const SHOWN = 4;

/** What the listed runs have in common: one series per source and policy with at least two runs, the longest first. */
export function seriesOf(runs: readonly Run[]): readonly Series[] {
  const all = new Map<string, Run[]>();
  for (const run of runs) {
    if (!hasVerdicts(run) || postureOf(run) === undefined) continue;
    const key = `${run.source.id} ${run.policy}`;
    const known = all.get(key);
    if (known === undefined) all.set(key, [run]);
    else known.push(run);
  }
  return [...all]
    .filter(([, list]) => list.length > 1)
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([key, list]) => ({
      key,
      source: list[0]?.source.name ?? '',
      policy: list[0]?.policy ?? '',
      runs: list.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt)),
    }));
}

/** How the runs that are listed went: failing findings, source by source. */
export function Trends({ runs }: { readonly runs: readonly Run[] }) {
  const series = seriesOf(runs);
  if (series.length === 0) return null;
  return (
    <ul className="history-trends" aria-label="Trends">
      {series.slice(0, SHOWN).map((one) => (
        <Trend key={one.key} series={one} />
      ))}
      {series.length > SHOWN ? <li className="muted small">and {series.length - SHOWN} more: filter by source</li> : null}
    </ul>
  );
}

function Trend({ series }: { readonly series: Series }) {
  const first = series.runs[0];
  const last = series.runs.at(-1);
  if (first === undefined || last === undefined) return null;
  const failing = series.runs.map(failingOf);
  const change = failingOf(last) - failingOf(first);
  return (
    <li>
      <span className="strong table-cut">{safe(series.source)}</span>
      <span className="muted small nowrap">by {safe(series.policy)}</span>
      <Sparkline values={failing} label={`Failing findings of ${failing.length} runs: ${failing.join(', ')}`} />
      <span className="figure small nowrap">
        {count(failingOf(last))} failing{' '}
        <span className={change > 0 ? 'loss' : change < 0 ? 'gain' : 'muted'}>
          {change > 0 ? '+' : change < 0 ? '−' : '±'}
          {count(Math.abs(change))}
        </span>
      </span>
      <span className="muted figure small nowrap">{percent(postureOf(last) ?? 0)} pass</span>
    </li>
  );
}
