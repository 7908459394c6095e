import { Redacted } from './json.ts';
import type { Expr, Literal } from './ast.ts';
import { code, constant, isConstant, type Code } from './code.ts';
import { describe } from './describe.ts';
import { EvaluationFrame, type Run } from './frame.ts';
import { compilePattern } from './regex.ts';
import { IssueError } from './source.ts';
import { Bytes, makeDouble, makeInt, Uint, type CelValue } from './values.ts';

/** On it constants are computed; nothing of it is kept. */
const scratch = new EvaluationFrame(0, [], 0);

export function requirePattern(pattern: string, node: Expr): void {
  const compiled = compilePattern(pattern);
  if (typeof compiled === 'string') throw new IssueError(`not a regular expression of RE2: ${compiled}`, node.start);
}

/**
 * Computes what has only constant parts. An error stays one of evaluation: it may be absorbed, or never be reached. So does what
 * costs more than it was charged for beforehand.
 */
export function folded(run: Run, early: boolean): Code {
  scratch.resetBudget();
  const full = scratch.steps;
  const value = run(scratch);
  if (value === undefined || value instanceof Redacted) return code(run);
  return early || scratch.steps === full ? constant(value, early) : code(run);
}

/** cel-go converts literals when a program is made; where that fails, the API server refuses the expression. */
export function convertedEarly(called: Code, parts: readonly Code[], node: Expr): Code {
  const [part] = parts;
  if (part === undefined || !isConstant(part)) return called;
  const result = folded(called.run, part.early);
  if (part.early && !isConstant(result)) throw new IssueError(constantError(), node.start);
  return result;
}

/** What went wrong when a constant was computed last. */
export function constantError(): string {
  const { what, detail } = scratch.failure;
  return detail === undefined ? what : `${what}: ${describe(detail)}`;
}

export function literalValue(node: Literal): CelValue {
  switch (node.type) {
    case 'int':
      return makeInt(node.value as bigint) as CelValue;
    case 'uint':
      return new Uint(node.value as bigint);
    case 'double':
      return makeDouble(node.value as number);
    case 'bytes':
      return new Bytes(node.value as string);
    case 'null':
    case 'bool':
    case 'string':
      return node.value;
  }
}
