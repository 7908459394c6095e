import type { Outcome } from './outcome.ts';

/** After this many kinds in a row that got no answer, the others are not asked any more. */
const LIMIT = 3;

/** Remembers whether the server still answers, so that one that has gone does not cost every kind its own timeouts. */
export class Health {
  #failures = 0;
  #last: Outcome | undefined;

  record(outcome: Outcome): void {
    const gone = outcome.status === 'unreachable' || outcome.status === 'timeout' || outcome.status === 'unauthorized';
    this.#failures = gone ? this.#failures + 1 : 0;
    this.#last = gone ? outcome : undefined;
  }

  /** The outcome for what is not worth asking, or undefined while the server answers. */
  givenUp(): Outcome | undefined {
    return this.#failures >= LIMIT ? this.#last : undefined;
  }
}
