import { has, LAST, NEWLINE, WORD, type CodePoints } from './code-points.ts';

/**
 * Characters that no set of a pattern tells apart are one letter: the table of an automaton has a column for each letter
 * instead of 1,114,112.
 */
export class Alphabet {
  readonly size: number;
  /** The letter of each ASCII character. */
  readonly ascii = new Uint8Array(128);
  /** Per letter and set, in rows of one letter: 1 where the set holds it. */
  readonly members: Uint8Array;
  readonly words: Uint8Array;
  readonly newlines: Uint8Array;
  readonly #starts: readonly number[];
  readonly #letters: readonly number[];

  /** Undefined where there would be too many letters. */
  static of(sets: readonly CodePoints[], position: boolean): Alphabet | undefined {
    const all = position ? [...sets, WORD, NEWLINE] : sets;
    const starts = [...new Set([0, ...all.flatMap((set) => [...edges(set)])])]
      .filter((point) => point <= LAST)
      .sort((a, b) => a - b);
    const rows = new Map<string, number>();
    const letters = starts.map((start) => {
      const row = all.map((set) => (has(set, start) ? '1' : '0')).join('');
      const letter = rows.get(row) ?? rows.size;
      rows.set(row, letter);
      return letter;
    });
    return rows.size > 250 ? undefined : new Alphabet([...rows.keys()], starts, letters, sets.length, position);
  }

  private constructor(
    rows: readonly string[],
    starts: readonly number[],
    letters: readonly number[],
    sets: number,
    position: boolean,
  ) {
    this.size = rows.length;
    this.#starts = starts;
    this.#letters = letters;
    this.members = Uint8Array.from(rows.flatMap((row) => Array.from(row.slice(0, sets), Number)));
    this.words = Uint8Array.from(rows, (row) => Number(position && row[sets] === '1'));
    this.newlines = Uint8Array.from(rows, (row) => Number(position && row[sets + 1] === '1'));
    for (let point = 0; point < 128; point++) this.ascii[point] = this.letterOf(point);
  }

  letterOf(point: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= point) low = middle;
      else high = middle - 1;
    }
    return this.#letters[low] as number;
  }
}

function* edges(set: CodePoints): Iterable<number> {
  for (let i = 0; i < set.length; i += 2) {
    yield set[i] as number;
    yield (set[i + 1] as number) + 1;
  }
}
