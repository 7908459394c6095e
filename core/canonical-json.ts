import { Double, isArray, Redacted } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';

/**
 * One text for one value: keys in code unit order, no spaces, integers and floating point numbers kept apart (`1`, `1.0`), as the
 * engine keeps them apart. A redacted value is written as `!kind`, which no JSON value looks like. For hashing, not for reading back.
 */
export function canonicalJson(value: JsonValue): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      return Object.is(value, -0) ? '-0.0' : String(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return value === null ? 'null' : composed(value);
  }
}

function composed(value: Double | Redacted | readonly JsonValue[] | JsonObject): string {
  if (isArray(value)) return list(value);
  if (value instanceof Double) return doubleText(value.value);
  return value instanceof Redacted ? `!${value.kind}` : map(value);
}

function list(items: readonly JsonValue[]): string {
  let text = '[';
  for (let index = 0; index < items.length; index++) text += (index === 0 ? '' : ',') + canonicalJson(items[index] ?? null);
  return `${text}]`;
}

function map(object: JsonObject): string {
  let text = '{';
  for (const key of sortedKeys(object)) {
    const field = object[key];
    if (field !== undefined) text += `${text.length === 1 ? '' : ','}${quote(key)}:${canonicalJson(field)}`;
  }
  return `${text}}`;
}

/** API servers write most maps in order already: sorting is skipped where it would change nothing. */
export function sortedKeys(object: JsonObject): readonly string[] {
  const keys = Object.keys(object);
  for (let index = 1; index < keys.length; index++) {
    if ((keys[index - 1] ?? '') > (keys[index] ?? '')) return keys.sort();
  }
  return keys;
}

/** Nothing to escape: most keys and values of an object. */
const PLAIN = /^[\w ./:@=,;()+*#$%&<>?![\]{}|~^`'-]*$/;

const quote = (text: string): string => (text.length < 64 && PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));

/** The host's text of a double, with a mark where it would read as an integer. */
function doubleText(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /[.eNI]/.test(text) ? text : `${text}.0`;
}
