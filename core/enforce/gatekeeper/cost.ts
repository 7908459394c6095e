import { compile, createEnvironment } from '#core/cel/index.ts';
import type { PlannedRule } from '#core/enforce/model.ts';
import { FLOOR_MINOR } from '#core/evaluate/floor.ts';
import { RULE_COST_LIMIT } from '#core/rules/lint-cost.ts';
import type { JsonObject } from '#core/json.ts';

/** Gatekeeper gives a template this much for everything in it, in the API server's units: a tenth of what the API server gives. */
export const TEMPLATE_COST_LIMIT = 1_000_000;

/**
 * At least what a rule costs on the stress Pod, without looking: the library holds its expression to a limit, and finding the failing
 * elements computes it once more. Waivers of places make an expression longer.
 */
export function costBound(rule: PlannedRule): number {
  if (rule.waivers.length > rule.objectWaivers.length) return Number.POSITIVE_INFINITY;
  return (rule.maxCost ?? RULE_COST_LIMIT) * (findsElements(rule) ? 2 : 1);
}

const findsElements = ({ variables }: PlannedRule): boolean => variables.some(({ name }) => name === 'failing');

/**
 * What a rule costs on an object: its expression and, since the object may fail, the elements that its message is made of; conditions
 * are few units and have a budget of their own. Undefined: it does not compile.
 */
export function templateCost(rule: PlannedRule, object: JsonObject): number | undefined {
  const minor = Math.max(FLOOR_MINOR, rule.minimumMinor - 1);
  const made = createEnvironment({ minor, variables: ['object', 'oldObject', 'request'], composed: rule.variables });
  if (!made.ok) return undefined;
  const environment = made.value;
  let total = 0;
  for (const text of [rule.expression, ...(findsElements(rule) ? ['string(size(variables.failing))'] : [])]) {
    const program = compile(environment, text);
    if (!program.ok) return undefined;
    const frame = environment.frame();
    frame.set(environment.slot('object'), object);
    total += program.value.evaluateCounted(frame, { limit: TEMPLATE_COST_LIMIT + 1 }).cost;
  }
  return total;
}
