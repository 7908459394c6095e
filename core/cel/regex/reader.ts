/** Thrown where a pattern is not for this engine: it may be wrong, or only rare. */
export class Unsupported extends Error {}

export interface ReadFlags {
  /** `(?i:...)` opens a group, `(?i)` does not. */
  readonly group: boolean;
  readonly on: string;
  readonly off: string;
  /** Of the text read: up to and with the colon or the parenthesis. */
  readonly length: number;
}

/** Longer patterns are left to RE2JS. */
const MAX_LENGTH = 10_000;
const REPEAT = /\{(0|[1-9][0-9]{0,3})(,(0|[1-9][0-9]{0,3})?)?\}/y;
const FLAGS = /\(\?([imsU]*)(?:-([imsU]+))?([:)])/y;
const NO_TEXT = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** The text of a pattern, read by code points. Its own regular expressions are linear: they are anchored and of bounded length. */
export class PatternReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    if (text.length > MAX_LENGTH || NO_TEXT.test(text)) throw new Unsupported();
    this.#text = text;
  }

  atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  sees(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  take(text: string): boolean {
    if (!this.sees(text)) return false;
    this.#at += text.length;
    return true;
  }

  /** The next character; where there is none the pattern is broken off. */
  next(): string {
    const point = this.#text.codePointAt(this.#at);
    if (point === undefined) throw new Unsupported();
    const char = String.fromCodePoint(point);
    this.#at += char.length;
    return char;
  }

  /** Up to `text`, which is read too; undefined where it does not follow. */
  until(text: string): string | undefined {
    const end = this.#text.indexOf(text, this.#at);
    if (end < 0) return undefined;
    const between = this.#text.slice(this.#at, end);
    this.#at = end + text.length;
    return between;
  }

  skip(length: number): void {
    this.#at += length;
  }

  back(): void {
    this.#at -= 1;
  }

  seesRepeat(): boolean {
    const char = this.#text[this.#at];
    return char === '*' || char === '+' || char === '?' || char === '{';
  }

  /** `*`, `+`, `?`, `{n}`, `{n,}`, `{n,m}` as least and most. A brace that begins none of them is left to RE2JS. */
  repeat(): readonly [number, number] | undefined {
    if (this.take('*')) return [0, Infinity];
    if (this.take('+')) return [1, Infinity];
    if (this.take('?')) return [0, 1];
    if (!this.sees('{')) return undefined;
    REPEAT.lastIndex = this.#at;
    const found = REPEAT.exec(this.#text);
    if (found === null) throw new Unsupported();
    this.#at += found[0].length;
    const [, low, comma, high] = found;
    const least = Number(low);
    const most = comma === undefined ? least : high === undefined ? Infinity : Number(high);
    if (most < least || least > 1000 || (most > 1000 && most !== Infinity)) throw new Unsupported();
    return [least, most];
  }

  /** `(?flags)`, `(?flags:` or `(?:` here; nothing is taken. */
  flags(): ReadFlags | undefined {
    if (!this.sees('(?')) return undefined;
    FLAGS.lastIndex = this.#at;
    const found = FLAGS.exec(this.#text);
    if (found === null) throw new Unsupported();
    const [all, on = '', off = '', end] = found;
    // `(?)` is an error for RE2.
    if (end === ')' && on === '' && off === '') throw new Unsupported();
    return { group: end === ':', on, off, length: all.length };
  }
}

const CONTROL: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
]);

/** The code point that an escape stands for, its backslash and `char` being read. */
export function escapedPoint(reader: PatternReader, char: string): number {
  const control = CONTROL.get(char);
  if (control !== undefined) return control;
  if (char === 'x') {
    const digits = reader.take('{') ? (reader.until('}') ?? '') : reader.next() + reader.next();
    const point = /^[0-9A-Fa-f]{1,8}$/.test(digits) ? Number.parseInt(digits, 16) : Infinity;
    if (point > 0x10ffff) throw new Unsupported();
    return point;
  }
  // Punctuation stands for itself; letters and digits mean something else, or nothing.
  if (/^[!-/:-@[-`{-~ ]$/.test(char)) return char.codePointAt(0) as number;
  throw new Unsupported();
}
