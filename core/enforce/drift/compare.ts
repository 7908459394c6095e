import { canonicalJson } from '#core/canonical-json.ts';
import { isArray, isObject, Redacted } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';

/** What says nothing: it is left out or written, all the same. `false` is no such thing: it switches off what is on without it. */
function isEmpty(value: JsonValue): boolean {
  if (value === null || value === '') return true;
  if (isArray(value)) return value.length === 0;
  return isObject(value) && Object.values(value).every((one) => isEmpty(one));
}

/** Where an installed value differs from the wanted one. */
export function differences(wanted: JsonObject, installed: JsonObject): readonly string[] {
  const found: string[] = [];
  compare(wanted, installed, '', found);
  return found;
}

function compare(wanted: JsonValue | undefined, installed: JsonValue | undefined, path: string, found: string[]): void {
  if (wanted === undefined || installed === undefined) {
    if (wanted !== undefined || !isEmpty(installed ?? null)) found.push(path);
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
