import { check, createEnvironment } from '#core/cel/index.ts';
import type { CelIssue, Environment } from '#core/cel/index.ts';
import { NEWEST_MINOR, OLDEST_MINOR } from '#core/enforce/minors.ts';
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
const bare = new Map<number, Result<Environment, CelIssue>>();

/** That of match conditions, which know no composed variables. */
function bareEnvironment(minor: number): Result<Environment, CelIssue> {
  const known = bare.get(minor) ?? createEnvironment({ minor, variables: NAMES });
  bare.set(minor, known);
  return known;
}

function refusedAt({ conditions, variables, expression, messageExpression }: Expressions, minor: number): string | undefined {
  const plain = bareEnvironment(minor);
  const composed = createEnvironment({ minor, variables: NAMES, composed: variables });
  if (!plain.ok) return plain.error.message;
  if (!composed.ok) return composed.error.message;
  for (const condition of conditions) {
    const refused = refusal(plain.value, condition.expression, 'bool');
    if (refused !== undefined) return refused;
  }
  const judged = refusal(composed.value, expression, 'bool');
  return judged ?? (messageExpression === undefined ? undefined : refusal(composed.value, messageExpression, 'string'));
}

function refusal(environment: Environment, text: string, type: 'bool' | 'string'): string | undefined {
  const checked = check(environment, text);
  if (!checked.ok) return checked.error.message;
  return checked.value.type === type ? undefined : `it gives ${checked.value.type} and must give ${type}`;
}
