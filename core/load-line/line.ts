import type { Overview, RuleStanding } from '#core/api/findings.ts';
import type { BaselineRow, GapRow, RatchetView, ReadyRow } from '#core/api/ratchet.ts';
import type { Effort, Severity } from '#core/model.ts';
import type { Category } from '#core/rules/model.ts';

/** What the load line draws: every rule of the strict policy in one of three zones, in its order. */

export const ZONES = ['base', 'ready', 'gap'] as const;
export type ZoneName = (typeof ZONES)[number];

export interface LineRule {
  readonly rule: string;
  readonly title: string;
  readonly category: Category;
  readonly severity: Severity;
  readonly effort: Effort;
  readonly pass: number;
  readonly fail: number;
  /** pass / (pass + fail), 0 to 1; undefined where nothing was judged. */
  readonly rate: number | undefined;
  /** Objects that broke a rule of the baseline and are no known debt. */
  readonly regressed: number;
  /** Why it stands where it does, where its counts do not say so. */
  readonly note?: string;
}

export interface Line {
  /** Undefined before there is one: then `base` is what one would hold. */
  readonly baseline: { readonly name: string; readonly rules: number } | undefined;
  readonly strict: { readonly name: string; readonly rules: number };
  readonly base: readonly LineRule[];
  readonly ready: readonly LineRule[];
  readonly gap: readonly LineRule[];
  readonly ticks: RatchetView['ticks'];
}

export const rulesOf = (line: Line): readonly LineRule[] => [...line.base, ...line.ready, ...line.gap];
export const regressedOf = (line: Line): readonly LineRule[] => line.base.filter((rule) => rule.regressed > 0);

type Common = Pick<BaselineRow, 'rule' | 'title' | 'category' | 'severity' | 'effort'>;

const column = (row: Common, pass: number, fail: number, more: Pick<LineRule, 'regressed' | 'note'>): LineRule => ({
  rule: row.rule,
  title: row.title,
  category: row.category,
  severity: row.severity,
  effort: row.effort,
  pass,
  fail,
  rate: pass + fail === 0 ? undefined : pass / (pass + fail),
  ...more,
});

/** Regressed rules stand at the end of the baseline, next to its mark; what was not judged stands last of the others. */
export const byRate = (a: LineRule, b: LineRule): number =>
  Number(a.regressed > 0) - Number(b.regressed > 0) ||
  (b.rate ?? -1) - (a.rate ?? -1) ||
  b.pass + b.fail - (a.pass + a.fail) ||
  (a.rule < b.rule ? -1 : 1);

const held = (row: BaselineRow): LineRule =>
  column(row, row.counts.pass, row.counts.fail, {
    regressed: row.regressed?.total ?? 0,
    ...(row.debt > 0 && row.regressed === undefined ? { note: 'known debt' } : {}),
  });

const ready = (row: ReadyRow): LineRule => column(row, row.applicable, 0, { regressed: 0, note: 'ready' });

const missing = (row: GapRow): LineRule =>
  column(row, row.counts.pass, row.counts.fail, {
    regressed: 0,
    ...(row.failing === 0 ? { note: row.blocked ?? row.forecast } : {}),
  });

export function lineOf(view: RatchetView): Line {
  return {
    baseline: view.baseline,
    strict: view.strict,
    base: view.held.map(held).toSorted(byRate),
    ready: view.ready.map(ready).toSorted(byRate),
    gap: view.gap.map(missing).toSorted(byRate),
    ticks: view.ticks,
  };
}

const standing = (row: RuleStanding): LineRule => column(row, row.counts.pass, row.counts.fail, { regressed: 0 });

/** Before there is a baseline: what one made from this scan would hold, and what fails. */
export function lineBefore(overview: Overview): Line {
  const part = (ids: readonly string[]): readonly LineRule[] => {
    const known = new Set(ids);
    return overview.rules
      .filter((rule) => known.has(rule.rule))
      .map(standing)
      .toSorted(byRate);
  };
  return {
    baseline: undefined,
    strict: { name: overview.policy, rules: overview.rules.length },
    base: part(overview.baseline.holds),
    ready: [],
    gap: part(overview.baseline.fails),
    ticks: [],
  };
}
