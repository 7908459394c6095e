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
const quote = (text: string): string =>
  `'${text.toWellFormed().replaceAll(/[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\\']/g, escape)}'`;

function double(value: number): string {
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
      return quote(value);
    case 'boolean':
      return String(value);
    case 'bigint':
      return value >= -(2n ** 63n) && value < 2n ** 63n ? String(value) : double(Number(value));
    case 'number':
      return Number.isInteger(value) && Math.abs(value) <= 2 ** 53 ? String(value === 0 ? 0 : value) : double(value);
    default:
      if (value === null) return 'null';
      if (value instanceof Double) return double(value.value);
      if (isArray(value)) return `[${value.map(toLiteral).join(', ')}]`;
      if (isObject(value))
        return `{${Object.entries(value)
          .map(([key, each]) => `${quote(key)}: ${toLiteral(each)}`)
          .join(', ')}}`;
      throw new TypeError('a redacted value has no literal');
  }
}
