import { BINDING_COST_LIMIT, compile, createEnvironment, EXPRESSION_COST_LIMIT, formatCost } from '#core/cel/index.ts';
import { oneExpression } from '#core/evaluate/one-expression.ts';
import { NEWEST_MINOR } from '#core/evaluate/floor.ts';
import { FLOOR_MINOR } from '#core/evaluate/plan.ts';
import { normaliser } from '#core/inventory/normalise.ts';
import type { JsonObject } from '#core/json.ts';
import { dependsOnKubernetes, forKubernetes } from '#core/rules/kubernetes.ts';
import type { LibraryIssue } from '#core/rules/load.ts';
import type { Library, Rule } from '#core/rules/model.ts';
import { stressPod } from '#core/rules/stress-pod.ts';

/** What a rule may cost on the stress Pod unless it says otherwise, in the API server's units (decisions.md 15). */
export const RULE_COST_LIMIT = 250_000;

/** Rules that cost more on the stress Pod than they may; `maxCost` in the rule's file allows more, with a comment that says why. */
export function costIssues(library: Library): readonly LibraryIssue[] {
  const pod = normaliser(library.defaults, library.matchers)(stressPod());
  return library.rules.flatMap((rule) => {
    const cost = Math.max(...forms(rule).map((form) => ruleCost(form, library, pod) ?? 0));
    const limit = Math.min(rule.maxCost ?? RULE_COST_LIMIT, EXPRESSION_COST_LIMIT);
    if (cost <= limit) return [];
    const message = `costs ${formatCost(cost)} on the stress Pod, at most ${formatCost(limit)} is allowed${rule.maxCost === undefined ? ' without maxCost' : ''}`;
    return [{ file: rule.file, path: 'require', message: `${rule.id} ${message}` }];
  });
}

/** A rule as it is for each Kubernetes minor, each form once. */
function forms(rule: Rule): readonly Rule[] {
  if (!dependsOnKubernetes(rule)) return [rule];
  const minors = Array.from({ length: NEWEST_MINOR + 1 }, (_, minor) => minor);
  return [
    ...new Map(minors.map((minor) => forKubernetes(rule, minor)).map((form) => [`${form.when} ${form.require}`, form])).values(),
  ];
}

/**
 * The cost of a rule's one-expression form on an object, composed variables included, as an admission policy with this rule alone
 * is charged for it. undefined: the rule has no such form, or one that does not compile (which the examples' lint reports).
 */
export function ruleCost(rule: Rule, library: Library, object: JsonObject): number | undefined {
  if (rule.scope !== 'object') return undefined;
  const form = oneExpression(rule, library.matchers);
  if (!form.ok) return undefined;
  const environment = createEnvironment({ minor: FLOOR_MINOR, variables: ['object'], composed: form.value.variables });
  const program = environment.ok ? compile(environment.value, form.value.expression) : undefined;
  if (!environment.ok || program?.ok !== true) return undefined;
  const frame = environment.value.frame();
  frame.set(environment.value.slot('object'), object);
  return program.value.evaluateCounted(frame, { limit: BINDING_COST_LIMIT }).cost;
}
