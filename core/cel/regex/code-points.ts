/**
 * Sets of code points, as flat lists of inclusive ranges: `[from, to, from, to, ...]`, sorted, neither touching nor overlapping.
 */
export type CodePoints = readonly number[];

export const LAST = 0x10ffff;

export const ANY: CodePoints = [0, LAST];
const DIGIT: CodePoints = [0x30, 0x39];
/** RE2's `\s`: without the vertical tab. */
const SPACE: CodePoints = [0x09, 0x0a, 0x0c, 0x0d, 0x20, 0x20];
const UPPER: CodePoints = [0x41, 0x5a];
const LOWER: CodePoints = [0x61, 0x7a];
const ALPHA: CodePoints = [...UPPER, ...LOWER];
const ALNUM: CodePoints = [...DIGIT, ...ALPHA];
export const WORD: CodePoints = [...DIGIT, ...UPPER, 0x5f, 0x5f, ...LOWER];
export const NEWLINE: CodePoints = [0x0a, 0x0a];

/** `\d`, `\s`, `\w` by their letter. */
export const PERL: ReadonlyMap<string, CodePoints> = new Map([
  ['d', DIGIT],
  ['s', SPACE],
  ['w', WORD],
]);

/** `[:alpha:]` and the rest of ASCII's classes. */
export const POSIX: ReadonlyMap<string, CodePoints> = new Map<string, CodePoints>([
  ['alnum', ALNUM],
  ['alpha', ALPHA],
  ['ascii', [0, 0x7f]],
  ['blank', [0x09, 0x09, 0x20, 0x20]],
  ['cntrl', [0, 0x1f, 0x7f, 0x7f]],
  ['digit', DIGIT],
  ['graph', [0x21, 0x7e]],
  ['lower', LOWER],
  ['print', [0x20, 0x7e]],
  ['punct', [0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e]],
  ['space', [0x09, 0x0d, 0x20, 0x20]],
  ['upper', UPPER],
  ['word', WORD],
  ['xdigit', [0x30, 0x39, 0x41, 0x46, 0x61, 0x66]],
]);

/** Sorts and joins ranges in any order. */
export function union(ranges: readonly number[]): CodePoints {
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0; i < ranges.length; i += 2) pairs.push([ranges[i] as number, ranges[i + 1] as number]);
  pairs.sort((a, b) => a[0] - b[0]);
  const joined: number[] = [];
  for (const [from, to] of pairs) {
    const last = joined.length - 1;
    if (last >= 0 && from <= (joined[last] as number) + 1) joined[last] = Math.max(joined[last] as number, to);
    else joined.push(from, to);
  }
  return joined;
}

export function complement(set: CodePoints): CodePoints {
  const rest: number[] = [];
  let next = 0;
  for (let i = 0; i < set.length; i += 2) {
    if ((set[i] as number) > next) rest.push(next, (set[i] as number) - 1);
    next = (set[i + 1] as number) + 1;
  }
  if (next <= LAST) rest.push(next, LAST);
  return rest;
}

export const isAscii = (set: CodePoints): boolean => (set.at(-1) ?? 0) < 0x80;

/**
 * What an ASCII set holds when case does not count: the other case of its letters and, as Unicode's simple folding has it,
 * U+212A (Kelvin sign) with k and U+017F (long s) with s.
 */
export function foldAscii(set: CodePoints): CodePoints {
  const folded = [...set];
  const add = (letters: CodePoints, shift: number): void => {
    const [first, last] = letters as readonly [number, number];
    for (let i = 0; i < set.length; i += 2) {
      const from = Math.max(set[i] as number, first);
      const to = Math.min(set[i + 1] as number, last);
      if (from <= to) folded.push(from + shift, to + shift);
    }
  };
  add(UPPER, 32);
  add(LOWER, -32);
  const both = union(folded);
  const more = [...both];
  if (has(both, 0x6b)) more.push(0x212a, 0x212a);
  if (has(both, 0x73)) more.push(0x17f, 0x17f);
  return union(more);
}

export function has(set: CodePoints, point: number): boolean {
  for (let i = 0; i < set.length; i += 2) if (point >= (set[i] as number) && point <= (set[i + 1] as number)) return true;
  return false;
}
