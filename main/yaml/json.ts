import { Double, Redacted, type JsonObject, type JsonValue, type RedactedKind } from '#core/json.ts';

/**
 * A number token (behind a separator, so not inside most strings) that `JSON.parse` alone would not keep: 15 digits or more, an
 * exponent, a fraction of zeros, or a negative zero. A match inside a string only costs time.
 */
const DELICATE = /(?:^|[:,[\s])-?(?:[0-9][0-9.]{14,}|[0-9]+(?:\.[0-9]+)?[eE][-+]?[0-9]+|[0-9]+\.0+|(?<=-)0)(?=[\s,\]}]|$)/g;

/**
 * Whether a delicate number stands outside of every string: a page of a list holds half a megabyte, and the words `version 1.0`
 * in one annotation must not make all of it three times as slow to parse.
 */
function hasDelicateNumber(text: string): boolean {
  DELICATE.lastIndex = 0;
  let opened = -1;
  let at = 0;
  for (let match = DELICATE.exec(text); match !== null; match = DELICATE.exec(text)) {
    // Goes on from quote to quote up to the match, remembering whether a string is open there.
    for (let quote = text.indexOf('"', at); quote !== -1 && quote < match.index; quote = text.indexOf('"', at)) {
      at = quote + 1;
      if (opened === -1) opened = quote;
      else if (!isEscaped(text, quote, opened)) opened = -1;
    }
    if (opened === -1) return true;
  }
  return false;
}

/** Whether an odd number of backslashes stands before a quote of the string that was opened there. */
function isEscaped(text: string, quote: number, opened: number): boolean {
  let backslashes = 0;
  while (quote - 1 - backslashes > opened && text.charAt(quote - 1 - backslashes) === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

/** A number as sigs.k8s.io/json reads it: int64 where it is written as an integer and fits, else float64. */
function readNumber(number: number, source: string): number | bigint | Double {
  const integer = /^-?[0-9]+$/.test(source);
  if (integer && Number.isSafeInteger(number)) return number === 0 ? 0 : number;
  if (integer) {
    const big = BigInt(source);
    if (big >= MIN_INT64 && big <= MAX_INT64) return big;
  }
  if (!Number.isFinite(number)) throw new SyntaxError(`the number ${source.slice(0, 40)} is too large`);
  return Number.isInteger(number) ? new Double(number) : number;
}

const reviveNumber = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === 'number' && context?.source !== undefined ? readNumber(value, context.source) : value;

/**
 * Parses JSON keeping integers beyond 2^53 (bigint), integers written as floats (`1.0`: Double) and own `__proto__` keys.
 * @throws {SyntaxError} as `JSON.parse`, and for numbers beyond float64, which the API server refuses.
 */
export function parseJson(text: string): JsonValue {
  const value: unknown = hasDelicateNumber(text) ? JSON.parse(text, reviveNumber) : JSON.parse(text);
  return value as JsonValue;
}

/** The exact inverse of `parseJson`. @throws {TypeError} for a Redacted or a number that JSON cannot hold. */
export const stringifyJson = (value: JsonValue): string => write(value, false);

const MARKER = '$redacted';
const MARKER_KEY = /^\$+redacted$/;
const DOLLAR = 0x24;

/** A stored body as JSON: like `stringifyJson`, a Redacted as `{"$redacted": kind}` (an object that looks like one gets another `$`). */
export const stringifyBody = (value: JsonValue): string => write(value, true);

/** The exact inverse of `stringifyBody`. Never for text from outside: what it reads may claim to be redacted. */
export function parseBody(text: string): JsonValue {
  const value = parseJson(text);
  return text.includes(MARKER) ? unmark(value) : value;
}

function unmark(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(unmark);
  if (typeof value !== 'object' || value === null || value instanceof Double || value instanceof Redacted) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined && MARKER_KEY.test(only[0])) {
    if (only[0] === MARKER) return new Redacted(only[1] as RedactedKind);
    return { [only[0].slice(1)]: unmark(only[1]) };
  }
  return Object.fromEntries(entries.map(([key, inner]) => [key, unmark(inner)]));
}

/** `body`: a Redacted is written as its marker, and what looks like a marker is told from it. */
const write = (value: JsonValue, body: boolean): string =>
  isPlain(value, body) ? JSON.stringify(value) : writeSlowly(value, body);

/** Whether `JSON.stringify` writes all of a value as wanted. */
function isPlain(value: JsonValue, body: boolean): boolean {
  if (typeof value !== 'object' || value === null)
    return typeof value !== 'bigint' && (typeof value !== 'number' || Number.isFinite(value));
  if (Array.isArray(value)) return value.every((item: JsonValue) => isPlain(item, body));
  if (value instanceof Double || value instanceof Redacted) return false;
  const object = value as JsonObject;
  // What is parsed never inherits enumerable keys.
  for (const key in object) {
    if (body && key.charCodeAt(0) === DOLLAR && MARKER_KEY.test(key)) return false;
    const inner = object[key];
    if (typeof inner !== 'string' && inner !== undefined && !isPlain(inner, body)) return false;
  }
  return true;
}

function writeSlowly(value: JsonValue, body: boolean): string {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Double) return writeDouble(value.value);
  if (value instanceof Redacted) {
    if (!body) throw new TypeError('a redacted value has no JSON text: use stringifyBody');
    return `{"${MARKER}":${JSON.stringify(value.kind)}}`;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${value} has no JSON text`);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => writeSlowly(item, body)).join(',')}]`;
  const entries = Object.entries(value);
  const escape = body && entries.length === 1 && MARKER_KEY.test(entries[0]?.[0] ?? '') ? '$' : '';
  return `{${entries.map(([key, inner]) => `${JSON.stringify(escape + key)}:${writeSlowly(inner, body)}`).join(',')}}`;
}

/** A float64 so that it is read as one again: `1.0`, `1e+21`, `-0.0`. */
export function writeDouble(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`${value} has no JSON text`);
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return Number.isInteger(value) && !text.includes('e') ? `${text}.0` : text;
}
