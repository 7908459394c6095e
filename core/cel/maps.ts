import type { EvaluationFrame } from './frame.ts';
import { Bytes, CelMap, emptyRecord, LibraryValue, storageKey, type CelValue, type Val } from './values.ts';

/**
 * As `buildMap`, for what computes constants once and for all: to the API server a URL or a quantity is a new key each time that it
 * is computed, so the counted mode has to decide.
 */
export function buildMapOnce(f: EvaluationFrame, entries: readonly (readonly [CelValue, CelValue])[], unique = false): Val {
  const hasNewKeys = entries.some(([key]) => key instanceof LibraryValue && !key.isKeyByContent && !key.isNoKey);
  return hasNewKeys ? f.leaveToCounting() : buildMap(f, entries, unique);
}

/** A map of the given entries, in their order. Of a key that occurs twice the last counts (cel-go 0.26), or it is an error. */
export function buildMap(f: EvaluationFrame, entries: readonly (readonly [CelValue, CelValue])[], unique = false): Val {
  if (entries.every(([key]) => typeof key === 'string')) {
    const record = emptyRecord();
    for (const [key, value] of entries) {
      if (unique && (key as string) in record) return f.fail('a map has a key twice', key);
      record[key as string] = value;
    }
    return record;
  }
  const map = new Map<string, readonly [CelValue, CelValue]>();
  for (const entry of entries) {
    if (entry[0] instanceof Bytes || (entry[0] instanceof LibraryValue && entry[0].isNoKey))
      return f.fail(`a ${entry[0].typeName} cannot be the key of a map`);
    const key = storageKey(entry[0]) ?? `NaN ${map.size}`;
    if (unique && map.has(key)) return f.fail('a map has a key twice', entry[0]);
    map.set(key, entry);
  }
  return new CelMap(map);
}
