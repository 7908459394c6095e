import { compile, EXPRESSION_COST_LIMIT, formatCost } from '#core/cel/index.ts';
import type { Frame, Program } from '#core/cel/index.ts';
import { oneExpression } from '#core/evaluate/one-expression.ts';
import type { Plan, PlannedRule } from '#core/evaluate/plan.ts';
import { isObject, own } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';

/**
 * What the one-expression form of a rule costs at most for each element and each list that the walk comes by, besides `require`
 * and `when`: its loops, the conditions of its lists, the tests for absent fields. A test holds it against every collection.
 */
export const COST_PER_ITEM = 200;
/** The same for what happens once. */
export const COST_OF_FORM = 2000;

/**
 * The annotations' texts in stretches of 64 characters: an expression looks into the last-applied annotation too, which the walk
 * over strings leaves out. A rule about texts costs at most its `leastBound` for each stretch.
 */
export function textUnits(object: JsonObject): number {
  const metadata = own(object, 'metadata');
  const annotations = metadata === undefined ? undefined : own(metadata, 'annotations');
  if (!isObject(annotations)) return 0;
  let units = 0;
  for (const key of Object.keys(annotations)) {
    const text = own(annotations, key);
    units += typeof text === 'string' ? 1 + (text.length >>> 6) : 1;
  }
  return units;
}

/**
 * Whether rules cost more than the API server allows: the cost of a rule is that of its one-expression form (decisions.md 15),
 * which is only evaluated where a bound from the walk over the elements exceeds the limit.
 */
export class RuleCosts {
  readonly #plan: Plan;
  readonly #frame: Frame;
  readonly #forms = new Map<number, Program | undefined>();

  constructor(plan: Plan, frame: Frame) {
    this.#plan = plan;
    this.#frame = frame;
  }

  /**
   * Why a rule may not be enforced on the object that the frame holds, or undefined. `bound` is what `require` and `when` cost at
   * most on all elements together, `items` how many elements and lists there are.
   */
  excess(rule: PlannedRule, bound: number, items: number): string | undefined {
    if (bound + items * COST_PER_ITEM + COST_OF_FORM <= EXPRESSION_COST_LIMIT) return undefined;
    const form = this.#formOf(rule);
    if (form === undefined || !form.evaluateCounted(this.#frame).exceeded) return undefined;
    return `as one expression the rule costs more here than the API server allows (${formatCost(EXPRESSION_COST_LIMIT)})`;
  }

  /** Cluster rules have no form; a form that does not compile is found by the lint. */
  #formOf(rule: PlannedRule): Program | undefined {
    if (this.#forms.has(rule.index)) return this.#forms.get(rule.index);
    const form = oneExpression(rule.rule, this.#plan.matchers);
    const compiled = form.ok ? compile(this.#plan.environment, form.value.expression) : undefined;
    const program = compiled?.ok === true ? compiled.value : undefined;
    this.#forms.set(rule.index, program);
    return program;
  }
}
