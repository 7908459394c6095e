import { err, ok, type Result } from './result.ts';
import { Redacted } from './json.ts';
import type { Expr } from './ast.ts';
import { check } from './checker.ts';
import { compileExpression } from './compiler.ts';
import type { Environment, Frame } from './environment.ts';
import { DEFAULT_BUDGET, NO_OVERLOAD, type EvaluationFrame, type Run } from './frame.ts';
import { bindParams, type Constants } from './params.ts';
import { parse } from './parser.ts';
import { issueAt, IssueError, type CelIssue } from './source.ts';
import { DYN, formatType, sameType, BOOL, STRING } from './types.ts';
import { describe } from './describe.ts';
import type { CelValue, Val } from './values.ts';

/** Results of `Program.test`. */
export const TEST_FALSE = 0;
export const TEST_TRUE = 1;
export const TEST_ERROR = 2;
export const TEST_UNKNOWN = 3;
export type TestResult = typeof TEST_FALSE | typeof TEST_TRUE | typeof TEST_ERROR | typeof TEST_UNKNOWN;

/** An error of evaluation: what went wrong, and where in the expression. */
export class CelError {
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly snippet: string;
  constructor({ message, line, column, snippet }: CelIssue) {
    this.message = message;
    this.line = line;
    this.column = column;
    this.snippet = snippet;
  }
}

export interface CompileOptions {
  /** Values of `params.<name>`, bound as if written there as literals. Without it `params` is a name like any other. */
  readonly constants?: Constants;
  /** Steps of one evaluation: rounds of comprehensions, and text worked through. */
  readonly budget?: number;
  /** What the expression must evaluate to, as the API server demands of a validation; `any` by default. */
  readonly type?: 'bool' | 'string' | 'any';
}

export interface Program {
  readonly source: string;
  /** The tree of the source as written. */
  readonly ast: Expr;
  /** The type at the root, as cel-go writes it: `bool`, `list(string)`, `dyn`. */
  readonly outputType: string;
  evaluate(frame: Frame): CelValue | CelError | Redacted;
  /** Whether the expression holds. A result that is no bool is an error. */
  test(frame: Frame): TestResult;
  /** What went wrong in the last `test` or `evaluate` on this frame, if that gave an error. */
  lastError(frame: Frame): CelError | undefined;
}

/** Parses, checks and compiles an expression. */
export function compile(env: Environment, source: string, options: CompileOptions = {}): Result<Program, CelIssue> {
  const parsed = parse(source);
  if (!parsed.ok) return parsed;
  try {
    const bound = options.constants === undefined ? parsed.value : bindParams(parsed.value, options.constants);
    const checked = check(bound, { minor: env.minor, variables: env.types });
    const wanted = options.type === 'bool' ? BOOL : options.type === 'string' ? STRING : undefined;
    if (wanted !== undefined && !sameType(checked.type, wanted)) {
      const cure =
        checked.type === DYN || checked.type.kind === 'dyn'
          ? `; compare it, as in ... == ${wanted === BOOL ? 'true' : "'text'"}`
          : '';
      throw new IssueError(
        `the expression must give a ${formatType(wanted)}, but gives ${formatType(checked.type)}${cure}`,
        parsed.value.start,
      );
    }
    const { run, size } = compileExpression(bound, checked, env.layout);
    env.reserve(size);
    return ok(
      new ClosureProgram(source, parsed.value, formatType(checked.type, true), run, size, options.budget ?? DEFAULT_BUDGET),
    );
  } catch (error) {
    if (error instanceof IssueError) return err(issueAt(source, error.offset, error.message));
    throw error;
  }
}

class ClosureProgram implements Program {
  readonly source: string;
  readonly ast: Expr;
  readonly outputType: string;
  readonly #run: Run;
  readonly #size: number;
  readonly #budget: number;

  constructor(source: string, ast: Expr, outputType: string, run: Run, size: number, budget: number) {
    this.source = source;
    this.ast = ast;
    this.outputType = outputType;
    this.#run = run;
    this.#size = size;
    this.#budget = budget;
  }

  evaluate(frame: Frame): CelValue | CelError | Redacted {
    const f = frame as EvaluationFrame;
    const value = this.#evaluate(f);
    return value === undefined ? this.#error(f) : value;
  }

  #evaluate(f: EvaluationFrame): Val {
    if (f.slots.length < this.#size) f.grow(this.#size);
    f.steps = this.#budget;
    const value = this.#run(f);
    // What runs over its budget is an error even where something absorbed that error.
    return f.steps < 0 ? f.overBudget() : value;
  }

  test(frame: Frame): TestResult {
    const f = frame as EvaluationFrame;
    const value = this.#evaluate(f);
    if (value === true) return TEST_TRUE;
    if (value === false) return TEST_FALSE;
    if (value === undefined) return TEST_ERROR;
    if (value instanceof Redacted) return TEST_UNKNOWN;
    f.failAt(this.ast, `${NO_OVERLOAD}: the expression must give a bool`);
    return TEST_ERROR;
  }

  lastError(frame: Frame): CelError | undefined {
    const f = frame as EvaluationFrame;
    return f.failure.what === '' ? undefined : this.#error(f);
  }

  #error(f: EvaluationFrame): CelError {
    const { what, detail, span } = f.failure;
    const message = detail === undefined ? what : `${what}: ${describe(detail)}`;
    return new CelError(issueAt(this.source, span?.start ?? 0, message));
  }
}
