import { Alphabet } from './alphabet.ts';
import type { Assertion, Node } from './ast.ts';
import { buildAutomaton, type Automaton, type State } from './automaton.ts';
import type { Effort } from '../effort.ts';
import { StateMeter } from './effort.ts';
import { parsePattern } from './parse.ts';
import { nativeOf, type Native } from './native.ts';
import { prefilterOf, type Prefilter } from './window.ts';

/** What a table says besides where to go on. */
const UNKNOWN = 0;
const DEAD = 1;
const MATCH = 2;
/** Rows begin at this index or later, so that anything below is one of the above. */
const FIRST_ROW = 4;

/** Memory for one pattern's table and states, in numbers; where it is full they begin anew. */
const MAX_NUMBERS = 100_000;

/** What a new row takes besides its states, as if it were so many of them. */
const ROW_EFFORT = 32;

/** What stands before a position. */
const START = 0;
const WORD = 1;
const NEWLINE = 2;
const OTHER = 3;
/** What stands behind it, besides a letter. */
const NOT_KNOWN = -1;

/**
 * Answers whether a pattern of RE2 is found in a text, in one pass over it, whatever pattern and text. The table of a
 * deterministic automaton is filled as texts need it: a row stands for the set of the machine's states reached, a column for a
 * letter of the pattern's alphabet.
 *
 * A row holds the states that the characters so far lead to, with everything followed that needs no look ahead; an assertion
 * about what comes next is a state of its own until the next letter is known.
 */
export class Matcher {
  readonly #automaton: Automaton;
  readonly #alphabet: Alphabet;
  readonly #node: Node;
  readonly #prefilter: Prefilter | undefined;
  #native: Native | undefined;
  #isTranslated = false;
  readonly #anchored: boolean;
  readonly #stride: number;
  #table: Int32Array;
  #rows: Row[] = [];
  #known = new Map<string, number>();
  #numbers = 0;
  #first = UNKNOWN;
  readonly #meter = new StateMeter();
  readonly #marks: Uint32Array;
  #mark = 0;
  readonly #stack: number[] = [];

  /** Undefined where the pattern is wrong, rare or large: RE2JS then decides. */
  static of(source: string): Matcher | undefined {
    const node = parsePattern(source);
    const automaton = node === undefined ? undefined : buildAutomaton(node);
    if (node === undefined || automaton === undefined) return undefined;
    const asserts = automaton.states.flatMap((state) => (state.type === 'assert' ? [state.what] : []));
    const alphabet = Alphabet.of(
      automaton.sets,
      asserts.some((what) => what !== 'textStart' && what !== 'textEnd'),
    );
    return alphabet === undefined ? undefined : new Matcher(automaton, alphabet, node);
  }

  private constructor(automaton: Automaton, alphabet: Alphabet, node: Node) {
    this.#automaton = automaton;
    this.#alphabet = alphabet;
    this.#stride = Math.max(FIRST_ROW, alphabet.size + 1);
    this.#marks = new Uint32Array(automaton.states.length);
    this.#table = new Int32Array(this.#stride * 16);
    // Nothing begins within the text: `^a`.
    this.#anchored = [WORD, NEWLINE, OTHER].every((before) => {
      const reached: number[] = [];
      this.#begin();
      return !this.#follow(automaton.start, before, NOT_KNOWN, reached) && reached.length === 0;
    });
    this.#node = node;
    // At its beginning the table comes to an end as soon.
    this.#prefilter = this.#anchored ? undefined : prefilterOf(node);
  }

  /**
   * The pattern as the platform searches for it, for whoever asks so often that making sure of it pays (see ways.ts). From then on
   * `test` uses it too.
   */
  get native(): Native | undefined {
    if (!this.#isTranslated) {
      this.#isTranslated = true;
      this.#native = nativeOf(this.#node, this.#automaton, this.#alphabet);
    }
    return this.#native;
  }

  /** Throws TooMuchWork where the table needs more new rows than `effort` has; it may be asked again. */
  test(text: string, effort?: Effort): boolean {
    this.#meter.effort = effort;
    const native = this.#native;
    if (native !== undefined && text.length <= native.longest) return native.expression.test(text);
    const prefilter = this.#prefilter;
    if (prefilter !== undefined) {
      const found = prefilter.expression.test(text);
      if (!found || prefilter.exact) return found;
    }
    let row = this.#first >= FIRST_ROW ? this.#first : this.#firstRow();
    if (row < FIRST_ROW) return row === MATCH;
    const length = text.length;
    const ascii = this.#alphabet.ascii;
    let table = this.#table;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 127) return this.#testFrom(text, i, row);
      const letter = ascii[unit] as number;
      let next = table[row + letter] as number;
      if (next < FIRST_ROW) {
        if (next === UNKNOWN) {
          next = this.#step(row, letter);
          table = this.#table;
        }
        if (next < FIRST_ROW) return next === MATCH;
      }
      row = next;
    }
    return this.#atEnd(row);
  }

  /** As above, from where the text leaves ASCII: there characters are told apart by searching, and may be two units. */
  #testFrom(text: string, start: number, first: number): boolean {
    let row = first;
    for (let i = start; i < text.length; i++) {
      const point = text.codePointAt(i) as number;
      if (point > 0xffff) i++;
      const letter = point < 128 ? (this.#alphabet.ascii[point] as number) : this.#alphabet.letterOf(point);
      let next = this.#table[row + letter] as number;
      if (next === UNKNOWN) next = this.#step(row, letter);
      if (next < FIRST_ROW) return next === MATCH;
      row = next;
    }
    return this.#atEnd(row);
  }

  #firstRow(): number {
    const reached: number[] = [];
    this.#begin();
    this.#first = this.#follow(this.#automaton.start, START, NOT_KNOWN, reached) ? MATCH : this.#rowOf(reached, START);
    return this.#first;
  }

  /** Where a letter leads to from a row; noted in the table. */
  #step(row: number, letter: number): number {
    const from = this.#rows[row / this.#stride] as Row;
    const { members, words, newlines } = this.#alphabet;
    const sets = this.#automaton.sets.length;
    const here = this.#resolved(from, letter);
    if (here === undefined) return this.#note(row, letter, MATCH);
    const before = words[letter] === 1 ? WORD : newlines[letter] === 1 ? NEWLINE : OTHER;
    const reached: number[] = [];
    this.#begin();
    for (const index of here) {
      const state = this.#automaton.states[index] as State;
      if (state.type !== 'set' || members[letter * sets + state.set] !== 1) continue;
      if (this.#follow(state.next, before, NOT_KNOWN, reached)) return this.#note(row, letter, MATCH);
    }
    if (!this.#anchored && this.#follow(this.#automaton.start, before, NOT_KNOWN, reached)) return this.#note(row, letter, MATCH);
    const full = this.#numbers > MAX_NUMBERS;
    if (full) this.#forget();
    const next = this.#rowOf(reached, before);
    return full ? next : this.#note(row, letter, next);
  }

  #atEnd(row: number): boolean {
    const end = this.#alphabet.size;
    const known = this.#table[row + end] as number;
    if (known !== UNKNOWN) return known === MATCH;
    return (
      this.#note(row, end, this.#resolved(this.#rows[row / this.#stride] as Row, end) === undefined ? MATCH : DEAD) === MATCH
    );
  }

  /** The states of a row once the next letter is known; undefined where one of them is the match. */
  #resolved(row: Row, letter: number): readonly number[] | Uint16Array | undefined {
    if (!row.open) return row.states;
    const reached: number[] = [];
    this.#begin();
    for (const state of row.states) if (this.#follow(state, row.before, letter, reached)) return undefined;
    return reached;
  }

  #note(row: number, letter: number, next: number): number {
    this.#table[row + letter] = next;
    return next;
  }

  #begin(): void {
    this.#mark += 1;
  }

  /**
   * Adds to `reached` all that `from` leads to without a character. `next` is the letter behind this place: while it is not
   * known, assertions about it are reached themselves. True when the match is.
   */
  #follow(from: number, before: number, next: number, reached: number[]): boolean {
    const stack = this.#stack;
    const { states } = this.#automaton;
    stack.length = 0;
    stack.push(from);
    for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
      if (this.#marks[index] === this.#mark) continue;
      this.#marks[index] = this.#mark;
      const state = states[index] as State;
      switch (state.type) {
        case 'match':
          return true;
        case 'set':
          reached.push(index);
          break;
        case 'fork':
          stack.push(state.next, state.other);
          break;
        case 'assert':
          if (next === NOT_KNOWN && aboutNext(state.what)) reached.push(index);
          else if (this.#holds(state.what, before, next)) stack.push(state.next);
      }
    }
    return false;
  }

  #holds(what: Assertion, before: number, next: number): boolean {
    const { size, words, newlines } = this.#alphabet;
    switch (what) {
      case 'textStart':
        return before === START;
      case 'lineStart':
        return before === START || before === NEWLINE;
      case 'textEnd':
        return next === size;
      case 'lineEnd':
        return next === size || newlines[next] === 1;
      case 'boundary':
        return (before === WORD) !== (words[next] === 1);
      case 'noBoundary':
        return (before === WORD) === (words[next] === 1);
    }
  }

  #rowOf(reached: number[], before: number): number {
    if (reached.length === 0 && this.#anchored) return DEAD;
    this.#meter.follow(reached.length + ROW_EFFORT);
    const states = Uint16Array.from(reached).sort();
    // What stands before matters only to what is still to be checked.
    const open = states.some((index) => this.#automaton.states[index]?.type === 'assert');
    const kept = open ? before : OTHER;
    const key = String.fromCharCode(kept, ...states);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const number = this.#rows.length === 0 ? this.#rows.push(NO_ROW) : this.#rows.length;
    this.#rows.push({ states, before: kept, open });
    const row = number * this.#stride;
    this.#known.set(key, row);
    this.#numbers += this.#stride + states.length * 2;
    if (row + this.#stride > this.#table.length) {
      const larger = new Int32Array(this.#table.length * 2);
      larger.set(this.#table);
      this.#table = larger;
    }
    return row;
  }

  #forget(): void {
    this.#rows = [];
    this.#known = new Map();
    this.#numbers = 0;
    this.#first = UNKNOWN;
    this.#table = new Int32Array(this.#stride * 16);
  }
}

interface Row {
  readonly states: Uint16Array;
  readonly before: number;
  /** Some states wait for the next letter. */
  readonly open: boolean;
}

const NO_ROW: Row = { states: new Uint16Array(), before: OTHER, open: false };

const aboutNext = (what: Assertion): boolean => what !== 'textStart' && what !== 'lineStart';
