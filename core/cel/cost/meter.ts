import type { Val } from '../values.ts';

/** Thrown where a cost exceeds its limit, as cel-go does: nothing inside an expression can absorb it. */
export class LimitExceeded {
  readonly limit: number;
  constructor(limit: number) {
    this.limit = limit;
  }
}

/**
 * Counts the cost of one evaluation as cel-go's tracker does (interpreter/runtimecost.go), which sees every step's value after
 * the step. It keeps a stack of these values, and finds the arguments of a call there by the numbers of their steps: where an
 * argument was not computed, an older value of the same step may be found, or the call costs nothing. So the stack is kept here
 * in the same way, oddities included.
 */
export class Meter {
  readonly limit: number;
  cost = 0;
  readonly #ids: number[] = [];
  readonly #values: Val[] = [];
  /** Where the same step stands further down in the stack; -1: nowhere. */
  readonly #earlier: number[] = [];
  /** Where each step stands topmost. */
  readonly #latest: number[] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  push(id: number, value: Val): void {
    const at = this.#ids.length;
    this.#ids.push(id);
    this.#values.push(value);
    this.#earlier.push(this.#latest[id] ?? -1);
    this.#latest[id] = at;
    // A field that is asked for costs nothing, which is taken off after it was charged: below zero cel-go's number is huge.
    if (this.cost > this.limit || this.cost < 0) throw new LimitExceeded(this.limit);
  }

  /** Takes a step's topmost value off the stack, with all above it. */
  drop(id: number): void {
    const at = this.#latest[id] ?? -1;
    if (at >= 0) this.#cut(at);
  }

  /** The values of a call's arguments, taken off the stack; undefined where one is not there. */
  dropArguments(ids: readonly number[]): readonly Val[] | undefined {
    const values: Val[] = ids.map(() => undefined);
    for (let i = ids.length - 1; i >= 0; i--) {
      const at = this.#latest[ids[i] as number] ?? -1;
      if (at < 0) return undefined;
      values[i] = this.#values[at];
      this.#cut(at);
    }
    return values;
  }

  #cut(length: number): void {
    for (let i = this.#ids.length - 1; i >= length; i--) this.#latest[this.#ids[i] as number] = this.#earlier[i] as number;
    this.#ids.length = length;
    this.#values.length = length;
    this.#earlier.length = length;
  }
}
