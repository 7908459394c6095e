import { isDeepStrictEqual } from 'node:util';
import { isObject } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';

/** One change of a document: what stands at a path becomes `value`, or goes. A place behind the end of a list appends. */
export interface Difference {
  readonly path: readonly (string | number)[];
  readonly value: JsonValue | undefined;
}

/** What leads from one value to another, the smallest parts that do, in the order in which they are to be done. */
export function differences(before: JsonValue, after: JsonValue, path: readonly (string | number)[] = []): readonly Difference[] {
  if (isDeepStrictEqual(before, after)) return [];
  // A block without members cannot be written: the whole changes its form.
  if (isObject(before) && isObject(after) && !isEmpty(before) && !isEmpty(after)) return ofMaps(before, after, path);
  if (Array.isArray(before) && Array.isArray(after) && before.length > 0 && after.length > 0) return ofLists(before, after, path);
  return [{ path, value: after }];
}

const isEmpty = (value: JsonObject): boolean => Object.keys(value).length === 0;

/** Changed and new ones first: a map never stands empty in between. */
function ofMaps(before: JsonObject, after: JsonObject, path: readonly (string | number)[]): readonly Difference[] {
  const changed = Object.entries(after).flatMap(([key, value]) => {
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    return old === undefined ? [{ path: [...path, key], value }] : differences(old, value, [...path, key]);
  });
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  return [...changed, ...gone.map((key) => ({ path: [...path, key], value: undefined }))];
}

/** Items are the same by what they are named. Where the order of those that stay is another, the list is written anew. */
function ofLists(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  path: readonly (string | number)[],
): readonly Difference[] {
  const [old, next] = [before.map(identity), after.map(identity)];
  if (new Set(old).size < old.length || new Set(next).size < next.length) return byPlace(before, after, path);
  const kept = old.filter((id) => next.includes(id));
  if (!kept.every((id, index) => next[index] === id)) return [{ path, value: after }];
  if (kept.length === 0) return before.length === after.length ? byPlace(before, after, path) : [{ path, value: after }];
  const gone = old.flatMap((id, index) => (next.includes(id) ? [] : [{ path: [...path, index], value: undefined }])).toReversed();
  const inside = kept.flatMap((id, index) =>
    differences(before[old.indexOf(id)] ?? null, after[index] ?? null, [...path, index]),
  );
  const added = after.slice(kept.length).map((value, index) => ({ path: [...path, kept.length + index], value }));
  return [...gone, ...inside, ...added];
}

function byPlace(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  path: readonly (string | number)[],
): readonly Difference[] {
  const inside = before
    .slice(0, after.length)
    .flatMap((item, index) => differences(item, after[index] ?? null, [...path, index]));
  const added = after.slice(before.length).map((value, index) => ({ path: [...path, before.length + index], value }));
  const gone = before.slice(after.length).map((_, index) => ({ path: [...path, after.length + index], value: undefined }));
  return [...inside, ...added, ...gone.toReversed()];
}

/** What an item of our files is known by. */
function identity(item: JsonValue): string {
  if (!isObject(item)) return JSON.stringify(item);
  for (const key of ['id', 'name', 'rule', 'by']) if (typeof item[key] === 'string') return `${key}=${item[key]}`;
  return JSON.stringify(item);
}
