/**
 * Finds the items of a List page in its bytes without parsing them: where each begins and ends, and which object at which
 * version it is. An object that is known is then never parsed, and of the others only what is read: `fieldsV1` of managed
 * fields, a third of a page, is left out.
 *
 * Anything but plain JSON as API servers write it (keys or uids with escapes, say) gives no answer, and the page is parsed whole.
 */

export interface PageItem {
  /** The item's bytes, `to` exclusive. */
  readonly from: number;
  readonly to: number;
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
  /** Ranges within the item, in pairs, that an empty object may stand for: values of `fieldsV1`. */
  readonly idle: readonly number[];
}

export interface PageItems {
  readonly items: readonly PageItem[];
  /** A number stands there that `JSON.parse` alone would not keep: 15 characters or more, a fraction, an exponent. */
  readonly delicate: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const COLON = 0x3a;
const COMMA = 0x2c;

/** Thrown within this module where the bytes are not as expected. */
class Unexpected extends Error {}

const ITEMS = Buffer.from('items');
const METADATA = Buffer.from('metadata');
const UID = Buffer.from('uid');
const RESOURCE_VERSION = Buffer.from('resourceVersion');
const MANAGED_FIELDS = Buffer.from('managedFields');
const FIELDS_V1 = Buffer.from('fieldsV1');

export function readPageItems(bytes: Uint8Array): PageItems | undefined {
  const scanner = new Scanner(bytes);
  try {
    return { items: scanner.page(), delicate: scanner.delicate };
  } catch (error) {
    if (error instanceof Unexpected) return undefined;
    throw error;
  }
}

class Scanner {
  delicate = false;
  readonly #bytes: Uint8Array;
  #at = 0;
  #uid: string | undefined;
  #version: string | undefined;
  #idle: number[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  page(): readonly PageItem[] {
    let items: readonly PageItem[] | undefined;
    this.#object((from, to) => {
      if (!this.#is(from, to, ITEMS)) this.#value();
      else if (items === undefined) items = this.#items();
      else throw new Unexpected();
    });
    this.#space();
    if (this.#at !== this.#bytes.length || items === undefined) throw new Unexpected();
    return items;
  }

  #items(): readonly PageItem[] {
    const items: PageItem[] = [];
    if (this.#bytes[this.#at] !== OPEN_LIST) throw new Unexpected();
    this.#at += 1;
    this.#space();
    if (this.#bytes[this.#at] === CLOSE_LIST) {
      this.#at += 1;
      return items;
    }
    for (;;) {
      items.push(this.#item());
      this.#space();
      const byte = this.#bytes[this.#at++];
      if (byte === CLOSE_LIST) return items;
      if (byte !== COMMA) throw new Unexpected();
      this.#space();
    }
  }

  #item(): PageItem {
    this.#uid = undefined;
    this.#version = undefined;
    this.#idle = [];
    let metadata = false;
    const start = this.#at;
    this.#object((from, to) => {
      if (!this.#is(from, to, METADATA) || this.#bytes[this.#at] !== OPEN_OBJECT) return this.#value();
      // `JSON.parse` would keep the second.
      if (metadata) throw new Unexpected();
      metadata = true;
      this.#metadata();
    });
    return { from: start, to: this.#at, uid: this.#uid, resourceVersion: this.#version, idle: this.#idle };
  }

  #metadata(): void {
    this.#object((from, to) => {
      if (this.#is(from, to, UID)) this.#uid = this.#text(this.#uid);
      else if (this.#is(from, to, RESOURCE_VERSION)) this.#version = this.#text(this.#version);
      else if (this.#is(from, to, MANAGED_FIELDS) && this.#bytes[this.#at] === OPEN_LIST) this.#managedFields();
      else this.#value();
    });
  }

  #managedFields(): void {
    this.#at += 1;
    this.#space();
    while (this.#bytes[this.#at] !== CLOSE_LIST) {
      this.#object((from, to) => {
        const start = this.#at;
        const idle = this.#is(from, to, FIELDS_V1) && this.#bytes[start] === OPEN_OBJECT;
        this.#value();
        if (idle) this.#idle.push(start, this.#at);
      });
      this.#space();
      if (this.#bytes[this.#at] === COMMA) {
        this.#at += 1;
        this.#space();
        if (this.#bytes[this.#at] !== OPEN_OBJECT) throw new Unexpected();
      }
    }
    this.#at += 1;
  }

  /** An object here; `member` is called at each value with the range of its key, and leaves the place behind the value. */
  #object(member: (from: number, to: number) => void): void {
    this.#space();
    if (this.#bytes[this.#at] !== OPEN_OBJECT) throw new Unexpected();
    this.#at += 1;
    this.#space();
    if (this.#bytes[this.#at] === CLOSE_OBJECT) {
      this.#at += 1;
      return;
    }
    for (;;) {
      if (this.#bytes[this.#at] !== QUOTE) throw new Unexpected();
      const from = this.#at + 1;
      const to = this.#plainEnd(from);
      this.#at = to + 1;
      this.#space();
      if (this.#bytes[this.#at++] !== COLON) throw new Unexpected();
      this.#space();
      member(from, to);
      this.#space();
      const byte = this.#bytes[this.#at++];
      if (byte === CLOSE_OBJECT) return;
      if (byte !== COMMA) throw new Unexpected();
      this.#space();
    }
  }

  /** A text that says who an object is. */
  #text(before: string | undefined): string {
    if (before !== undefined || this.#bytes[this.#at] !== QUOTE) throw new Unexpected();
    const from = this.#at + 1;
    const to = this.#plainEnd(from);
    this.#at = to + 1;
    let text = '';
    for (let i = from; i < to; i++) text += String.fromCharCode(this.#bytes[i] as number);
    return text;
  }

  /** The closing quote of a text without escapes and beyond ASCII. */
  #plainEnd(from: number): number {
    const bytes = this.#bytes;
    for (let i = from; i < bytes.length; i++) {
      const byte = bytes[i] as number;
      if (byte === QUOTE) return i;
      if (byte === BACKSLASH || byte > 0x7e) throw new Unexpected();
    }
    throw new Unexpected();
  }

  /** Goes behind any value. This loop sees most of a page: it only counts brackets, knows texts, and looks at numbers. */
  #value(): void {
    const bytes = this.#bytes;
    const length = bytes.length;
    let depth = 0;
    let i = this.#at;
    while (i < length) {
      const byte = bytes[i] as number;
      if (byte === QUOTE) {
        i += 1;
        while (i < length && bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1;
        i += 1;
        if (depth === 0) break;
      } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        depth += 1;
        i += 1;
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        if (depth === 0) break;
        depth -= 1;
        i += 1;
        if (depth === 0) break;
      } else if (byte === COMMA) {
        if (depth === 0) break;
        i += 1;
      } else if (byte === MINUS || (byte >= ZERO && byte <= NINE)) i = this.#number(i);
      else i += 1;
    }
    if (i > length) throw new Unexpected();
    this.#at = i;
  }

  #number(start: number): number {
    const bytes = this.#bytes;
    let i = start;
    for (;;) {
      const byte = bytes[i] as number;
      if (byte >= ZERO && byte <= NINE) i += 1;
      else if (byte === MINUS || byte === PLUS || byte === POINT || byte === 0x45 || byte === 0x65) {
        if (byte !== MINUS || bytes[i + 1] === ZERO) this.delicate = true;
        i += 1;
      } else break;
    }
    if (i - start >= LONG_NUMBER) this.delicate = true;
    return i;
  }

  #space(): void {
    const bytes = this.#bytes;
    for (;;) {
      const byte = bytes[this.#at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.#at += 1;
    }
  }

  #is(from: number, to: number, name: Uint8Array): boolean {
    if (to - from !== name.length) return false;
    for (let i = 0; i < name.length; i++) if (this.#bytes[from + i] !== name[i]) return false;
    return true;
  }
}

const ZERO = 0x30;
const NINE = 0x39;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const LONG_NUMBER = 15;
