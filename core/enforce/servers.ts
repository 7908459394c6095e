import { check, createEnvironment } from '#core/cel/index.ts';
import type { CelIssue, Environment } from '#core/cel/index.ts';
import { NEWEST_MINOR, OLDEST_MINOR } from '#core/enforce/minors.ts';
import { MESSAGE_VARIABLE_NAMES } from '#core/enforce/message.ts';
import type { Condition } from '#core/enforce/model.ts';
import type { ComposedVariable } from '#core/evaluate/variables.ts';
import { FLOOR_MINOR } from '#core/evaluate/floor.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';

/** Everything of a rule that an API server compiles when it takes the policy. */
export interface Expressions {
  readonly conditions: readonly Condition[];
  readonly variables: readonly ComposedVariable[];
  readonly expression: string;
  readonly messageExpression?: string;
}

export { NEWEST_MINOR, OLDEST_MINOR };
/** The first server with ValidatingAdmissionPolicy v1; what it lets a new policy use is the floor of all expressions. */
export const FIRST_STABLE_MINOR = FLOOR_MINOR + 1;

/** An expression may be this long, in code points. */
const LONGEST = 100_000;

/** The oldest server minor that takes all of it, or why none does. A server lets a new policy use what the minor before it knew. */
export function minimumMinor(expressions: Expressions): Result<number, string> {
  const { conditions, variables, expression } = expressions;
  const texts = [...conditions, ...variables].map((one) => one.expression);
  const longest = Math.max(...[...texts, expression].map((text) => text.length));
  if (longest > LONGEST) return err(`an expression is ${longest} characters long, an API server takes ${LONGEST}`);
  let why = '';
  for (let minor = OLDEST_MINOR; minor <= NEWEST_MINOR; minor += 1) {
    const refused = refusedAt(expressions, minor - 1);
    if (refused === undefined) return ok(minor);
    why = refused;
  }
  return err(`no API server takes it: ${why}`);
}

const NAMES = ['object', 'oldObject', 'request'];

/** Environments by minor and composed variables: most rules share theirs, and making one takes longer than checking a rule. */
const environments = new Map<string, Result<Environment, CelIssue>>();
/** Refusals of match conditions, which most rules share as well. */
const conditionRefusals = new Map<string, string | undefined>();
const KEPT = 500;

/** Makes room for one more in a map that only saves time. */
function bounded<T>(map: Map<string, T>): Map<string, T> {
  if (map.size >= KEPT) map.clear();
  return map;
}

function environmentOf(minor: number, composed: readonly ComposedVariable[]): Result<Environment, CelIssue> {
  const key = JSON.stringify([minor, composed.map(({ name, expression }) => [name, expression])]);
  const known = environments.get(key) ?? createEnvironment({ minor, variables: NAMES, composed });
  bounded(environments).set(key, known);
  return known;
}

function refusedAt({ conditions, variables, expression, messageExpression }: Expressions, minor: number): string | undefined {
  for (const condition of conditions) {
    const refused = conditionRefusal(condition.expression, minor);
    if (refused !== undefined) return refused;
  }
  const own = environmentOf(
    minor,
    variables.filter(({ name }) => !MESSAGE_VARIABLE_NAMES.includes(name)),
  );
  if (!own.ok) return own.error.message;
  const judged = refusal(own.value, expression, 'bool');
  if (judged !== undefined || messageExpression === undefined) return judged;
  return speechRefusal(own.value, { variables, messageExpression }, minor);
}

/**
 * Whether a message is taken. No two rules have the same, so that its variables are not made into an environment: written in place
 * where they are used they have the same types. What that refuses (their names may stand in a text) is looked at as it will be.
 */
function speechRefusal(
  own: Environment,
  { variables, messageExpression }: { readonly variables: Expressions['variables']; readonly messageExpression: string },
  minor: number,
): string | undefined {
  const told = variables.filter(({ name }) => MESSAGE_VARIABLE_NAMES.includes(name));
  const inPlace = (text: string): string =>
    told.toReversed().reduce((so, { name, expression }) => so.replaceAll(`variables.${name}`, () => `(${expression})`), text);
  const used = told.at(-1);
  const said = used === undefined ? messageExpression : messageExpression.replaceAll(`variables.${used.name}`, "'text'");
  const message = used === undefined ? undefined : refusal(own, inPlace(used.expression), 'string');
  if (message === undefined && refusal(own, said, 'string') === undefined) return undefined;
  const whole = createEnvironment({ minor, variables: NAMES, composed: variables });
  return whole.ok ? refusal(whole.value, messageExpression, 'string') : whole.error.message;
}

/** Match conditions know no composed variables. */
function conditionRefusal(expression: string, minor: number): string | undefined {
  const key = `${minor} ${expression}`;
  if (conditionRefusals.has(key)) return conditionRefusals.get(key);
  const environment = environmentOf(minor, []);
  const found = environment.ok ? refusal(environment.value, expression, 'bool') : environment.error.message;
  bounded(conditionRefusals).set(key, found);
  return found;
}

function refusal(environment: Environment, text: string, type: 'bool' | 'string'): string | undefined {
  const checked = check(environment, text);
  if (!checked.ok) return checked.error.message;
  return checked.value.type === type ? undefined : `it gives ${checked.value.type} and must give ${type}`;
}
