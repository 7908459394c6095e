import { NAME_LABEL } from '#core/enforce/labels.ts';
import type { Action, EnforcementPlan } from '#core/enforce/model.ts';
import type { JsonObject } from '#core/json.ts';

/** Where an action does not count, by name; patterns are conditions of the plan. */
export const namesOutside = (plan: EnforcementPlan, { exceptNamespaces = [] }: Action): readonly string[] => {
  const excluded = plan.excludedNamespaces.filter((namespace) => !namespace.includes('*'));
  return [...new Set([...excluded, ...exceptNamespaces])].toSorted();
};

/** A selector of the namespaces of an action, so that no two actions of a rule count in one; empty where it counts in all. */
export function namespaceSelector(plan: EnforcementPlan, action: Action): { readonly namespaceSelector?: JsonObject } {
  const not = namesOutside(plan, action);
  const matchExpressions = [
    ...(action.namespaces === undefined ? [] : [{ key: NAME_LABEL, operator: 'In', values: action.namespaces }]),
    ...(not.length === 0 ? [] : [{ key: NAME_LABEL, operator: 'NotIn', values: not }]),
  ];
  return matchExpressions.length === 0 ? {} : { namespaceSelector: { matchExpressions } };
}
