import type { Expr } from '../ast.ts';
import type { Checked } from '../checker.ts';
import type { Layout } from '../compiler.ts';
import { beyondMeans, WORK_LIMIT, type EvaluationFrame, type Failure } from '../frame.ts';
import type { Val } from '../values.ts';
import type { Counting, Planned, Step } from './counting.ts';
import { Panicked } from './functions.ts';
import { EXPRESSION_COST_LIMIT, overLimit } from './limits.ts';
import { LimitExceeded, Meter } from './meter.ts';
import { Planner } from './planner.ts';

/** What a counted evaluation gave. */
export interface Counted {
  /** undefined: an error, which the frame holds. */
  readonly value: Val;
  /** In the API server's units, of this expression alone; where it exceeded the limit, its cost at that moment. */
  readonly cost: number;
  /** The limit was exceeded, or more work done than Plimsoll does. */
  readonly exceeded: boolean;
}

/** An expression planned for counting, made when first needed. */
export class CountedExpression {
  readonly #root: Expr;
  readonly #checked: Checked;
  readonly #layout: Layout;
  #planned: Planned | undefined;

  constructor(root: Expr, checked: Checked, layout: Layout) {
    this.#root = root;
    this.#checked = checked;
    this.#layout = layout;
  }

  run(f: EvaluationFrame, limit: number, variable: (name: string) => Val, steps?: Step[]): Counted {
    const planned = this.#plan();
    const c: Counting = { f, meter: new Meter(limit), locals: [], variable, steps };
    const outer = f.steps;
    // The work of functions is bounded apart from their cost, which for some of them says nothing of it.
    f.steps = WORK_LIMIT;
    try {
      const value = planned.run(c);
      const exceeded = f.steps < 0;
      return { value: exceeded ? f.overBudget() : value, cost: c.meter.cost, exceeded };
    } catch (error) {
      const { cost } = c.meter;
      if (error instanceof LimitExceeded) return { value: f.fail(overLimit(error.limit)), cost, exceeded: true };
      if (error instanceof Panicked) return { value: f.fail('internal error of the API server'), cost, exceeded: false };
      return { value: beyondMeans(f, error), cost, exceeded: false };
    } finally {
      f.steps = outer;
    }
  }

  /** The value where a cheaper evaluation could not say that the limit holds. Variables are those that the frame has computed. */
  within(f: EvaluationFrame, limit: number): Val {
    return this.run(f, limit, (name) => f.force(this.#layout.composed.get(name) ?? -1)).value;
  }

  #plan(): Planned {
    this.#planned ??= new Planner(this.#checked, this.#layout).plan(this.#root);
    return this.#planned;
  }
}

/**
 * The composed variables of one object, each computed when it is first read and kept with its error. A variable has the cost limit
 * of an expression for itself; one that exceeds it is an error where it is read, which `||` and the like absorb as any other
 * (k8s.io/apiserver/pkg/admission/plugin/cel/composition.go).
 */
export class CountedVariables {
  readonly #sources: ReadonlyMap<string, CountedExpression>;
  readonly #known = new Map<string, { readonly value: Val; readonly failure: Failure }>();
  /** What the variables cost that were computed so far. */
  cost = 0;
  /** One of them exceeded its limit. */
  exceeded = false;

  constructor(sources: ReadonlyMap<string, CountedExpression>) {
    this.#sources = sources;
  }

  read(f: EvaluationFrame, name: string): Val {
    const known = this.#known.get(name) ?? this.#compute(f, name);
    // Its place is in the variable's own text: the expression shows where the variable is read.
    return known.value === undefined ? f.restore({ ...known.failure, span: undefined }) : known.value;
  }

  #compute(f: EvaluationFrame, name: string): { readonly value: Val; readonly failure: Failure } {
    const source = this.#sources.get(name);
    if (source === undefined) return { value: f.fail(`no variable '${name}' was declared`), failure: f.failure };
    const { value, cost, exceeded } = source.run(f, EXPRESSION_COST_LIMIT, (inner) => this.read(f, inner));
    this.cost += cost;
    this.exceeded ||= exceeded;
    const computed = { value, failure: f.failure };
    this.#known.set(name, computed);
    return computed;
  }
}
