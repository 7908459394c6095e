/**
 * The values that objects are made of, from JSON and YAML alike.
 *
 * Kubernetes keeps integers and floating point numbers apart (`1` is an int64, `1.0` a float64), and so does CEL.
 * Here an integer is an integral `number`, or a `bigint` beyond 2^53; a floating point number is a non-integral
 * `number`, or a `Double` where its value happens to be integral.
 */
export type JsonValue = null | boolean | number | bigint | string | Double | Redacted | JsonArray | JsonObject;
export type JsonArray = readonly JsonValue[];
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** A floating point number with an integral value, such as `1.0` or `1e3`, or one that is not finite. */
export class Double {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/**
 * What kind of value was taken away before storing (decisions.md 10). The engine reads a `Redacted` as a CEL unknown:
 * whatever depends on it is `notEvaluated (redacted)`, never a pass.
 */
export type RedactedKind = 'secret' | 'configMap' | 'env' | 'argument' | 'annotation' | 'lastApplied';

export class Redacted {
  readonly kind: RedactedKind;
  constructor(kind: RedactedKind) {
    this.kind = kind;
  }
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Double) &&
  !(value instanceof Redacted);

export const isArray = (value: unknown): value is JsonArray => Array.isArray(value);

/** An own property of an object, or undefined: hostile keys such as `constructor` never reach a prototype. */
export function own(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Follows own properties; undefined where any step is missing. */
export function at(value: JsonValue | undefined, ...keys: readonly string[]): JsonValue | undefined {
  let current = value;
  for (const key of keys) current = own(current, key);
  return current;
}

export function textAt(value: JsonValue | undefined, ...keys: readonly string[]): string | undefined {
  const found = at(value, ...keys);
  return typeof found === 'string' ? found : undefined;
}
