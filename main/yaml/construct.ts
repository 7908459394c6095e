/**
 * Builds the value of one YAML document from parser events, as sigs.k8s.io/yaml (goyaml.v2) builds it for the API server: keys in
 * their order, the last of equal keys wins, `<<` merges where it stands, aliases that would blow up are refused.
 */
import {
  EVENT_ALIAS,
  EVENT_MAPPING,
  EVENT_SCALAR,
  EVENT_SEQUENCE,
  SCALAR_STYLE_DOUBLE_QUOTED,
  SCALAR_STYLE_FOLDED_BLOCK,
  SCALAR_STYLE_LITERAL_BLOCK,
  SCALAR_STYLE_PLAIN,
  getScalarValue,
  type Event,
  type ScalarEvent,
} from 'js-yaml';
import { Double, isObject, type JsonValue } from '#core/json.ts';
import { opensNode, placeOf } from './events.ts';
import type { ParsedText } from './parse.ts';
import { fullTag, type TagHandles } from './tags.ts';
import { Refusal, resolveKey, resolvePlain, resolveTagged } from './scalar.ts';

/** A key that stands twice in one mapping; the last one counts. */
export interface DuplicateKey {
  readonly key: string;
  /** Offset of the second key in the parsed source. */
  readonly offset: number;
}

/** Thrown inside this folder only; `readYaml` makes an error entry of it. Offsets are of the parsed source. */
export class ConstructError extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

interface Anchor {
  readonly value: JsonValue;
  /** Nodes of the value, aliases inside counted in full: what an alias to it costs. */
  readonly size: number;
}

type Mutable = Record<string, JsonValue>;

/** goyaml.v2 decode.go: the share of nodes that may come out of aliases, falling from 99 % to 10 % for very large documents. */
function allowedAliasShare(nodes: number): number {
  if (nodes <= 400_000) return 0.99;
  if (nodes >= 4_000_000) return 0.1;
  return 0.99 - (0.89 * (nodes - 400_000)) / 3_600_000;
}

export class Builder {
  readonly duplicates: DuplicateKey[] = [];
  readonly #source: string;
  readonly #events: readonly Event[];
  readonly #handles: TagHandles;
  readonly #anchors = new Map<string, Anchor | 'open'>();
  /** Position of the next event; the first one opens the document. */
  #at = 1;
  #nodes = 0;
  #aliased = 0;

  constructor(parsed: ParsedText) {
    this.#source = parsed.source;
    this.#events = parsed.events;
    this.#handles = parsed.handles;
  }

  /** The value of the node at the current event. */
  build(): JsonValue {
    const event = this.#events[this.#at++];
    if (event === undefined) return null;
    this.#nodes += 1;
    switch (event.type) {
      case EVENT_SCALAR: {
        const value = this.#scalar(event);
        if (event.anchorStart !== -1) this.#anchors.set(this.#anchorName(event), { value, size: 1 });
        return value;
      }
      case EVENT_ALIAS:
        return this.#alias(event).value;
      case EVENT_SEQUENCE:
      case EVENT_MAPPING: {
        if (event.anchorStart === -1) return this.#collection(event.type);
        const name = this.#anchorName(event);
        const before = this.#nodes;
        this.#anchors.set(name, 'open');
        const value = this.#collection(event.type);
        this.#anchors.set(name, { value, size: this.#nodes - before + 1 });
        return value;
      }
      default:
        return null;
    }
  }

  /** The offset of the event that was taken last. */
  #here(): number {
    return placeOf(this.#events, this.#at - 1);
  }

  /** Steps over the end of a collection, where the next event is one. */
  #closes(): boolean {
    if (opensNode(this.#events[this.#at])) return false;
    this.#at += 1;
    return true;
  }

  #anchorName(event: { readonly anchorStart: number; readonly anchorEnd: number }): string {
    return this.#source.slice(event.anchorStart, event.anchorEnd);
  }

  #collection(type: typeof EVENT_SEQUENCE | typeof EVENT_MAPPING): JsonValue {
    if (type === EVENT_MAPPING) return this.#mapping();
    const list: JsonValue[] = [];
    while (!this.#closes()) list.push(this.build());
    return list;
  }

  #alias(event: { readonly anchorStart: number; readonly anchorEnd: number }): Anchor {
    const name = this.#anchorName(event);
    const anchor = this.#anchors.get(name);
    if (anchor === undefined)
      throw new ConstructError(`there is no anchor &${name} for the alias *${name}`, event.anchorStart - 1);
    if (anchor === 'open') throw new ConstructError(`the anchor &${name} contains itself`, event.anchorStart - 1);
    this.#nodes += anchor.size;
    this.#aliased += anchor.size;
    if (this.#aliased > 100 && this.#nodes > 1000 && this.#aliased / this.#nodes > allowedAliasShare(this.#nodes)) {
      throw new ConstructError(
        'the aliases of this document expand to too much (the API server refuses it too)',
        event.anchorStart - 1,
      );
    }
    return anchor;
  }

  #text(event: ScalarEvent): string {
    const text = getScalarValue(this.#source, event);
    if (event.fast) return text;
    if (event.style === SCALAR_STYLE_DOUBLE_QUOTED) this.#checkEscapes(event);
    // A block scalar that the end of the file cuts off has no last line break for libyaml, whatever its header says.
    const cutOff =
      event.valueEnd === this.#source.length && text.endsWith('\n') && isBlock(event) && !/[\r\n]$/.test(this.#source);
    return cutOff ? text.slice(0, -1) : text;
  }

  #checkEscapes(event: ScalarEvent): void {
    for (const [escape] of this.#source.slice(event.valueStart, event.valueEnd).matchAll(/\\(?:u[0-9a-fA-F]{4}|[^])/g)) {
      if (escape === '\\/' || /^\\u[dD][89a-fA-F]/.test(escape))
        throw new ConstructError(`the escape ${escape} is not known to the API server`, event.valueStart - 1);
    }
  }

  #scalar(event: ScalarEvent): JsonValue {
    const text = this.#text(event);
    const tag = event.tagStart === -1 ? '' : fullTag(this.#source.slice(event.tagStart, event.tagEnd), this.#handles);
    let value: JsonValue | Refusal = text;
    if (tag !== '') value = resolveTagged(tag, text);
    else if (event.style === SCALAR_STYLE_PLAIN) value = resolvePlain(text);
    if (value instanceof Refusal) throw new ConstructError(value.message, this.#here());
    return value;
  }

  #mapping(): JsonValue {
    const target: Mutable = {};
    let merged: Set<string> | undefined;
    while (!this.#closes()) {
      const event = this.#events[this.#at];
      if (event !== undefined && this.#isMerge(event)) {
        this.#at += 1;
        merged ??= new Set();
        this.#merge(target, merged);
        continue;
      }
      const offset = placeOf(this.#events, this.#at);
      const key = this.#key();
      const value = this.build();
      if (Object.hasOwn(target, key) && merged?.has(key) !== true) this.duplicates.push({ key, offset });
      merged?.delete(key);
      set(target, key, value);
    }
    return target;
  }

  #isMerge(event: Event): boolean {
    if (event.type !== EVENT_SCALAR || event.style !== SCALAR_STYLE_PLAIN) return false;
    if (event.valueEnd - event.valueStart !== 2 || !this.#source.startsWith('<<', event.valueStart)) return false;
    return (
      event.tagStart === -1 ||
      fullTag(this.#source.slice(event.tagStart, event.tagEnd), this.#handles) === 'tag:yaml.org,2002:merge'
    );
  }

  /** goyaml.v2 merges in the order of the keys: a merge behind a key overrides it. Of several sources the first wins. */
  #merge(target: Mutable, merged: Set<string>): void {
    const event = this.#events[this.#at];
    const offset = placeOf(this.#events, this.#at);
    const value = this.build();
    for (const source of Array.isArray(value) && event?.type !== EVENT_ALIAS ? value.toReversed() : [value]) {
      if (!isObject(source)) throw new ConstructError('<< takes a mapping or a list of mappings', offset);
      for (const [key, inner] of Object.entries(source)) {
        if (!Object.hasOwn(target, key)) merged.add(key);
        set(target, key, inner);
      }
    }
  }

  #key(): string {
    const event = this.#events[this.#at];
    if (event?.type === EVENT_SCALAR && event.tagStart === -1 && event.anchorStart === -1) {
      this.#at += 1;
      this.#nodes += 1;
      const text = this.#text(event);
      if (event.style !== SCALAR_STYLE_PLAIN) return text;
      const key = resolveKey(text);
      if (key instanceof Refusal) throw new ConstructError(key.message, this.#here());
      return key;
    }
    const offset = placeOf(this.#events, this.#at);
    const value = this.build();
    switch (typeof value) {
      case 'string':
        return value;
      case 'number':
      case 'bigint':
      case 'boolean':
        return String(value);
      default:
        if (value instanceof Double) return String(value.value);
        throw new ConstructError(value === null ? 'a key is empty (null)' : 'a key is a mapping or a list', offset);
    }
  }
}

const isBlock = (event: ScalarEvent): boolean =>
  event.style === SCALAR_STYLE_LITERAL_BLOCK || event.style === SCALAR_STYLE_FOLDED_BLOCK;

function set(target: Mutable, key: string, value: JsonValue): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}
