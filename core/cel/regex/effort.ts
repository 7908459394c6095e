import type { Effort } from '../effort.ts';

/** Ends a search whose effort is used up: some patterns look through a text anew from each place, or keep thousands of states. */
export class TooMuchWork extends Error {}

/** A state of a new row of a table is one step; RE2JS follows so many for one. */
const RE2_STATES_A_STEP = 8;
/** Characters between two payments. */
const BATCH = 64;
/** A search that reads no more than this, however often it looks back, is not worth metering. */
const SMALL = 20_000;

/** Pays for states followed, some at a time. */
export class StateMeter {
  effort: Effort | undefined;
  #followed = 0;

  follow(states: number): void {
    this.#followed += states;
    if (this.#followed < BATCH) return;
    const steps = this.#followed;
    this.#followed = 0;
    if (this.effort?.spend(steps) === false) throw new TooMuchWork();
  }
}

/** A text that pays for each time it is read: RE2JS tells nobody how far it looked. */
class MeteredText extends String {
  readonly #effort: Effort;
  readonly #price: number;
  #reads = 0;

  constructor(text: string, effort: Effort, states: number) {
    super(text);
    this.#effort = effort;
    this.#price = Math.ceil((BATCH * states) / RE2_STATES_A_STEP);
  }

  override charCodeAt(at: number): number {
    this.#reads += 1;
    if (this.#reads === BATCH) {
      this.#reads = 0;
      if (!this.#effort.spend(this.#price)) throw new TooMuchWork();
    }
    return super.charCodeAt(at);
  }
}

/** The text for a search by a pattern of so many states, metered where the search may be long. */
export function metered(text: string, effort: Effort, states: number): string {
  if (text.length * text.length * states <= SMALL) return text;
  // RE2JS takes objects of class String too; only its declaration does not.
  return new MeteredText(text, effort, states) as unknown as string;
}
