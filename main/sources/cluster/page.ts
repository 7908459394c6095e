/**
 * Reads the frame of a List page without parsing its items, which are most of its bytes and are parsed in the workers.
 *
 * The API server writes built-in kinds with `metadata` before `items`, and custom resources with their keys in alphabetical order,
 * so `metadata` after `items` (both checked against 1.36 and 1.30). So the frame is read from the front up to `items`, and then
 * backwards from the end. Backwards is safe in JSON: a quote ends a string unless an odd number of backslashes precedes it,
 * and what an opening quote follows is never a backslash; so nothing inside an item can pass for the frame.
 */

export interface PageFrame {
  /** `PodList`, `PartialObjectMetadataList` ...; empty where the page does not say. */
  readonly kind: string;
  /** Empty on the last page. */
  readonly continue: string;
  /** How many objects follow after this page, as the server says; 0 where it does not. */
  readonly remaining: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const COLON = 0x3a;
const COMMA = 0x2c;

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
const isOpen = (byte: number | undefined): boolean => byte === OPEN_OBJECT || byte === OPEN_LIST;
const isClose = (byte: number | undefined): boolean => byte === CLOSE_OBJECT || byte === CLOSE_LIST;

/** Thrown within this module where the bytes are not a JSON object. */
class NotJson extends Error {}

/** Index of the first byte at or after `at` that is no space. */
function skipSpace(bytes: Uint8Array, at: number): number {
  let i = at;
  while (isSpace(bytes[i])) i += 1;
  return i;
}

function skipSpaceBack(bytes: Uint8Array, at: number): number {
  let i = at;
  while (isSpace(bytes[i])) i -= 1;
  return i;
}

/** From an opening quote to the index after the closing one. */
function endOfString(bytes: Uint8Array, at: number): number {
  for (let i = at + 1; i < bytes.length; i += 1) {
    if (bytes[i] === BACKSLASH) i += 1;
    else if (bytes[i] === QUOTE) return i + 1;
  }
  throw new NotJson();
}

/** From a closing quote to the index of the opening one. */
function startOfString(bytes: Uint8Array, at: number): number {
  for (let i = at - 1; i >= 0; i -= 1) {
    if (bytes[i] !== QUOTE) continue;
    let slashes = 0;
    while (bytes[i - 1 - slashes] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return i;
  }
  throw new NotJson();
}

/** Index after the value that starts at `at`. */
function endOfValue(bytes: Uint8Array, at: number): number {
  if (bytes[at] === QUOTE) return endOfString(bytes, at);
  let depth = 0;
  for (let i = at; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (byte === QUOTE) i = endOfString(bytes, i) - 1;
    else if (isOpen(byte)) depth += 1;
    else if (isClose(byte)) {
      if (depth === 0) return i;
      depth -= 1;
      if (depth === 0) return i + 1;
    } else if (depth === 0 && (byte === COMMA || isSpace(byte))) return i;
  }
  throw new NotJson();
}

/** Index of the first byte of the value that ends at `at` (inclusive). */
function startOfValue(bytes: Uint8Array, at: number): number {
  if (bytes[at] === QUOTE) return startOfString(bytes, at);
  let depth = 0;
  for (let i = at; i >= 0; i -= 1) {
    const byte = bytes[i];
    if (byte === QUOTE) i = startOfString(bytes, i);
    else if (isClose(byte)) depth += 1;
    else if (isOpen(byte)) {
      depth -= 1;
      if (depth === 0) return i;
      if (depth < 0) throw new NotJson();
    } else if (depth === 0 && (byte === COLON || isSpace(byte))) return i + 1;
  }
  throw new NotJson();
}

const decoder = new TextDecoder('utf-8', { fatal: true });

const parse = (bytes: Uint8Array, from: number, to: number): unknown => JSON.parse(decoder.decode(bytes.subarray(from, to)));

/** Top-level members up to `items`, whose value is not looked at. Returns the index of that value. */
function readFront(bytes: Uint8Array, members: Map<string, unknown>): number {
  let at = skipSpace(bytes, 0);
  if (bytes[at] !== OPEN_OBJECT) throw new NotJson();
  at = skipSpace(bytes, at + 1);
  while (bytes[at] === QUOTE) {
    const keyEnd = endOfString(bytes, at);
    const key = String(parse(bytes, at, keyEnd));
    at = skipSpace(bytes, keyEnd);
    if (bytes[at] !== COLON) throw new NotJson();
    at = skipSpace(bytes, at + 1);
    if (key === 'items') return at;
    const end = endOfValue(bytes, at);
    members.set(key, parse(bytes, at, end));
    at = skipSpace(bytes, end);
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
  }
  // A list without items: not what was asked for.
  throw new NotJson();
}

/** Top-level members from the end back to `items`. Checks on the way that the page does end as an object. */
function readBack(bytes: Uint8Array, itemsAt: number, members: Map<string, unknown>): void {
  let at = skipSpaceBack(bytes, bytes.length - 1);
  if (bytes[at] !== CLOSE_OBJECT) throw new NotJson();
  at = skipSpaceBack(bytes, at - 1);
  while (at > itemsAt) {
    // The items end here: `]`, or `null` for a list of nothing. Looking further back would mean reading them.
    if (bytes[at] === CLOSE_LIST && bytes[itemsAt] === OPEN_LIST) return;
    const valueAt = startOfValue(bytes, at);
    if (valueAt === itemsAt) return;
    const value = parse(bytes, valueAt, at + 1);
    at = skipSpaceBack(bytes, valueAt - 1);
    if (bytes[at] !== COLON) throw new NotJson();
    at = skipSpaceBack(bytes, at - 1);
    if (bytes[at] !== QUOTE) throw new NotJson();
    const keyAt = startOfString(bytes, at);
    members.set(String(parse(bytes, keyAt, at + 1)), value);
    at = skipSpaceBack(bytes, keyAt - 1);
    if (bytes[at] !== COMMA) throw new NotJson();
    at = skipSpaceBack(bytes, at - 1);
  }
  throw new NotJson();
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> => (isFields(value) ? value : {});

/**
 * The frame of a List page, or undefined where the bytes are not one (cut off, HTML, another object).
 * The items themselves are not checked: a worker that cannot parse them records the kind as `invalid`.
 */
export function readPageFrame(bytes: Uint8Array): PageFrame | undefined {
  try {
    const members = new Map<string, unknown>();
    readBack(bytes, readFront(bytes, members), members);
    // Every API server writes `metadata`, so a frame without it was written in an order not seen before: then the whole page is read.
    const metadata = members.has('metadata') ? members.get('metadata') : fieldsOf(parse(bytes, 0, bytes.length))['metadata'];
    const fields = fieldsOf(metadata);
    const kind = members.get('kind');
    const token = fields['continue'];
    const remaining = fields['remainingItemCount'];
    return {
      kind: typeof kind === 'string' ? kind : '',
      continue: typeof token === 'string' ? token : '',
      remaining: typeof remaining === 'number' && remaining > 0 ? Math.floor(remaining) : 0,
    };
  } catch {
    return undefined;
  }
}
