import { Redacted } from './json.ts';
import { EXPRESSION_COST_LIMIT } from './cost/limits.ts';
import type { Span } from './source.ts';
import type { CelValue, Val } from './values.ts';

/** Texts and lists up to this length cost nothing beyond what is charged for them beforehand. */
export const SHORT = 64;
/**
 * What functions may do in one counted evaluation, in eighths of characters and elements: their cost does not always say it (to
 * join two lists costs one unit, however long they are). A limit of Plimsoll's own, which no real object comes near.
 */
export const WORK_LIMIT = 4_000_000;

/** Stands in the slot of a variable that was not computed yet. */
export const PENDING: CelValue = new Redacted('env');

export type Run = (frame: EvaluationFrame) => Val;

/** A composed variable: how it is computed, what that costs at most outside loops, and how it is computed with exact cost. */
export interface Composed {
  readonly run: Run;
  readonly bound: number;
  readonly counted: Run;
}

/** An error as it was last recorded: parts only, because most errors are absorbed and their text is never read. */
export interface Failure {
  readonly what: string;
  readonly detail: CelValue | undefined;
  readonly span: Span | undefined;
}

const NO_FAILURE: Failure = { what: 'no error was recorded', detail: undefined, span: undefined };

/**
 * The state of evaluation: the values of variables, what is left of the budget, and the last error. A frame serves one thread
 * of evaluation at a time and any number of objects, one after the other.
 */
export class EvaluationFrame {
  readonly slots: Val[];
  readonly #variables: number;
  readonly #composed: readonly Composed[];
  readonly #failures: (Failure | undefined)[];
  /** What is left of the cost limit, reckoned too high rather than too low (cost/bound.ts). Below zero: to be counted exactly. */
  steps = EXPRESSION_COST_LIMIT;
  #what = '';
  #detail: CelValue | undefined;
  #span: Span | undefined;

  /** `variables` slots for values, then one per composed variable, then room for the variables of comprehensions. */
  constructor(variables: number, composed: readonly Composed[], size: number) {
    this.#variables = variables;
    this.#composed = composed;
    this.#failures = composed.map(() => undefined);
    this.slots = Array.from({ length: size }, (): Val => null);
    this.reset();
  }

  set(slot: number, value: CelValue): void {
    this.slots[slot] = value;
  }

  reset(): void {
    const end = this.#variables + this.#composed.length;
    for (let i = this.#variables; i < end; i++) this.slots[i] = PENDING;
    this.steps = EXPRESSION_COST_LIMIT;
  }

  resetBudget(): void {
    this.steps = EXPRESSION_COST_LIMIT;
  }

  /** Makes room for a program whose comprehensions nest deeper than any before it. */
  grow(size: number): void {
    while (this.slots.length < size) this.slots.push(null);
  }

  /**
   * The value of a composed variable whose slot is pending or holds an error. It is computed once, with a cost limit of its own, so
   * that no verdict depends on which expression happened to come first.
   */
  force(slot: number): Val {
    const index = slot - this.#variables;
    const composed = this.#composed[index];
    if (this.slots[slot] === PENDING && composed !== undefined) {
      const outer = this.steps;
      this.steps = EXPRESSION_COST_LIMIT - composed.bound;
      let value = this.steps < 0 ? undefined : composed.run(this);
      if (this.steps < 0) value = composed.counted(this);
      this.steps = outer;
      this.slots[slot] = value;
      if (value === undefined) this.#failures[index] = this.failure;
    }
    const value = this.slots[slot];
    if (value === undefined) {
      // Its place is in the variable's own text: the expression shows where the variable is read.
      this.restore({ ...(this.#failures[index] ?? NO_FAILURE), span: undefined });
    }
    return value;
  }

  /** Records an error. Where it stands is added by the call that gets it (see `at`). */
  fail(what: string, detail?: CelValue): undefined {
    this.#what = what;
    this.#detail = detail;
    this.#span = undefined;
    return undefined;
  }

  failAt(span: Span, what: string, detail?: CelValue): undefined {
    this.#what = what;
    this.#detail = detail;
    this.#span = span;
    return undefined;
  }

  /** Says where the last error stands, unless that is known. */
  at(span: Span): undefined {
    this.#span ??= span;
    return undefined;
  }

  /** The result of a call: where it is an error, that it stands here, unless something inside it has said so. */
  placed(value: Val, span: Span): Val {
    return value === undefined ? this.at(span) : value;
  }

  /** Makes an earlier error the last one again. */
  restore({ what, detail, span }: Failure): undefined {
    this.#what = what;
    this.#detail = detail;
    this.#span = span;
    return undefined;
  }

  /** The error of a call whose arguments have no matching types, or the unknown among them. */
  noOverload(a?: Val, b?: Val, c?: Val, d?: Val): Val {
    if (a instanceof Redacted) return a;
    if (b instanceof Redacted) return b;
    if (c instanceof Redacted) return c;
    if (d instanceof Redacted) return d;
    return this.fail(NO_OVERLOAD);
  }

  /** Takes steps; false when the budget is used up. */
  spend(steps: number): boolean {
    this.steps -= steps;
    return this.steps >= 0;
  }

  /** As `spend`, for work on so many characters or elements. */
  spendOn(length: number): boolean {
    if (length <= SHORT) return true;
    this.steps -= (length >>> 3) + 1;
    return this.steps >= 0;
  }

  overBudget(): undefined {
    return this.fail(OVER_BUDGET);
  }

  /** Has the counted mode decide (cost/bound.ts), which reads chains of fields step by step as cel-go does. */
  leaveToCounting(): undefined {
    this.steps = -1;
    return this.overBudget();
  }

  get failure(): Failure {
    return { what: this.#what, detail: this.#detail, span: this.#span };
  }
}

export const OVER_BUDGET = 'too much work for one evaluation in Plimsoll, whatever the API server makes of it';
export const NO_OVERLOAD = 'no such overload';
export const NO_KEY = 'no such key';

/**
 * The error of an evaluation that ran out of stack or of room for a value (data nested thousands of levels deep, compared or
 * written out): nothing absorbs it. Anything else is thrown on.
 */
export function beyondMeans(f: EvaluationFrame, error: unknown): undefined {
  if (error instanceof RangeError) return f.fail('the data is nested too deeply, or a value grows too large');
  throw error;
}
