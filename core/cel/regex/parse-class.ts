import { complement, foldAscii, isAscii, PERL, POSIX, union, type CodePoints } from './code-points.ts';
import { escapedPoint, Unsupported, type PatternReader } from './reader.ts';

/** The set in brackets; the opening one is read. Folding is for ASCII: other letters with `(?i)` are left to RE2JS. */
export function parseClass(reader: PatternReader, fold: boolean): CodePoints {
  const negated = reader.take('^');
  const ranges: number[] = [];
  let first = true;
  while (first || !reader.sees(']')) {
    first = false;
    ranges.push(...(namedSet(reader) ?? range(reader)));
  }
  reader.take(']');
  const plain = union(ranges);
  if (!fold) return negated ? complement(plain) : plain;
  if (!isAscii(plain) && !isAll(plain)) throw new Unsupported();
  const folded = foldAscii(plain);
  return negated ? complement(folded) : folded;
}

/** Everything: no folding can add to it. */
const isAll = (set: CodePoints): boolean => set.length === 2 && set[0] === 0 && set[1] === 0x10ffff;

/** `[:alpha:]`, `[:^alpha:]`, `\d`, `\D` ... */
function namedSet(reader: PatternReader): CodePoints | undefined {
  if (reader.take('[:')) {
    const negated = reader.take('^');
    const set = POSIX.get(reader.until(':]') ?? '');
    if (set === undefined) throw new Unsupported();
    return negated ? complement(set) : set;
  }
  for (const [letter, set] of PERL) {
    if (reader.take(`\\${letter}`)) return set;
    if (reader.take(`\\${letter.toUpperCase()}`)) return complement(set);
  }
  return undefined;
}

function range(reader: PatternReader): CodePoints {
  const from = point(reader);
  if (!reader.sees('-') || reader.sees('-]')) return [from, from];
  reader.take('-');
  const to = point(reader);
  if (to < from) throw new Unsupported();
  return [from, to];
}

function point(reader: PatternReader): number {
  const char = reader.next();
  return char === '\\' ? escapedPoint(reader, reader.next()) : (char.codePointAt(0) as number);
}
