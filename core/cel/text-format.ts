import { spendOnAll, type Effort } from './effort.ts';
import { Redacted } from './json.ts';
import { formatG } from './go-number.ts';
import { Duration, Timestamp } from './time.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';
import { compareText } from './equality.ts';
import { Bytes, doubleOf, isInt, isList, isMap, keysOf, lookup, TypeValue, Uint, type CelValue } from './values.ts';

/** A piece of a format: text as it is, or a clause such as `%.3f` that stands for an argument. */
export type Piece = string | { readonly verb: Verb; readonly precision: number };
export type Verb = 's' | 'd' | 'f' | 'e' | 'b' | 'x' | 'X' | 'o';

const VERBS = new Set<string>(['s', 'd', 'f', 'e', 'b', 'x', 'X', 'o']);
const DEFAULT_PRECISION = 6;
/** The printer of the API server keeps the precision in a byte. */
const PRECISIONS = 256;

const isVerb = (text: string): text is Verb => VERBS.has(text);

/** Takes a format apart, or says what is wrong with it. Source of the syntax: cel-go's ext/formatting.go. */
export function parseFormat(format: string): readonly Piece[] | { readonly wrong: string } {
  const pieces: Piece[] = [];
  let at = 0;
  for (;;) {
    const percent = format.indexOf('%', at);
    if (percent < 0) return [...pieces, format.slice(at)];
    pieces.push(format.slice(at, percent));
    const parts = /^(?:%|(?:\.(\d+))?([A-Za-z]))/.exec(format.slice(percent + 1));
    if (parts === null) return { wrong: percent === format.length - 1 ? 'it ends with %' : wrongClause(format, percent) };
    at = percent + 1 + parts[0].length;
    const [, precision, verb] = parts;
    if (verb === undefined) pieces.push('%');
    else if (!isVerb(verb)) return { wrong: wrongClause(format, percent) };
    else pieces.push({ verb, precision: precision === undefined ? DEFAULT_PRECISION : Number(precision) % PRECISIONS });
  }
}

const wrongClause = (format: string, at: number): string =>
  `'${format.slice(at, at + 4)}' is no clause: there are %s %d %f %e %b %x %X %o and %%`;

/**
 * A value as a clause prints it; undefined where the clause is not for values of its type, or `effort` runs out; a redacted part
 * makes it redacted.
 */
export function formatValue(
  value: CelValue,
  { verb, precision }: Exclude<Piece, string>,
  effort: Effort,
): string | Redacted | undefined {
  if (value instanceof Redacted) return value;
  switch (verb) {
    case 's':
      return typeof value === 'string' ? value : writeText(value, false, effort);
    case 'd':
      return integerOf(value)?.toString();
    case 'f':
      return onDouble(value, (number) => grouped(number, precision));
    case 'e':
      return onDouble(value, scientific);
    case 'b':
      return typeof value === 'boolean' ? (value ? '1' : '0') : integerOf(value)?.toString(2);
    case 'o':
      return integerOf(value)?.toString(8);
    case 'x':
    case 'X': {
      const text =
        typeof value === 'string'
          ? hexOf(encodeUtf8(value))
          : value instanceof Bytes
            ? hexOf(value.octets)
            : integerOf(value)?.toString(16);
      return verb === 'X' ? text?.toUpperCase() : text;
    }
  }
}

const integerOf = (value: CelValue): bigint | undefined =>
  isInt(value) ? BigInt(value) : value instanceof Uint ? value.unsigned : undefined;

const hexOf = (octets: string): string => Array.from(octets, (char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('');

/** Clauses for doubles also take the texts of what JSON cannot say. */
function onDouble(value: CelValue, print: (number: number) => string): string | undefined {
  const number = typeof value === 'string' ? SPECIAL.get(value) : doubleOf(value);
  if (number === undefined) return undefined;
  return print(number);
}

const special = (number: number): string => (Number.isNaN(number) ? 'NaN' : number > 0 ? '∞' : '-∞');

const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

/** As in English: thousands are grouped. */
function grouped(number: number, precision: number): string {
  if (!Number.isFinite(number)) return special(number);
  const [whole = '', fraction] = toFixed(number === 0 ? 0 : number, precision).split('.');
  const groups = whole.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');
  return fraction === undefined ? groups : `${groups}.${fraction}`;
}

const FRACTION = 2n ** 52n;

/** Every digit of a double, rounded half to even as Go does: `toFixed` rounds halves up, and ends at 100 digits. */
function toFixed(number: number, digits: number): string {
  const bits = new BigUint64Array(Float64Array.of(number).buffer)[0] ?? 0n;
  const sign = bits >> 63n === 1n ? '-' : '';
  const power = Number((bits >> 52n) & 0x7ffn);
  const mantissa = power === 0 ? bits & (FRACTION - 1n) : (bits & (FRACTION - 1n)) | FRACTION;
  const exponent = Math.max(power, 1) - 1075;
  const scaled = mantissa * 10n ** BigInt(digits);
  const text = (exponent >= 0 ? scaled << BigInt(exponent) : halved(scaled, BigInt(-exponent)))
    .toString()
    .padStart(digits + 1, '0');
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** value / 2^shift, rounded half to even. */
function halved(value: bigint, shift: bigint): bigint {
  const whole = value >> shift;
  const rest = value - (whole << shift);
  const half = 1n << (shift - 1n);
  return rest > half || (rest === half && whole % 2n === 1n) ? whole + 1n : whole;
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

function scientific(number: number): string {
  // The printer of the API server pads these to the width of the default precision.
  if (!Number.isFinite(number)) return special(number).padStart(DEFAULT_PRECISION);
  const [mantissa = '', power = ''] = number.toExponential(DEFAULT_PRECISION).split('e');
  const digits = power.replace(/^[+-]/, '').padStart(2, '0');
  const exponent = Array.from(digits, (digit) => SUPERSCRIPTS[Number(digit)]).join('');
  return `${mantissa}×10${power.startsWith('-') ? '⁻' : ''}${exponent}`;
}

/** A value in words. Inside lists and maps texts are quoted, and times look like calls. */
function writeText(value: CelValue, inside: boolean, effort: Effort): string | Redacted | undefined {
  if (value instanceof Redacted) return value;
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return goQuote(value);
  const integer = integerOf(value);
  if (integer !== undefined) return String(integer);
  const double = doubleOf(value);
  if (double !== undefined) return inside ? plainDouble(double) : formatG(double);
  if (value instanceof Bytes) {
    const text = textOf(value);
    return inside && text !== undefined ? `b"${text}"` : text;
  }
  if (value instanceof TypeValue) return value.toString();
  if (value instanceof Timestamp) return inside ? `timestamp("${value.toString()}")` : value.toString();
  if (value instanceof Duration) return inside ? `duration("${value.toString()}")` : value.toString();
  if (isList(value)) return writeAll(value, (element) => writeText(element, true, effort), '[', ']', effort);
  return isMap(value) ? writeMap(value, effort) : undefined;
}

const textOf = ({ octets }: Bytes): string | undefined => decodeUtf8(octets);

const plainDouble = (value: number): string =>
  Number.isFinite(value) ? toFixed(value, DEFAULT_PRECISION) : JSON.stringify(formatG(value));

function writeAll<T>(
  items: readonly T[],
  write: (item: T) => string | Redacted | undefined,
  open: string,
  close: string,
  effort: Effort,
): string | Redacted | undefined {
  if (!spendOnAll(effort, items.length)) return undefined;
  const parts: string[] = [];
  let length = 0;
  for (const item of items) {
    const text = write(item);
    if (typeof text !== 'string') return text;
    parts.push(text);
    length += text.length;
  }
  if (!spendOnAll(effort, length)) return undefined;
  return `${open}${parts.join(', ')}${close}`;
}

/** In the order of the keys as they are written. */
function writeMap(map: Parameters<typeof keysOf>[0], effort: Effort): string | Redacted | undefined {
  const entries: { readonly key: CelValue; readonly text: string }[] = [];
  for (const key of keysOf(map)) {
    const text = doubleOf(key) === undefined ? writeText(key, true, effort) : undefined;
    if (typeof text !== 'string') return text;
    // To be put in order, and looked up.
    if (!spendOnAll(effort, 64 + text.length)) return undefined;
    entries.push({ key, text });
  }
  entries.sort((a, b) => compareText(a.text, b.text));
  return writeAll(
    entries,
    ({ key, text }) => {
      const value = writeText(lookup(map, key) ?? null, true, effort);
      return typeof value === 'string' ? `${text}:${value}` : value;
    },
    '{',
    '}',
    effort,
  );
}

const ESCAPED: ReadonlyMap<string, string> = new Map([
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['\\', '\\\\'],
  ['"', '\\"'],
]);

/** A text in double quotes, as cel-go's formatting escapes it. */
const goQuote = (text: string): string => `"${text.replaceAll(/[\x07\b\f\n\r\t\v\\"]/g, (char) => ESCAPED.get(char) ?? char)}"`;
