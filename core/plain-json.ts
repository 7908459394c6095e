import { Double, isArray, isObject, Redacted } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';

export type Plain = null | boolean | number | string | Plain[] | PlainObject;
export interface PlainObject {
  [key: string]: Plain;
}

/** Values as the contract carries them: integers beyond 2^53 and floats that look like integers become numbers. */
export function plainJson(value: JsonValue): Plain {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Double) return value.value;
  if (value instanceof Redacted) return `<${value.kind}>`;
  if (isArray(value)) return value.map(plainJson);
  return isObject(value) ? plainObject(value) : value;
}

export const plainObject = (value: JsonObject): PlainObject =>
  Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainJson(inner)]));
