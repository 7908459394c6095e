import { isArray, isObject, Redacted } from '#core/json.ts';
import type { JsonArray, JsonObject, JsonValue, RedactedKind } from '#core/json.ts';
import {
  announcesCredential,
  assignsCredential,
  hasCertainShape,
  hasLikelyShape,
  isCredentialArgument,
  isCredentialField,
  isCredentialName,
  isEnvCredentialName,
  isHarmless,
  isLiteral,
} from '#core/redact/shapes.ts';

export interface RedactOptions {
  /** Drop every literal environment value, harmless or not. */
  readonly dropEnvValues: boolean;
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** Longer annotations are documents of some tool, and documents carry anything (reference/security.md §5.7). */
const MAX_ANNOTATION = 1024;
/** Maps of a Secret or ConfigMap whose values are taken away; their keys stay. */
const DATA_FIELDS = new Set(['data', 'stringData', 'binaryData']);

const MARKERS: Readonly<Record<RedactedKind, Redacted>> = {
  secret: new Redacted('secret'),
  configMap: new Redacted('configMap'),
  env: new Redacted('env'),
  argument: new Redacted('argument'),
  annotation: new Redacted('annotation'),
  lastApplied: new Redacted('lastApplied'),
};

/** What `redactText` gives for a credential. */
export const REDACTED_TEXT = '[redacted]';

/**
 * The object as it may be stored (decisions.md 10, reference/security.md §5): everything that is, or looks like, a credential is
 * a typed marker; managedFields are gone. Parts that hold nothing of the kind are shared with the original, which stays as it is.
 */
export function redactObject(object: JsonObject, options: RedactOptions): JsonObject {
  const { metadata } = object;
  const whole =
    isObject(metadata) && Object.hasOwn(metadata, 'managedFields')
      ? { ...object, metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => key !== 'managedFields')) }
      : object;
  return redactMap(whole, options);
}

/** Whether a text, wherever it came from, may be shown and stored. */
export const isSafeText = (text: string): boolean => !isCredentialArgument(text);

/**
 * A value for a message. Where it is from decides with it: `path` (decisions.md 3) is that of the finding in its object, so that
 * the value of an environment variable called DB_PASSWORD is not shown either.
 */
export function redactText(text: string, path = '', options: RedactOptions = { dropEnvValues: false }): string {
  return isSafeText(text) && (path === '' || isHarmless(text) || !isCredentialPlace(path, options)) ? text : REDACTED_TEXT;
}

const ENV_PLACE = /(?:^|\.)env\[(?:name=(?:'((?:[^']|'')*)'|([^'\]]*))|\d+)\](?:\.value)?$/;
const LAST_STEP = /(?:\['((?:[^']|'')*)'\]|\.([A-Za-z0-9_]+))$/;

function isCredentialPlace(path: string, options: RedactOptions): boolean {
  if (/^(?:data|stringData|binaryData)(?:\.|\[)/.test(path)) return true;
  const env = ENV_PLACE.exec(path);
  if (env !== null) return options.dropEnvValues || isEnvCredentialName(env[1] ?? env[2] ?? '');
  const step = LAST_STEP.exec(path);
  const name = step?.[1] ?? step?.[2] ?? '';
  return isCredentialField(name) || (path.includes('annotations') && isAnnotationName(name));
}

function redactMap(object: JsonObject, options: RedactOptions): JsonObject {
  const { kind, apiVersion } = object;
  const dataKind =
    apiVersion === 'v1' && kind === 'Secret' ? 'secret' : apiVersion === 'v1' && kind === 'ConfigMap' ? 'configMap' : undefined;
  let copy: Record<string, JsonValue> | undefined;
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (value === undefined) continue;
    const kept = dataKind !== undefined && DATA_FIELDS.has(key) ? redactData(value, dataKind) : redactField(key, value, options);
    if (kept === value) continue;
    copy ??= { ...object };
    set(copy, key, kept);
  }
  return copy ?? object;
}

/** Keys stay, values go; what is no map goes whole. */
function redactData(value: JsonValue, kind: RedactedKind): JsonValue {
  if (value === null) return value;
  if (!isObject(value)) return MARKERS[kind];
  const copy: Record<string, JsonValue> = {};
  for (const key of Object.keys(value)) set(copy, key, MARKERS[kind]);
  return copy;
}

function redactField(key: string, value: JsonValue, options: RedactOptions): JsonValue {
  if (typeof value === 'string') return redactString(key, value);
  if (isArray(value)) return redactList(key, value, options);
  if (!isObject(value)) return value;
  return key === 'annotations' ? redactAnnotations(value) : redactMap(value, options);
}

function redactString(key: string, value: string): JsonValue {
  if (hasCertainShape(value)) return MARKERS.secret;
  if (key === 'caBundle') return value === '' ? value : MARKERS.secret;
  if (key === LAST_APPLIED) return MARKERS.lastApplied;
  return key.length > 5 && isCredentialField(key) && !isHarmless(value) ? MARKERS.secret : value;
}

function redactList(key: string, items: JsonArray, options: RedactOptions): JsonArray {
  if (key === 'args' || key === 'command') return redactArguments(items, options);
  return changed(items, (item) => (isObject(item) ? redactItem(key, item, options) : redactField('', item, options)));
}

/** Items with a name and a value: environment variables, HTTP headers, parameters of custom resources. */
function redactItem(key: string, item: JsonObject, options: RedactOptions): JsonValue {
  const kept = redactMap(item, options);
  const { name, value } = item;
  if (typeof name !== 'string' || value === undefined || value === null || typeof value === 'object') return kept;
  return isSecretPair(key, name, String(value), options) ? { ...kept, value: MARKERS.env } : kept;
}

function isSecretPair(list: string, name: string, value: string, options: RedactOptions): boolean {
  if (list !== 'env') return isCredentialName(name) && !isHarmless(value);
  if (options.dropEnvValues) return value.length > 0;
  return !isHarmless(value) && (isEnvCredentialName(name) || isCredentialArgument(value));
}

function redactArguments(items: JsonArray, options: RedactOptions): JsonArray {
  let before: ReturnType<typeof announcesCredential>;
  return changed(items, (item) => {
    if (typeof item !== 'string') return redactField('', item, options);
    const announced = before;
    before = announcesCredential(item);
    if (announced === 'password' && !item.startsWith('-') && isLiteral(item)) return MARKERS.argument;
    if (announced === 'user' && /^[^\s:]+:[^\s$]/.test(item)) return MARKERS.argument;
    return isCredentialArgument(item) ? MARKERS.argument : item;
  });
}

function redactAnnotations(annotations: JsonObject): JsonObject {
  let copy: Record<string, JsonValue> | undefined;
  for (const name of Object.keys(annotations)) {
    const value = annotations[name];
    if (typeof value !== 'string' || value.length === 0) continue;
    const kind = annotationMarker(name, value);
    if (kind === undefined) continue;
    copy ??= { ...annotations };
    set(copy, name, MARKERS[kind]);
  }
  return copy ?? annotations;
}

function annotationMarker(name: string, value: string): RedactedKind | undefined {
  if (name === LAST_APPLIED) return 'lastApplied';
  if (value.length > MAX_ANNOTATION || hasLikelyShape(value) || assignsCredential(value)) return 'annotation';
  return isAnnotationName(name) && !isHarmless(value) ? 'annotation' : undefined;
}

/** Waivers are named after rules, and rules after what they look for. */
const isAnnotationName = (name: string): boolean =>
  isCredentialName(name) && !name.startsWith('plimsoll.dev/') && !name.startsWith('datree.skip/');

function changed(items: JsonArray, change: (item: JsonValue) => JsonValue): JsonArray {
  let copy: JsonValue[] | undefined;
  for (let index = 0; index < items.length; index++) {
    const item = items[index] ?? null;
    const kept = change(item);
    if (kept === item) continue;
    copy ??= [...items];
    copy[index] = kept;
  }
  return copy ?? items;
}

/** Sets an own property, also one called `__proto__`. */
function set(object: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}
