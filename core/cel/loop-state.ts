import { Redacted } from './json.ts';
import type { Macro } from './ast.ts';
import { NO_OVERLOAD, type EvaluationFrame, type Failure, type Run } from './frame.ts';
import { CelMap, isRecord, keysOf, type CelValue, type Val } from './values.ts';

/** The compiled parts of a macro, and the slots of its variables (-1: none). */
export interface Loop {
  readonly target: Run;
  readonly first: number;
  readonly second: number;
  readonly filter: Run | undefined;
  readonly body: Run;
  readonly node: Macro;
}

/** What a loop goes over: the elements of a list, the keys of a map; otherwise an unknown, or undefined with an error recorded. */
export function itemsOf(f: EvaluationFrame, range: Val, node: Macro): readonly CelValue[] | Redacted | undefined {
  if (Array.isArray(range)) return range as readonly CelValue[];
  if (range === undefined || range instanceof Redacted) return range;
  if (range instanceof CelMap || isRecord(range)) return keysOf(range);
  return f.failAt(node.target, 'only a list or a map can be gone over');
}

/** Takes the rounds of a finished loop from the budget. Inner loops are counted before outer ones, so that nothing runs away. */
export function spent(f: EvaluationFrame, rounds: number, result: Val): Val {
  f.steps -= rounds;
  return f.steps < 0 ? f.overBudget() : result;
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
