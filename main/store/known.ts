import { hash } from 'node:crypto';

/**
 * What an earlier scan of the same source knows, packed for worker threads: one SharedArrayBuffer (about 60 bytes an object,
 * 6 MB for 100,000) that every worker reads in place. Two hash tables with open addressing lead from evaluation keys and from
 * uids to entries.
 */

export interface KnownRow {
  readonly id: number;
  readonly key: Uint8Array;
  readonly uid: string | null;
  readonly resourceVersion: string | null;
}

/** Offsets in an entry: 128 bits of the evaluation key, 128 of the uid, 64 of the resourceVersion, the object's id. */
const KEY = 0;
const UID = 4;
const VERSION = 8;
const ID = 10;
const WORDS = 11;
const HEADER = 2;

/** Packs that many rows, one after another as they come. The buffer can be posted to any number of workers without a copy. */
export function packKnown(count: number, rows: Iterable<KnownRow>): SharedArrayBuffer {
  const slots = slotCount(count);
  const buffer = new SharedArrayBuffer((HEADER + 2 * slots + count * WORDS) * 4);
  const words = new Uint32Array(buffer);
  words[0] = count;
  words[1] = slots;
  let index = 0;
  for (const row of rows) {
    const at = HEADER + 2 * slots + index * WORDS;
    words.set(keyWords(row.key), at + KEY);
    words[at + ID] = row.id;
    insert(words, HEADER, slots, words[at + KEY] ?? 0, index++);
    if (row.uid === null || row.resourceVersion === null) continue;
    words.set(uidWords(row.uid), at + UID);
    words.set(versionWords(row.resourceVersion), at + VERSION);
    insert(words, HEADER + slots, slots, words[at + UID] ?? 0, index - 1);
  }
  return buffer;
}

/** Half full at most, and a power of two. */
const slotCount = (rows: number): number => 2 ** Math.ceil(Math.log2(Math.max(2, rows * 2)));

function insert(words: Uint32Array, table: number, slots: number, start: number, index: number): void {
  let slot = start & (slots - 1);
  while (words[table + slot] !== 0) slot = (slot + 1) & (slots - 1);
  words[table + slot] = index + 1;
}

const keyWords = (key: Uint8Array): Uint32Array => {
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  return Uint32Array.of(view.getUint32(0), view.getUint32(4), view.getUint32(8), view.getUint32(12));
};

/** Dashes of a UUID. */
const DASHES: ReadonlySet<number> = new Set([8, 13, 18, 23]);

/** A uid as 128 bits: exact where it is a UUID in lower case, as Kubernetes makes them. */
function uidWords(uid: string, words: Uint32Array = new Uint32Array(4)): Uint32Array {
  if (uid.length !== 36) return digest(uid, 4);
  let word = 0;
  let digits = 0;
  for (let i = 0; i < 36; i++) {
    const unit = uid.charCodeAt(i);
    if (DASHES.has(i)) {
      if (unit !== 0x2d) return digest(uid, 4);
      continue;
    }
    const digit = unit >= 0x30 && unit <= 0x39 ? unit - 0x30 : unit >= 0x61 && unit <= 0x66 ? unit - 0x57 : -1;
    if (digit < 0) return digest(uid, 4);
    word = (word << 4) | digit;
    digits += 1;
    if (digits % 8 === 0) words[digits / 8 - 1] = word;
  }
  return words;
}

/** A resourceVersion as 64 bits: exact where it is a decimal number below 2^53, as every API server on etcd writes it. */
function versionWords(version: string, words: Uint32Array = new Uint32Array(2)): Uint32Array {
  const number = decimal(version);
  if (number === undefined) {
    const digested = digest(version, 2);
    digested[0] = ((digested[0] ?? 0) | 0x80000000) >>> 0;
    return digested;
  }
  words[0] = Math.floor(number / 2 ** 32);
  words[1] = number % 2 ** 32;
  return words;
}

/** The number of 1 to 16 digits without leading zeros that a text is, below 2^53. */
function decimal(text: string): number | undefined {
  if (text.length === 0 || text.length > 16 || text.charCodeAt(0) === 0x30) return undefined;
  let number = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return Number.isSafeInteger(number) ? number : undefined;
}

const digest = (text: string, count: number): Uint32Array => {
  const bytes = hash('sha256', text, 'buffer');
  return Uint32Array.from({ length: count }, (_, word) => bytes.readUInt32BE(word * 4));
};

/** Looks into the packed rows; made once per worker from the buffer. */
export class KnownIndex {
  readonly size: number;
  readonly #words: Uint32Array;
  readonly #slots: number;
  readonly #rows: number;
  /** For one lookup each: made once, because a rescan looks up every object. */
  readonly #uid = new Uint32Array(4);
  readonly #version = new Uint32Array(2);
  readonly #wanted = new Uint32Array(6);

  constructor(buffer: SharedArrayBuffer) {
    this.#words = new Uint32Array(buffer);
    this.size = this.#words[0] ?? 0;
    this.#slots = this.#words[1] ?? 1;
    this.#rows = HEADER + 2 * this.#slots;
  }

  /** The id of the object with this evaluation key. */
  byKey(key: Uint8Array): number | undefined {
    return this.#find(HEADER, keyWords(key), KEY);
  }

  /** The id of the object that had this uid at this very resourceVersion: its content is unchanged. */
  byUid(uid: string, resourceVersion: string): number | undefined {
    const wanted = this.#wanted;
    wanted.set(uidWords(uid, this.#uid));
    wanted.set(versionWords(resourceVersion, this.#version), 4);
    return this.#find(HEADER + this.#slots, wanted, UID);
  }

  #find(table: number, wanted: Uint32Array, offset: number): number | undefined {
    let slot = (wanted[0] ?? 0) & (this.#slots - 1);
    for (;;) {
      const entry = this.#words[table + slot] ?? 0;
      if (entry === 0) return undefined;
      const at = this.#rows + (entry - 1) * WORDS;
      let same = 0;
      while (same < wanted.length && this.#words[at + offset + same] === wanted[same]) same++;
      if (same === wanted.length) return this.#words[at + ID];
      slot = (slot + 1) & (this.#slots - 1);
    }
  }
}
