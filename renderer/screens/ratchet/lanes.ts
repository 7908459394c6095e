import type { BaselineRow, GapRow, RatchetView, ReadyRow, SourceStreak } from '#core/api/ratchet.ts';
import { EFFORTS, SEVERITIES } from '#core/model.ts';
import { CATEGORIES } from '#core/rules/model.ts';
import { plural, words } from '../../ui/format.ts';

/** The three lanes as lists: rows under heads. Pure, so that it can be tested. */

export type LaneItem<R> =
  | { readonly type: 'head'; readonly title: string; readonly note: string; readonly bad?: boolean }
  | { readonly type: 'row'; readonly row: R };

const group = <R>(title: string, note: string, rows: readonly R[], bad = false): readonly LaneItem<R>[] =>
  rows.length === 0 ? [] : [{ type: 'head', title, note, bad }, ...rows.map((row): LaneItem<R> => ({ type: 'row', row }))];

const bySeverity = (
  a: { severity: GapRow['severity']; title: string },
  b: { severity: GapRow['severity']; title: string },
): number => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || a.title.localeCompare(b.title);

/** What regressed first, then by category. */
export function heldItems(rows: readonly BaselineRow[]): readonly LaneItem<BaselineRow>[] {
  const broken = rows.filter((row) => row.regressed !== undefined);
  const holding = rows.filter((row) => row.regressed === undefined);
  return [
    ...group('regressed', String(broken.length), broken.toSorted(bySeverity), true),
    ...CATEGORIES.flatMap((category) => {
      const some = holding.filter((row) => row.category === category);
      return group(words(category), String(some.length), some.toSorted(bySeverity));
    }),
  ];
}

export const readyItems = (rows: readonly ReadyRow[]): readonly LaneItem<ReadyRow>[] =>
  rows.toSorted(bySeverity).map((row) => ({ type: 'row', row }));

export const GAP_SORTS = ['title', 'severity', 'failing', 'namespaces', 'teams', 'change'] as const;
export type GapSort = (typeof GAP_SORTS)[number];

/** How the failing objects changed over the scans of the trend. */
export const changeOf = (row: GapRow): number => (row.trend.at(-1) ?? 0) - (row.trend[0] ?? 0);

const VALUES: Readonly<Record<GapSort, (row: GapRow) => number | string>> = {
  title: (row) => row.title,
  severity: (row) => SEVERITIES.indexOf(row.severity),
  failing: (row) => row.failing,
  namespaces: (row) => row.namespaces,
  teams: (row) => row.teams.length,
  change: changeOf,
};

const compare = (a: number | string, b: number | string): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));

/** What fails nowhere any more comes first: it only waits. Then by effort, the least work first. */
export function gapItems(rows: readonly GapRow[], by: GapSort, descending: boolean): readonly LaneItem<GapRow>[] {
  const sign = descending ? -1 : 1;
  const sorted = rows.toSorted(
    (a, b) => sign * compare(VALUES[by](a), VALUES[by](b)) || a.failing - b.failing || a.title.localeCompare(b.title),
  );
  const waiting = sorted.filter((row) => row.failing === 0);
  const failing = sorted.filter((row) => row.failing > 0);
  return [
    ...group('nothing fails, not ready yet', plural(waiting.length, 'rule'), waiting),
    ...EFFORTS.flatMap((effort) => {
      const some = failing.filter((row) => row.effort === effort);
      const findings = some.reduce((sum, row) => sum + row.findings, 0);
      return group(`${effort} to fix`, `${plural(some.length, 'rule')}, ${plural(findings, 'finding')}`, some);
    }),
  ];
}

/** `5 runs over 9 days in harbour-prod`: what a promotion rests on, in words. */
export const streakWords = (streak: SourceStreak): string =>
  `${plural(streak.runs, 'clean run')} over ${plural(Math.floor(streak.days), 'day')} in ${streak.source}`;

export const promotionReason = (rows: readonly ReadyRow[], criteria: RatchetView['criteria']): string => {
  const one = rows.length === 1 ? rows[0] : undefined;
  return one === undefined
    ? `${plural(rows.length, 'rule')} passed consistently: at least ${plural(criteria.runs, 'clean run')} over ${plural(criteria.days, 'day')} in ${criteria.sources.join(', ')}.`
    : `Passed consistently: ${one.streaks.map(streakWords).join(', ')}.`;
};

export function demotionReason(rows: readonly BaselineRow[]): string {
  const parts = rows.map((row) => {
    const total = row.regressed?.total ?? 0;
    return total === 0 ? row.rule : `${row.rule} fails on ${plural(total, 'new object')}`;
  });
  return parts.length === 0 ? '' : `Regressed: ${parts.join('; ')}.`;
}
