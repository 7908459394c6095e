import { canonicalJson, sortedKeys } from '#core/canonical-json.ts';
import type { DeclaredVersion } from '#core/inventory/model.ts';
import { at, isObject, textAt } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import { groupOf } from '#core/model.ts';

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Fields of status that a rule reads, by `group/Kind`: these stay in the key and in the stored body (decisions.md 8). None yet. */
export const STATUS_FIELDS: Readonly<Record<string, readonly string[]>> = {};

/** Changes whenever redaction or stripping changes what is stored of the same object: old bodies are then made anew. */
const KEY_VERSION: number = 1;

/** What besides the object decides what is stored of it. */
export interface KeyContext {
  /** The namespace was filled in for a file: its findings say so. */
  readonly assumedNamespace?: boolean;
  /** All literal environment values are dropped from the stored body. */
  readonly dropEnvValues?: boolean;
}

/**
 * The object without what changes while its meaning does not (decisions.md 8): resourceVersion, generation, managedFields,
 * last-applied, status but for the written list. Also what the stored body is made of.
 */
export function stripForKey(
  object: JsonObject,
  statusFields: Readonly<Record<string, readonly string[]>> = STATUS_FIELDS,
): JsonObject {
  const stripped: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(object)) {
    if (key === 'metadata' && isObject(value)) put(stripped, key, stripMetadata(value));
    else if (key !== 'status') put(stripped, key, value);
    else if (isObject(value)) putStatus(stripped, value, statusFields[kindKey(object)]);
  }
  return stripped;
}

function putStatus(stripped: Record<string, JsonValue>, status: JsonObject, fields: readonly string[] | undefined): void {
  const kept = Object.entries(status).filter(([key]) => fields?.includes(key) === true);
  if (kept.length > 0) put(stripped, 'status', Object.fromEntries(kept));
}

const NOISE = new Set(['resourceVersion', 'generation', 'managedFields', 'selfLink']);

function stripMetadata(metadata: JsonObject): JsonObject {
  const stripped: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(metadata)) {
    if (NOISE.has(key)) continue;
    if (key !== 'annotations' || !isObject(value) || !Object.hasOwn(value, LAST_APPLIED)) put(stripped, key, value);
    else if (Object.keys(value).length > 1)
      put(stripped, key, Object.fromEntries(Object.entries(value).filter(([name]) => name !== LAST_APPLIED)));
  }
  return stripped;
}

/** Sets an own property, also one called `__proto__`. */
function put(object: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

const kindKey = (object: JsonObject): string => `${groupOf(textAt(object, 'apiVersion') ?? '')}/${textAt(object, 'kind') ?? ''}`;

/**
 * The evaluation key (decisions.md 8): `hmac` (HMAC-SHA-256 with the database's key) over the canonical stripped object and its
 * declared versions. Takes the object as it was read; an already stripped one gives the same key.
 */
export function evaluationKey(
  object: JsonObject,
  declared: readonly DeclaredVersion[],
  hmac: (text: string) => Uint8Array,
  context: KeyContext = {},
): Uint8Array {
  const flags = `${context.assumedNamespace === true ? 'a' : ''}${context.dropEnvValues === true ? 'e' : ''}`;
  const pairs = declared.map((pair) => `${pair.manager} ${pair.apiVersion}`).toSorted();
  return hmac(`${KEY_VERSION}${flags}\n${JSON.stringify(pairs)}\n${canonicalJson(stripForKey(object))}`);
}

/**
 * A resourceVersion together with what besides the object decides what is stored of it. An unchanged object is found by this
 * alone: a bare resourceVersion would keep what was stored before redaction became stricter, or before a setting was switched on.
 */
export function versionKey(resourceVersion: string, context: KeyContext = {}): string {
  if (KEY_VERSION === 1 && context.dropEnvValues !== true) return resourceVersion;
  return `${resourceVersion} ${KEY_VERSION}${context.dropEnvValues === true ? 'e' : ''}`;
}

/** Annotations of an object, own string properties only. */
export function annotationsOf(object: JsonObject, ...path: readonly string[]): readonly (readonly [string, string])[] {
  const annotations = at(object, ...path, 'annotations');
  if (!isObject(annotations)) return [];
  return sortedKeys(annotations).flatMap((key) => {
    const value = annotations[key];
    return typeof value === 'string' ? [[key, value] as const] : [];
  });
}
