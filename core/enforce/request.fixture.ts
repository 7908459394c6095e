import { CelError, check, compile, createEnvironment } from '#core/cel/index.ts';
import type { Environment } from '#core/cel/index.ts';
import type { PlannedRule } from '#core/enforce/model.ts';
import { plan } from '#core/enforce/plan.ts';
import type { PlanOptions } from '#core/enforce/plan.ts';
import { FLOOR_MINOR } from '#core/evaluate/floor.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import type { Library, RuleSetting } from '#core/rules/model.ts';

/** A request as admission sees it; `CREATE` by a person unless it says otherwise. */
export interface TestRequest {
  readonly object: JsonObject;
  readonly oldObject?: JsonObject;
  readonly user?: string;
}

/** What a planned rule makes of a request, by our own engine: `skipped` where a condition does not hold. */
export interface Outcome {
  readonly result: 'skipped' | 'passes' | 'fails';
  readonly message?: string;
}

const NAMES = ['object', 'oldObject', 'request'];

/** @throws {Error} where an expression does not compile or cannot be computed. */
export const outcomeOf = (rule: PlannedRule, { object, oldObject, user = 'ada' }: TestRequest): Outcome => {
  const request = { operation: oldObject === undefined ? 'CREATE' : 'UPDATE', userInfo: { username: user } };
  const key = JSON.stringify([rule.conditions, rule.variables, rule.expression, rule.message, rule.messageExpression ?? null]);
  const known = compiled.get(key) ?? outcomes(rule);
  compiled.set(key, known);
  return known({ object, oldObject: oldObject ?? null, request });
};

/** Tests ask about thousands of requests, of rules that differ in their modes only. */
const compiled = new Map<string, ReturnType<typeof outcomes>>();

/** The variables of a request, as an engine sets them. */
export interface RequestVariables {
  readonly object: JsonObject;
  readonly oldObject: JsonValue;
  readonly request: JsonObject;
}

/**
 * A planned rule, compiled once.
 * @throws {Error} where an expression does not compile; the outcome, where one cannot be computed.
 */
export function outcomes(rule: PlannedRule): (variables: RequestVariables) => Outcome {
  const made = createEnvironment({ minor: FLOOR_MINOR, variables: NAMES, composed: rule.variables });
  if (!made.ok) throw new Error(`${rule.rule}: ${made.error.message}`);
  const conditions = rule.conditions.map(({ expression }) => evaluation(made.value, expression));
  const passes = evaluation(made.value, rule.expression);
  const says = rule.messageExpression === undefined ? undefined : evaluation(made.value, rule.messageExpression);
  return (variables) => {
    if (conditions.some((holds) => holds(variables) !== true)) return { result: 'skipped' };
    if (passes(variables) === true) return { result: 'passes' };
    const said = says === undefined ? rule.message : says(variables);
    if (typeof said !== 'string') throw new Error(`${rule.rule}: the message is no text`);
    return { result: 'fails', message: said };
  };
}

function evaluation(environment: Environment, text: string): (variables: RequestVariables) => JsonValue {
  const program = compile(environment, text);
  if (!program.ok || !check(environment, text).ok) throw new Error(`does not compile: ${text}`);
  return (variables) => {
    const frame = environment.frame();
    for (const [name, value] of Object.entries(variables)) frame.set(environment.slot(name), value);
    const value = program.value.evaluate(frame);
    if (value instanceof CelError) throw new Error(`${value.message}: ${text}`);
    return value as JsonValue;
  };
}

export const OPTIONS: PlanOptions = { waivers: [], today: '2026-11-29', excludedNamespaces: [], failurePolicy: 'Ignore' };

/** One rule of a library, planned as a policy sets it. */
export function plannedRule(
  library: Library,
  rule: string,
  setting: Partial<RuleSetting> = {},
  options: Partial<PlanOptions> = {},
): PlannedRule {
  const policy = { name: 'shop', title: '', description: '', rules: { [rule]: { mode: 'deny' as const, ...setting } } };
  const { rules, skipped } = plan(policy, library, { ...OPTIONS, ...options });
  const [planned] = rules;
  if (planned === undefined) throw new Error(`${rule} was skipped: ${skipped[0]?.why ?? 'it is off'}`);
  return planned;
}
