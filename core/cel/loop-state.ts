import { Redacted } from './json.ts';
import type { Macro } from './ast.ts';
import { NO_KEY, NO_OVERLOAD, type EvaluationFrame, type Failure, type Run } from './frame.ts';
import { CelMap, isRecord, keysOf, lookup, type CelRecord, type CelValue, type Val } from './values.ts';

/** The compiled parts of a macro, and the slots of its variables (-1: none). */
export interface Loop {
  readonly target: Run;
  readonly first: number;
  readonly second: number;
  readonly filter: Run | undefined;
  readonly body: Run;
  readonly node: Macro;
  /** What a round costs at most (cost/bound.ts). */
  readonly round: number;
  /** Whether rounds may cost more than that, so that after an error the others have to be gone through too. */
  readonly grows: boolean;
}

/** What a loop goes over: the elements of a list, the keys of a map; otherwise an unknown, or undefined with an error recorded. */
export function itemsOf(f: EvaluationFrame, range: Val, node: Macro): readonly CelValue[] | Redacted | undefined {
  if (Array.isArray(range)) return range as readonly CelValue[];
  if (range === undefined || range instanceof Redacted) return range;
  if (range instanceof CelMap || isRecord(range)) return keysOf(range);
  return f.failAt(node.target, 'only a list or a map can be gone over');
}

/** What a map holds under one of its own keys: an error only under NaN, which nothing finds. */
export function valueAt(f: EvaluationFrame, map: CelRecord | CelMap, key: CelValue): Val {
  const value = lookup(map, key);
  return value === undefined ? f.fail(NO_KEY, key) : value;
}

/** Takes the cost of so many rounds. Inner loops are charged before outer ones, so that nothing runs away. */
export function spent(f: EvaluationFrame, cost: number, result: Val): Val {
  f.steps -= cost;
  return f.steps < 0 ? f.overBudget() : result;
}

/**
 * Ends a loop with an error or unknown in round `at`. cel-go goes on to the end of the range, and charges for that: `again` does
 * a round for nothing but what it takes.
 */
export function stopped(
  { round, grows }: Loop,
  f: EvaluationFrame,
  count: number,
  at: number,
  result: Val,
  again: (i: number) => void,
): Val {
  if (grows && at + 1 < count) {
    const { failure } = f;
    for (let i = at + 1; i < count && f.steps >= 0; i++) again(i);
    f.restore(failure);
  }
  return spent(f, count * round, result);
}

/** What stood in the way of a plain answer. */
export class Undecided {
  #unknown: Redacted | undefined;
  #failure: Failure | undefined;

  /** False when the loop has to stop. */
  note(f: EvaluationFrame, value: Val, node: Macro): boolean {
    if (value instanceof Redacted) {
      this.#unknown ??= value;
      return true;
    }
    if (value !== undefined) f.failAt(node.body, NO_OVERLOAD);
    this.#failure ??= f.failure;
    return f.steps >= 0;
  }

  result(f: EvaluationFrame): Val {
    if (this.#unknown !== undefined) return this.#unknown;
    return this.#failure === undefined ? undefined : f.restore(this.#failure);
  }
}

/** An error or unknown as it is; an error for any other value that should have been a bool. */
export const noBool = (f: EvaluationFrame, value: Val, node: Macro): Val =>
  value === undefined || value instanceof Redacted ? value : f.failAt(node.filter ?? node.body, NO_OVERLOAD);
