import { CelError, check, compile, createEnvironment } from '#core/cel/index.ts';
import type { Environment, Program } from '#core/cel/index.ts';
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
export function outcomeOf(rule: PlannedRule, { object, oldObject, user = 'ada' }: TestRequest): Outcome {
  const environment = environmentOf(rule);
  const request = { operation: oldObject === undefined ? 'CREATE' : 'UPDATE', userInfo: { username: user } };
  const value = (text: string): JsonValue => valueOf(environment, text, { object, oldObject: oldObject ?? null, request });
  if (rule.conditions.some(({ expression }) => value(expression) !== true)) return { result: 'skipped' };
  if (value(rule.expression) === true) return { result: 'passes' };
  const said = rule.messageExpression === undefined ? rule.message : value(rule.messageExpression);
  if (typeof said !== 'string') throw new Error(`${rule.rule}: the message is no text`);
  return { result: 'fails', message: said };
}

/** Compiled once: tests ask about thousands of requests. */
const environments = new Map<string, Environment>();
const programs = new WeakMap<Environment, Map<string, Program>>();

function environmentOf({ rule, variables }: PlannedRule): Environment {
  const key = JSON.stringify(variables);
  const known = environments.get(key);
  if (known !== undefined) return known;
  const made = createEnvironment({ minor: FLOOR_MINOR, variables: NAMES, composed: variables });
  if (!made.ok) throw new Error(`${rule}: ${made.error.message}`);
  environments.set(key, made.value);
  return made.value;
}

function programOf(environment: Environment, text: string): Program {
  const known = programs.get(environment) ?? new Map<string, Program>();
  programs.set(environment, known);
  const before = known.get(text);
  if (before !== undefined) return before;
  const program = compile(environment, text);
  if (!program.ok || !check(environment, text).ok) throw new Error(`does not compile: ${text}`);
  known.set(text, program.value);
  return program.value;
}

function valueOf(environment: Environment, text: string, variables: Readonly<Record<string, JsonValue>>): JsonValue {
  const program = programOf(environment, text);
  const frame = environment.frame();
  for (const [name, value] of Object.entries(variables)) frame.set(environment.slot(name), value);
  const value = program.evaluate(frame);
  if (value instanceof CelError) throw new Error(`${value.message}: ${text}`);
  return value as JsonValue;
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
