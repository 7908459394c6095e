import { Double, isArray, isObject, type JsonValue } from './json.ts';

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ["'", "\\'"],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

const escape = (character: string): string =>
  ESCAPES.get(character) ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Control characters and what separates lines are escaped, so that an expression stays one line of YAML. */
export const quoteText = (text: string): string =>
  `'${text.toWellFormed().replaceAll(/[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\\']/g, escape)}'`;

/** Bytes, one char per byte, as a literal of CEL. */
export const quoteBytes = (octets: string): string =>
  `b'${octets.replaceAll(/[^\x20-\x7e]|[\\']/g, (octet) => `\\x${octet.charCodeAt(0).toString(16).padStart(2, '0')}`)}'`;

/** A floating point number with a point or an exponent; what has no literal is converted from text. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return "double('NaN')";
  if (!Number.isFinite(value)) return `double('${value < 0 ? '-' : ''}Infinity')`;
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/**
 * A JSON value written as a CEL literal that evaluates to it: integers plain, floating point numbers with a point or an
 * exponent, integers beyond 64 bits as floating point numbers, texts in single quotes. A redacted value has no literal and is
 * a mistake of the caller: it throws a TypeError.
 */
export function toLiteral(value: JsonValue): string {
  switch (typeof value) {
    case 'string':
      return quoteText(value);
    case 'boolean':
      return String(value);
    case 'bigint':
      return value >= -(2n ** 63n) && value < 2n ** 63n ? String(value) : doubleText(Number(value));
    case 'number':
      return Number.isInteger(value) && Math.abs(value) <= 2 ** 53 ? String(value === 0 ? 0 : value) : doubleText(value);
    default:
      if (value === null) return 'null';
      if (value instanceof Double) return doubleText(value.value);
      if (isArray(value)) return `[${value.map(toLiteral).join(', ')}]`;
      if (isObject(value))
        return `{${Object.entries(value)
          .map(([key, each]) => `${quoteText(key)}: ${toLiteral(each)}`)
          .join(', ')}}`;
      throw new TypeError('a redacted value has no literal');
  }
}
