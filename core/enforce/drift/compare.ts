import { canonicalJson } from '#core/canonical-json.ts';
import { isArray, isObject, Redacted } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';

/*
 * What was applied and what a server gives back are the same where the server only filled in defaults
 * (k8s.io/kubernetes/pkg/apis/admissionregistration/v1/defaults.go: empty selectors, scope `*`, matchPolicy `Equivalent`).
 */

const FILLED: Readonly<Record<string, readonly JsonValue[]>> = { matchPolicy: ['Equivalent'], scope: ['*'] };

/** What says nothing: it is left out or written, all the same. */
function isEmpty(value: JsonValue): boolean {
  if (value === null || value === false || value === '') return true;
  if (isArray(value)) return value.length === 0;
  return isObject(value) && Object.values(value).every((one) => isEmpty(one));
}

const isFilled = (key: string, value: JsonValue): boolean => FILLED[key]?.includes(value) === true;

/** A value without what servers fill in. `kept` says which filled-in values were written by hand, by their place. */
export function withoutDefaults(value: JsonValue, like: JsonValue | undefined): JsonValue {
  if (isArray(value)) return value.map((one, at) => withoutDefaults(one, isArray(like) ? like[at] : undefined));
  if (!isObject(value)) return value;
  const kept: Record<string, JsonValue> = {};
  for (const [key, one] of Object.entries(value)) {
    const written = isObject(like) && Object.hasOwn(like, key) ? like[key] : undefined;
    const inner = withoutDefaults(one, written);
    if (written === undefined && (isEmpty(inner) || isFilled(key, inner))) continue;
    kept[key] = inner;
  }
  return kept;
}

/** Where an installed value differs from the wanted one, defaults of the server aside: the first few places. */
export function differences(wanted: JsonObject, installed: JsonObject): readonly string[] {
  const found: string[] = [];
  compare(wanted, withoutDefaults(installed, wanted), '', found);
  return found;
}

function compare(wanted: JsonValue | undefined, installed: JsonValue | undefined, path: string, found: string[]): void {
  if (wanted === undefined || installed === undefined) {
    if (wanted !== installed) found.push(path);
    return;
  }
  // What was redacted on reading cannot be told apart from what it was.
  if (installed instanceof Redacted) return;
  if (isObject(wanted) && isObject(installed)) {
    const keys = [...new Set([...Object.keys(wanted), ...Object.keys(installed)])].toSorted();
    for (const key of keys) {
      const at = path === '' ? key : `${path}.${key}`;
      compare(own(wanted, key), own(installed, key), at, found);
    }
    return;
  }
  if (isArray(wanted) && isArray(installed) && wanted.length === installed.length) {
    wanted.forEach((one, at) => compare(one, installed[at], `${path}[${at}]`, found));
    return;
  }
  if (canonicalJson(wanted) !== canonicalJson(installed)) found.push(path);
}

const own = (object: JsonObject, key: string): JsonValue | undefined => (Object.hasOwn(object, key) ? object[key] : undefined);
