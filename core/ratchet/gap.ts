import type { GapRow, ReadyRow } from '#core/api/ratchet.ts';
import { EFFORTS } from '#core/model.ts';
import { isOn } from '#core/policy/effective.ts';
import type { RuleCounts } from '#core/policy/project.ts';
import { byRule, failingFigures } from '#core/ratchet/failing.ts';
import type { Place, TeamOf } from '#core/ratchet/failing.ts';
import type { Eligibility } from '#core/ratchet/eligible.ts';
import { blockedReason, forecast } from '#core/ratchet/forecast.ts';
import type { Policy } from '#core/rules/model.ts';
import type { Criteria } from '#core/workspace/model.ts';

/** The strict policy on a scan, beside the baseline and the history. */
export interface GapInput {
  readonly strict: { readonly rules: readonly RuleCounts[]; readonly findings: readonly Place[] };
  readonly baseline: Policy | undefined;
  readonly criteria: Criteria;
  readonly teamOf: TeamOf;
  readonly eligibility: (rule: string) => Eligibility;
  /** Failing objects of the last runs, oldest first. */
  readonly trend: (rule: string) => readonly number[];
  /** Why this scan has no sound verdict on the rule, where it has none (core/policy/coverage.ts). */
  readonly missing: (rule: string) => string | undefined;
}

export interface Gap {
  /** Rules that pass consistently and wait for promotion, in the policy's order. */
  readonly ready: readonly ReadyRow[];
  /** What is missing: least effort first, then fewest failing objects. */
  readonly gap: readonly GapRow[];
}

/** Strict minus baseline: every rule of the strict policy that the baseline does not hold is ready, or in the gap. */
export function gapOf(input: GapInput): Gap {
  const { strict, baseline } = input;
  const failing = byRule(strict.findings.filter(({ verdict }) => verdict === 'fail'));
  const ready: ReadyRow[] = [];
  const gap: GapRow[] = [];
  for (const row of strict.rules) {
    const { id } = row.rule.rule;
    if (isOn(baseline, id)) continue;
    const found = input.eligibility(id);
    const { counts } = row;
    if (found.eligible && counts.fail === 0 && counts.waived === 0) ready.push(readyRow(row, found));
    else gap.push(gapRow(row, found, failing.get(id) ?? [], input));
  }
  return { ready, gap: gap.toSorted(leastFirst) };
}

const common = ({ rule: { rule, severity } }: RuleCounts) => ({
  rule: rule.id,
  title: rule.title,
  category: rule.category,
  severity,
  effort: rule.effort,
});

const readyRow = (row: RuleCounts, { streaks }: Eligibility): ReadyRow => ({
  ...common(row),
  applicable: row.counts.pass,
  streaks: [...streaks],
});

function gapRow(row: RuleCounts, found: Eligibility, places: readonly Place[], input: GapInput): GapRow {
  const { counts } = row;
  const figures = failingFigures(places, input.teamOf);
  const blocked = counts.fail > 0 ? undefined : blockedReason(counts, input.missing(found.rule), found.streaks);
  const teams = figures.teams.length;
  return {
    ...common(row),
    counts,
    failing: counts.fail,
    findings: figures.findings,
    namespaces: figures.namespaces.length,
    teams: [...figures.teams],
    trend: [...input.trend(found.rule)],
    streaks: [...found.streaks],
    forecast: forecast({ failing: counts.fail, teams, blocked, streaks: found.streaks, criteria: input.criteria }),
    ...(blocked === undefined ? {} : { blocked }),
  };
}

const leastFirst = (left: GapRow, right: GapRow): number =>
  EFFORTS.indexOf(left.effort) - EFFORTS.indexOf(right.effort) ||
  left.failing - right.failing ||
  (left.rule < right.rule ? -1 : left.rule > right.rule ? 1 : 0);
