import type { Alphabet } from './alphabet.ts';
import type { Automaton, State } from './automaton.ts';

/** At any place of any text a search by V8 may have so many steps before it, all that it comes back for taken together. */
const MAX_STEPS = 64;
/** Patterns for which this cannot be told by less work are not worth it. */
const MAX_PLACES = 300;
const MAX_WORK = 10_000;

/** How many ways lead to each state. */
type Ways = ReadonlyMap<number, number>;

class TooMany extends Error {}

/** Where matches are looked for: those of all beginnings count together, or those of one. */
export type Beginning = 'anywhere' | 'at the start';

/**
 * Whether searching by trying one way after the other, as V8 does, takes time linear in the text, whatever the text: at no place
 * of any text do more than MAX_STEPS ways of the machine end. All places that texts can lead to are looked at, each being the
 * number of ways to every state, so that this is no guess: `^a*b`, but neither `^(a*)*b`, `^a*a*b` nor, beginning anywhere, `a*b`.
 */
export function hasFewWays(automaton: Automaton, alphabet: Alphabet, beginning: Beginning): boolean {
  try {
    new Explorer(automaton, alphabet, beginning).explore();
    return true;
  } catch (error) {
    if (error instanceof TooMany) return false;
    throw error;
  }
}

class Explorer {
  readonly #automaton: Automaton;
  readonly #alphabet: Alphabet;
  readonly #beginning: Beginning;
  #work = 0;

  constructor(automaton: Automaton, alphabet: Alphabet, beginning: Beginning) {
    this.#automaton = automaton;
    this.#alphabet = alphabet;
    this.#beginning = beginning;
  }

  explore(): void {
    const known = new Set<string>();
    const open: Ways[] = [];
    const reach = (ways: Ways): void => {
      const key = [...ways].sort(([a], [b]) => a - b).join();
      if (known.has(key)) return;
      if (known.size >= MAX_PLACES) throw new TooMany();
      known.add(key);
      open.push(ways);
    };
    reach(this.#place([[this.#automaton.start, 1]], true));
    for (let ways = open.pop(); ways !== undefined; ways = open.pop())
      for (let letter = 0; letter < this.#alphabet.size; letter++) reach(this.#after(ways, letter));
  }

  #after(ways: Ways, letter: number): Ways {
    const { members } = this.#alphabet;
    const { states, sets, start } = this.#automaton;
    const next: [number, number][] = this.#beginning === 'anywhere' ? [[start, 1]] : [];
    for (const [index, count] of ways) {
      const state = states[index] as State;
      if (state.type === 'set' && members[letter * sets.length + state.set] === 1) next.push([state.next, count]);
    }
    return this.#place(next, false);
  }

  /** Follows what needs no character. Assertions count as met, but that nothing begins behind the beginning of the text. */
  #place(from: readonly (readonly [state: number, count: number])[], atStart: boolean): Ways {
    const reached = new Map<number, number>();
    const stack = [...from];
    let steps = 0;
    for (let one = stack.pop(); one !== undefined; one = stack.pop()) {
      const [index, count] = one;
      steps += count;
      if (steps > MAX_STEPS || ++this.#work > MAX_WORK) throw new TooMany();
      const state = this.#automaton.states[index] as State;
      switch (state.type) {
        case 'match':
          break;
        case 'set':
          reached.set(index, (reached.get(index) ?? 0) + count);
          break;
        case 'assert':
          if (atStart || state.what !== 'textStart') stack.push([state.next, count]);
          break;
        case 'fork':
          stack.push([state.next, count], [state.other, count]);
      }
    }
    return reached;
  }
}
