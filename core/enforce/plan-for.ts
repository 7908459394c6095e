import type { EnforcementPlan, PlannedRule } from '#core/enforce/model.ts';

/** A plan as an engine can carry it: rules for which there is a reason are skipped with it. */
export function withoutRules(plan: EnforcementPlan, whyNot: (rule: PlannedRule) => string | undefined): EnforcementPlan {
  const reasons = plan.rules.map((rule) => [rule, whyNot(rule)] as const);
  return {
    ...plan,
    rules: reasons.flatMap(([rule, why]) => (why === undefined ? [rule] : [])),
    skipped: [...plan.skipped, ...reasons.flatMap(([{ rule, title }, why]) => (why === undefined ? [] : [{ rule, title, why }]))],
  };
}
