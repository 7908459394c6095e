import { actionsOf, milder } from '#core/enforce/actions.ts';
import type { Step } from '#core/enforce/actions.ts';
import type { EnforcementPlan, EnforceMode, FailurePolicy } from '#core/enforce/model.ts';

/** What may change of a plan without any expression of it being made anew. */
export interface Stepping {
  /** What the policy says of a rule. */
  readonly mode: (rule: string) => EnforceMode;
  readonly steps: readonly Step[];
  /** How far a rule goes at most, whatever the steps say (the rollout plan); undefined: no limit. */
  readonly limit?: (rule: string) => EnforceMode | undefined;
  readonly failurePolicy: FailurePolicy;
  /** Those of the plan, and names (no patterns) besides. */
  readonly excludedNamespaces: readonly string[];
}

/** A plan with other modes and excluded names: what `plan` gives with these options. */
export function stepped(
  plan: EnforcementPlan,
  { mode, steps, limit, failurePolicy, excludedNamespaces }: Stepping,
): EnforcementPlan {
  return {
    ...plan,
    excludedNamespaces,
    rules: plan.rules.map((rule) => {
      const most = limit?.(rule.rule);
      const capped = most === undefined ? steps : withGeneral(steps).map((step) => ({ ...step, mode: milder(step.mode, most) }));
      const actions = actionsOf(mode(rule.rule), capped);
      const denies = actions.some((action) => action.mode === 'deny');
      return { ...rule, actions, failurePolicy: denies ? failurePolicy : 'Ignore' };
    }),
  };
}

const withGeneral = (steps: readonly Step[]): readonly Step[] =>
  steps.some(({ namespaces }) => namespaces === undefined) ? steps : [...steps, { mode: 'deny' }];
