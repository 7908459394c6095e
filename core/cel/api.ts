import { err, ok, type Result } from './result.ts';
import type { Expr } from './ast.ts';
import { check as checkTree } from './checker.ts';
import type { Environment } from './environment.ts';
import type { JsonValue, Redacted } from './json.ts';
import { withoutMessages } from './messages.ts';
import { parse } from './parser.ts';
import type { CelError, Program } from './program.ts';
import { issueAt, IssueError, type CelIssue } from './source.ts';
import { formatType } from './types.ts';
import type { CelValue } from './values.ts';

export interface CheckedExpression {
  readonly ast: Expr;
  /** The type at the root, as cel-go writes it: `bool`, `list(string)`, `dyn`. */
  readonly type: string;
  /** The type of a part of `ast`. undefined: the node is no part of it. */
  readonly typeOf: (node: Expr) => string | undefined;
}

/** Parses an expression and checks its names and types, as the API server does first when it takes a policy. */
export function check(env: Environment, source: string): Result<CheckedExpression, CelIssue> {
  const parsed = parse(source);
  if (!parsed.ok) return parsed;
  try {
    const tree = withoutMessages(parsed.value);
    const checked = checkTree(tree, env.scope);
    const typeOf = (node: Expr): string | undefined => {
      const type = checked.types.get(node);
      return type === undefined ? undefined : formatType(type, true);
    };
    return ok({ ast: tree, type: formatType(checked.type, true), typeOf });
  } catch (error) {
    if (error instanceof IssueError) return err(issueAt(source, error.offset, error.message));
    throw error;
  }
}

/**
 * The value of a program on one set of variables: an error and an unknown are values too. A variable that is not given is null; a
 * name that the environment does not declare throws a RangeError. For many objects keep a frame: `env.frame()`, then `set`,
 * `reset` and `program.evaluate(frame)` for each.
 */
export function evaluate(
  env: Environment,
  program: Program,
  variables: Readonly<Record<string, JsonValue>>,
): CelValue | CelError | Redacted {
  const frame = env.frame();
  for (const [name, value] of Object.entries(variables)) frame.set(env.slot(name), value);
  return program.evaluate(frame);
}
