import type { VerdictCounts } from '#core/model.ts';
import { missingFor } from '#core/policy/coverage.ts';
import type { CoverageView } from '#core/policy/coverage.ts';
import type { PolicyRule, RuleCounts } from '#core/policy/project.ts';
import { addCounts } from '#core/ratchet/counts.ts';
import type { Matchers } from '#core/rules/model.ts';

/** A scan as a baseline is proposed from it. */
export interface BaselineScan {
  readonly rules: readonly RuleCounts[];
  readonly coverage: CoverageView;
  /** Scans of one source are looks at the same objects: figures are those of the first one given. */
  readonly source: string;
}

export const PLACES = ['holds', 'fails', 'notApplicable', 'notEvaluated'] as const;
export type BaselinePlace = (typeof PLACES)[number];

/** Whether a rule would be in a baseline made from the scans, and what keeps it out. */
export interface PlacedRule {
  readonly rule: PolicyRule;
  readonly place: BaselinePlace;
  readonly reason?: string;
  /** Sums over the first scan of each source. */
  readonly counts: VerdictCounts;
}

/**
 * A rule holds where it applies in at least one scan and in every scan nothing of it fails, is waived or is left open. A failure
 * anywhere weighs more than what is not known elsewhere. In the order of the first scan's rules; newest scans first.
 */
export function proposeBaseline(scans: readonly BaselineScan[], matchers: Matchers): readonly PlacedRule[] {
  const byScan = scans.map((scan) => ({ scan, rows: new Map(scan.rules.map((row) => [row.rule.rule.id, row])) }));
  const firsts = byScan.filter(({ scan }, index) => scans.findIndex(({ source }) => source === scan.source) === index);
  return (scans[0]?.rules ?? []).map(({ rule }) => {
    const { id } = rule.rule;
    const seen = byScan.map(({ scan, rows }) => placeIn(scan, rows.get(id), rule, matchers));
    return { rule, ...together(seen), counts: addCounts(firsts.map(({ rows }) => rows.get(id)?.counts)) };
  });
}

interface Seen {
  readonly place: BaselinePlace;
  readonly reason?: string;
}

function placeIn(scan: BaselineScan, row: RuleCounts | undefined, { rule }: PolicyRule, matchers: Matchers): Seen {
  if (row === undefined) return { place: 'notEvaluated', reason: 'the rule was not judged in every scan' };
  const { counts } = row;
  if (counts.fail > 0) return { place: 'fails' };
  const open = missingFor(rule, matchers, scan.coverage) ?? openReason(counts);
  if (open !== undefined) return { place: 'notEvaluated', reason: open };
  if (counts.waived > 0) return { place: 'fails', reason: 'a waiver is no pass' };
  return { place: counts.pass > 0 ? 'holds' : 'notApplicable' };
}

const WORST_FIRST: readonly BaselinePlace[] = ['fails', 'notEvaluated', 'holds', 'notApplicable'];

function together(seen: readonly Seen[]): Seen {
  for (const place of WORST_FIRST) {
    const found = seen.find((one) => one.place === place);
    if (found !== undefined) return found;
  }
  return { place: 'notEvaluated', reason: 'no scan was given' };
}

function openReason(counts: VerdictCounts): string | undefined {
  if (counts.error > 0) return `${counts.error} objects could not be judged`;
  return counts.notEvaluated > 0 ? `${counts.notEvaluated} objects were not evaluated` : undefined;
}

/** What a baseline made now would contain, as lists of rule ids. */
export interface BaselineProposal {
  readonly holds: readonly string[];
  readonly fails: readonly string[];
  readonly notApplicable: readonly string[];
  readonly notEvaluated: readonly { readonly rule: string; readonly reason: string }[];
}

export function byPlace(placed: readonly PlacedRule[]): BaselineProposal {
  const at = (place: BaselinePlace): readonly PlacedRule[] => placed.filter((row) => row.place === place);
  const ids = (place: BaselinePlace): readonly string[] => at(place).map(({ rule }) => rule.rule.id);
  return {
    holds: ids('holds'),
    fails: ids('fails'),
    notApplicable: ids('notApplicable'),
    notEvaluated: at('notEvaluated').map(({ rule, reason = '' }) => ({ rule: rule.rule.id, reason })),
  };
}
