import type { PolicyRule, RuleCounts } from '#core/policy/project.ts';
import { byRule } from '#core/ratchet/failing.ts';
import type { Place } from '#core/ratchet/failing.ts';
import type { Decision } from '#core/workspace/model.ts';

/** What was decided of a rule that fails in a policy (issue: every rule that fails needs a decision). Disabled rules are not judged. */
export const DECISION_STATES = ['undecided', 'fix', 'debt', 'waived'] as const;
export type DecisionState = (typeof DECISION_STATES)[number];

export interface RuleDecision<P extends Place = Place> {
  readonly rule: PolicyRule;
  /** `undecided` while any failing place is neither waived, nor known debt, nor being fixed. */
  readonly state: DecisionState;
  /** Failing places that neither a waiver nor debt covers. */
  readonly open: readonly P[];
  readonly waived: number;
  readonly debt: number;
  /** Something is waived or debt, but not all. */
  readonly partly: boolean;
  /** What the file says, where it has the state `fix`. */
  readonly fix?: Decision;
  /** The fix was due before today. */
  readonly overdue: boolean;
}

export interface DecisionInput<P extends Place> {
  readonly policy: string;
  readonly rules: readonly RuleCounts[];
  readonly findings: readonly P[];
  readonly decisions: readonly Decision[];
  /** `YYYY-MM-DD`. */
  readonly today: string;
  /** Since when a rule has failed without a break, as far as is known; ISO 8601. */
  readonly since?: (rule: string) => string | undefined;
}

/**
 * The state of every rule that fails or is waived, in the policy's order. To accept debt covers what was frozen and nothing that
 * came after: new failures of the same rule are undecided again. So is a rule that held again after somebody said to fix it: what
 * fails then is another failure.
 */
export function ruleDecisions<P extends Place>({
  policy,
  rules,
  findings,
  decisions,
  today,
  since,
}: DecisionInput<P>): readonly RuleDecision<P>[] {
  const failing = byRule(findings.filter(({ verdict }) => verdict === 'fail' || verdict === 'waived'));
  const fixes = new Map(
    decisions.flatMap((decision) =>
      decision.policy === policy && decision.decision === 'fix' ? [[decision.rule, decision] as const] : [],
    ),
  );
  return rules.flatMap(({ rule }) => {
    const places = failing.get(rule.rule.id) ?? [];
    if (places.length === 0) return [];
    const fix = fixes.get(rule.rule.id);
    const isOver = fix !== undefined && (since?.(rule.rule.id) ?? '') > fix.decided;
    return [ruleDecision(rule, places, isOver ? undefined : fix, today)];
  });
}

function ruleDecision<P extends Place>(
  rule: PolicyRule,
  places: readonly P[],
  fix: Decision | undefined,
  today: string,
): RuleDecision<P> {
  const waived = places.filter(({ verdict }) => verdict === 'waived').length;
  const debt = places.filter((place) => place.verdict === 'fail' && place.debt === true).length;
  const open = places.filter((place) => place.verdict === 'fail' && place.debt !== true);
  const covered = { rule, open, waived, debt, partly: open.length > 0 && waived + debt > 0 };
  if (open.length === 0) return { ...covered, state: debt > 0 ? 'debt' : 'waived', overdue: false };
  if (fix === undefined) return { ...covered, state: 'undecided', overdue: false };
  return { ...covered, state: 'fix', fix, overdue: fix.due !== undefined && fix.due < today };
}
