/**
 * Sets of object ids: ascending, without repetition, below 2^32. Packed as the distances between neighbours in
 * little-endian base 128: ids of one scan stand mostly side by side, so the packed bytes are mostly ones and deflate to
 * almost nothing.
 */
export type IdSet = Uint32Array;

export const EMPTY: IdSet = new Uint32Array(0);

/** Any ids, in any order, as a set. */
export function idSet(ids: Iterable<number>): IdSet {
  const sorted = Uint32Array.from(ids).sort();
  let size = 0;
  for (let index = 0; index < sorted.length; index++) {
    if (index === 0 || sorted[index] !== sorted[index - 1]) sorted[size++] = sorted[index] ?? 0;
  }
  return sorted.slice(0, size);
}

export function packIds(ids: IdSet): Uint8Array {
  const bytes = new Uint8Array(ids.length * 5);
  let length = 0;
  let previous = 0;
  for (const id of ids) {
    let distance = id - previous;
    previous = id;
    while (distance > 127) {
      bytes[length++] = (distance % 128) + 128;
      distance = Math.floor(distance / 128);
    }
    bytes[length++] = distance;
  }
  return bytes.slice(0, length);
}

export function unpackIds(bytes: Uint8Array): IdSet {
  const ids = new Uint32Array(bytes.length);
  let size = 0;
  let previous = 0;
  let distance = 0;
  let weight = 1;
  for (const byte of bytes) {
    distance += (byte % 128) * weight;
    weight *= 128;
    if (byte > 127) continue;
    previous += distance;
    ids[size++] = previous;
    distance = 0;
    weight = 1;
  }
  return ids.slice(0, size);
}

/** What leads from one set to another. */
export function difference(from: IdSet, to: IdSet): { readonly added: IdSet; readonly removed: IdSet } {
  return { added: without(to, from), removed: without(from, to) };
}

/** The ids of one set that are not in the other. */
export function without(ids: IdSet, others: IdSet): IdSet {
  const left = new Uint32Array(ids.length);
  let size = 0;
  let at = 0;
  for (const id of ids) {
    while (at < others.length && (others[at] ?? 0) < id) at++;
    if (others[at] !== id) left[size++] = id;
  }
  return left.slice(0, size);
}

export function union(one: IdSet, other: IdSet): IdSet {
  const all = new Uint32Array(one.length + other.length);
  let size = 0;
  let a = 0;
  let b = 0;
  while (a < one.length || b < other.length) {
    const left = one[a] ?? Infinity;
    const right = other[b] ?? Infinity;
    all[size++] = Math.min(left, right);
    if (left <= right) a++;
    if (right <= left) b++;
  }
  return all.slice(0, size);
}

export function hasId(ids: IdSet, id: number): boolean {
  let low = 0;
  let high = ids.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = ids[middle] ?? 0;
    if (found === id) return true;
    if (found < id) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

/** A stretch of a set to be read with one range query: most ids between `first` and `last` are members. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
}

const MAX_GAP = 16;

/** Cuts a set into ranges, so that reading it costs a few range queries and not one query per id. */
export function* stretches(ids: IdSet, limit = 2000): Generator<Stretch> {
  let start = 0;
  for (let index = 1; index <= ids.length; index++) {
    const id = ids[index] ?? Infinity;
    const previous = ids[index - 1] ?? 0;
    if (id - previous <= MAX_GAP && index - start < limit) continue;
    yield { first: ids[start] ?? 0, last: previous };
    start = index;
  }
}
