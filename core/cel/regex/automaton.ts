import type { Assertion, Node } from './ast.ts';
import type { CodePoints } from './code-points.ts';

/**
 * A pattern as a machine that may be in many states at once (Thompson's construction). State 0 is the match; every other one
 * consumes a character of a set, checks an assertion, or goes on in two places.
 */
export interface Automaton {
  readonly start: number;
  readonly states: readonly State[];
  readonly sets: readonly CodePoints[];
}

export type State =
  | { readonly type: 'match' }
  | { readonly type: 'set'; readonly set: number; readonly next: number }
  | { readonly type: 'assert'; readonly what: Assertion; readonly next: number }
  | { readonly type: 'fork'; readonly next: number; readonly other: number };

const MATCH = 0;
/** Larger patterns are left to RE2JS: their cost would be felt in memory too. */
const MAX_STATES = 4000;
const MAX_WORK = 40_000;

class TooLarge extends Error {}

export function buildAutomaton(node: Node): Automaton | undefined {
  const builder = new Builder();
  try {
    const start = builder.add(node, MATCH);
    return { start, states: builder.states, sets: builder.sets };
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
}

class Builder {
  readonly states: State[] = [{ type: 'match' }];
  readonly sets: CodePoints[] = [];
  readonly #known = new Map<string, number>();
  #work = 0;

  /** Adds what matches `node` and then goes on at `next`; returns where that begins. */
  add(node: Node, next: number): number {
    if (++this.#work > MAX_WORK) throw new TooLarge();
    switch (node.type) {
      case 'set':
        return this.#push({ type: 'set', set: this.#setOf(node.set), next });
      case 'assert':
        return this.#push({ type: 'assert', what: node.what, next });
      case 'sequence':
        return node.parts.reduceRight((after, part) => this.add(part, after), next);
      case 'choice':
        return node.branches
          .map((branch) => this.add(branch, next))
          .reduceRight((other, entry) => this.#push({ type: 'fork', next: entry, other }));
      case 'repeat':
        return this.#repeat(node, next);
    }
  }

  #repeat({ body, least, most }: Extract<Node, { type: 'repeat' }>, next: number): number {
    let entry = most === Infinity ? this.#loop(body, next, least === 0) : next;
    if (most !== Infinity) {
      for (let i = least; i < most; i++) entry = this.#push({ type: 'fork', next: this.add(body, entry), other: next });
    }
    for (let i = most === Infinity ? 1 : 0; i < least; i++) entry = this.add(body, entry);
    return entry;
  }

  /** `body*`, or `body+`: the fork after the body leads back into it. */
  #loop(body: Node, next: number, optional: boolean): number {
    const fork = this.#push({ type: 'match' });
    const entry = this.add(body, fork);
    this.states[fork] = { type: 'fork', next: entry, other: next };
    return optional ? fork : entry;
  }

  #push(state: State): number {
    if (this.states.length >= MAX_STATES) throw new TooLarge();
    return this.states.push(state) - 1;
  }

  #setOf(set: CodePoints): number {
    const key = set.join();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, this.sets.length);
    return this.sets.push(set) - 1;
  }
}
