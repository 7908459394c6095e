import type { Matchers } from '#core/rules/model.ts';
import { missingFor } from '#core/policy/coverage.ts';
import type { CoverageView } from '#core/policy/coverage.ts';
import type { Projection, RuleCounts } from '#core/policy/project.ts';

/** What a baseline made from this scan would contain, and what keeps the other rules out. Rule ids, in the policy's order. */
export interface BaselineProposal {
  /** Applicable at least once, no failure, nothing left open. */
  readonly holds: readonly string[];
  readonly fails: readonly string[];
  readonly notApplicable: readonly string[];
  /** Something that the rule needs was not read or not computed; never counted as holding. */
  readonly notEvaluated: readonly { readonly rule: string; readonly reason: string }[];
}

export function proposeBaseline(
  { rules }: Pick<Projection, 'rules'>,
  matchers: Matchers,
  coverage: CoverageView,
): BaselineProposal {
  const holds: string[] = [];
  const fails: string[] = [];
  const notApplicable: string[] = [];
  const notEvaluated: { rule: string; reason: string }[] = [];
  for (const row of rules) {
    const { rule } = row.rule;
    const open = openReason(row, missingFor(rule, matchers, coverage));
    if (row.counts.fail > 0) fails.push(rule.id);
    else if (open !== undefined) notEvaluated.push({ rule: rule.id, reason: open });
    else if (row.counts.pass > 0 && row.counts.waived === 0) holds.push(rule.id);
    else if (row.counts.waived > 0) fails.push(rule.id);
    else notApplicable.push(rule.id);
  }
  return { holds, fails, notApplicable, notEvaluated };
}

function openReason(row: RuleCounts, missing: string | undefined): string | undefined {
  if (missing !== undefined) return missing;
  if (row.counts.error > 0) return `${row.counts.error} objects could not be judged`;
  return row.counts.notEvaluated > 0 ? `${row.counts.notEvaluated} objects were not evaluated` : undefined;
}
