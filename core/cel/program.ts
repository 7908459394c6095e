import { err, ok, type Result } from './result.ts';
import { Redacted } from './json.ts';
import type { Expr } from './ast.ts';
import { check, type Checked } from './checker.ts';
import { compileExpression, type Compiled } from './compiler.ts';
import { CountedExpression, type CountedVariables } from './cost/counted.ts';
import type { Step } from './cost/counting.ts';
import { EXPRESSION_COST_LIMIT, overShared, type CostBudget } from './cost/limits.ts';
import type { Environment, Frame } from './environment.ts';
import { beyondMeans, NO_OVERLOAD, type EvaluationFrame, type Run } from './frame.ts';
import { bindParams, type Constants } from './params.ts';
import { withoutMessages } from './messages.ts';
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
  /** What one evaluation may cost, in the API server's units; EXPRESSION_COST_LIMIT otherwise. */
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
  /** What one evaluation costs at most where no comprehension goes a round and no text is longer than 64 characters. */
  readonly leastBound: number;
  evaluate(frame: Frame): CelValue | CelError | Redacted;
  /** Whether the expression holds. A result that is no bool is an error. */
  test(frame: Frame): TestResult;
  /**
   * As `evaluate`, by a slower way that counts the API server's runtime cost exactly. Exceeding the limit is an error. Composed
   * variables are computed anew, whatever the frame has of them.
   */
  evaluateCounted(frame: Frame, options?: CountOptions): CountedResult;
  /**
   * After `test` or `evaluate` on this frame: what the exact cost of that was at most, composed variables not included. More than
   * the limit where it had to be counted exactly.
   */
  costBound(frame: Frame): number;
  /** What went wrong in the last `test` or `evaluate` on this frame, if that gave an error. */
  lastError(frame: Frame): CelError | undefined;
}

export interface CountOptions {
  /** Of the expression by itself; EXPRESSION_COST_LIMIT otherwise. */
  readonly limit?: number;
  /**
   * What all expressions of a binding, or all match conditions, may cost together: this one is charged to it. Once it is exceeded
   * every expression is an error, without being evaluated.
   */
  readonly budget?: CostBudget;
  /** Composed variables that other expressions of the same binding have computed; a set of its own otherwise. */
  readonly variables?: CountedVariables;
  /** Whether to give the value of each subexpression. */
  readonly trace?: boolean;
}

/** The value of a subexpression, by its place in the source. */
export interface TraceStep {
  readonly start: number;
  readonly end: number;
  readonly value: CelValue | CelError | Redacted;
}

export interface CountedResult {
  readonly value: CelValue | CelError | Redacted;
  /** In the API server's units, with the composed variables that were computed for it, as a binding is charged for it. */
  readonly cost: number;
  /** Of the expression by itself: what its limit is for. */
  readonly ownCost: number;
  /** It, or a variable computed for it, exceeded its limit; or it exceeded the budget that it shares. */
  readonly exceeded: boolean;
  /** In the order of evaluation, at most MAX_STEPS; bodies of comprehensions once for each round. Empty without `trace`. */
  readonly steps: readonly TraceStep[];
}

/** Parses, checks and compiles an expression. */
export function compile(env: Environment, source: string, options: CompileOptions = {}): Result<Program, CelIssue> {
  const parsed = parse(source);
  if (!parsed.ok) return parsed;
  try {
    const tree = withoutMessages(parsed.value);
    const bound = options.constants === undefined ? tree : bindParams(tree, options.constants);
    const checked = check(bound, env.scope);
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
    const compiled = compileExpression(bound, checked, env.layout);
    env.reserve(compiled.size);
    return ok(
      new ClosureProgram(
        source,
        parsed.value,
        formatType(checked.type, true),
        compiled,
        { tree: bound, checked, budget: options.budget ?? EXPRESSION_COST_LIMIT },
        env,
      ),
    );
  } catch (error) {
    if (error instanceof IssueError) return err(issueAt(source, error.offset, error.message));
    throw error;
  }
}

/** What back ends other than the closures make use of. */
export interface Inside {
  readonly tree: Expr;
  readonly checked: Checked;
  readonly budget: number;
}

/** Undefined: not a program of `compile`. */
export const insideOf = (program: Program): Inside | undefined =>
  program instanceof ClosureProgram ? program.inside : undefined;

class ClosureProgram implements Program {
  readonly source: string;
  readonly ast: Expr;
  readonly outputType: string;
  readonly inside: Inside;
  readonly #run: Run;
  readonly #size: number;
  readonly #limit: number;
  readonly #start: number;
  readonly leastBound: number;
  readonly #counted: CountedExpression;
  readonly #env: Environment;

  constructor(source: string, ast: Expr, outputType: string, compiled: Compiled, inside: Inside, env: Environment) {
    this.source = source;
    this.ast = ast;
    this.outputType = outputType;
    this.#run = compiled.run;
    this.#size = compiled.size;
    this.inside = inside;
    this.#limit = inside.budget;
    this.leastBound = compiled.bound;
    this.#start = inside.budget - compiled.bound;
    this.#counted = new CountedExpression(inside.tree, inside.checked, env.layout);
    this.#env = env;
  }

  evaluateCounted(frame: Frame, options: CountOptions = {}): CountedResult {
    const f = frame as EvaluationFrame;
    const { budget } = options;
    if (budget?.exceeded === true) return { value: this.#beyond(f, budget), cost: 0, ownCost: 0, exceeded: true, steps: [] };
    const variables = options.variables ?? this.#env.countedVariables();
    const before = variables.cost;
    const steps: Step[] | undefined = options.trace === true ? [] : undefined;
    const limit = options.limit ?? EXPRESSION_COST_LIMIT;
    const { value, cost, exceeded } = this.#counted.run(f, limit, (name) => variables.read(f, name), steps);
    const result = value === undefined ? this.#error(f) : value;
    const total = cost + variables.cost - before;
    const shared = budget?.charge(total) === false ? budget : undefined;
    const trace = (steps ?? []).map((step) => this.#traced(f, step));
    return {
      value: shared === undefined ? result : this.#beyond(f, shared),
      cost: total,
      ownCost: cost,
      exceeded: exceeded || variables.exceeded || shared !== undefined,
      steps: trace,
    };
  }

  #beyond(f: EvaluationFrame, budget: CostBudget): CelError {
    f.failAt(this.ast, overShared(budget.limit));
    return this.#error(f);
  }

  costBound(frame: Frame): number {
    return this.#limit - (frame as EvaluationFrame).steps;
  }

  #traced(f: EvaluationFrame, { node, value, failure }: Step): TraceStep {
    if (failure !== undefined) f.restore(failure);
    return { start: node.start, end: node.end, value: value === undefined ? this.#error(f) : value };
  }

  evaluate(frame: Frame): CelValue | CelError | Redacted {
    const f = frame as EvaluationFrame;
    const value = this.#evaluate(f);
    return value === undefined ? this.#error(f) : value;
  }

  #evaluate(f: EvaluationFrame): Val {
    if (f.slots.length < this.#size) f.grow(this.#size);
    f.steps = this.#start;
    let value: Val;
    try {
      value = this.#run(f);
    } catch (error) {
      return beyondMeans(f, error);
    }
    // It may cost too much: then what it gives is of no account, even where something absorbed the error.
    return f.steps < 0 ? this.#counted.within(f, this.#limit) : value;
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
