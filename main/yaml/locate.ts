/**
 * Lines and columns of paths in a source text, from the same parser events as the values: only for documents with findings, because
 * it parses the document once more. Merges and aliases lead to their definition.
 */
import { EVENT_ALIAS, EVENT_MAPPING, EVENT_SCALAR, EVENT_SEQUENCE, SCALAR_STYLE_PLAIN, getScalarValue } from 'js-yaml';
import type { JsonArray, JsonValue } from '#core/json.ts';
import { elementIndex, type ElementStep, type Path } from '#core/path.ts';
import { splitDocuments, type DocumentText } from './documents.ts';
import { opensNode, placeOf } from './events.ts';
import { SyntaxProblem, parseDocument, type ParsedText } from './parse.ts';
import { positionsIn, type Position } from './position.ts';
import { Refusal, resolveKey, resolvePlain } from './scalar.ts';

interface ScalarNode {
  readonly kind: 'scalar';
  readonly start: number;
  readonly text: string;
  readonly plain: boolean;
}
interface ListNode {
  readonly kind: 'list';
  readonly start: number;
  readonly items: SourceNode[];
}
interface MapNode {
  readonly kind: 'map';
  readonly start: number;
  readonly entries: { readonly key: string; readonly keyStart: number; readonly merge: boolean; readonly value: SourceNode }[];
}
type SourceNode = ScalarNode | ListNode | MapNode;

interface Anchored {
  readonly anchorStart: number;
  readonly anchorEnd: number;
}

const EMPTY: ScalarNode = { kind: 'scalar', start: 0, text: '', plain: true };

/** The nodes of a document with their places. */
class NodeReader {
  readonly #parsed: ParsedText;
  readonly #anchors = new Map<string, SourceNode>();
  #at = 1;

  constructor(parsed: ParsedText) {
    this.#parsed = parsed;
  }

  read(): SourceNode {
    const start = placeOf(this.#parsed.events, this.#at);
    const event = this.#parsed.events[this.#at++];
    if (event === undefined) return EMPTY;
    switch (event.type) {
      case EVENT_SCALAR:
        return this.#keep(event, {
          kind: 'scalar',
          start,
          text: getScalarValue(this.#parsed.source, event),
          plain: event.style === SCALAR_STYLE_PLAIN && event.tagStart === -1,
        });
      case EVENT_ALIAS:
        return this.#anchors.get(this.#anchorName(event)) ?? EMPTY;
      case EVENT_SEQUENCE: {
        const list = this.#keep<ListNode>(event, { kind: 'list', start, items: [] });
        while (!this.#closes()) list.items.push(this.read());
        return list;
      }
      case EVENT_MAPPING: {
        const map = this.#keep<MapNode>(event, { kind: 'map', start, entries: [] });
        while (!this.#closes()) {
          const keyStart = placeOf(this.#parsed.events, this.#at);
          const key = this.read();
          map.entries.push({
            key: keyText(key),
            keyStart,
            merge: key.kind === 'scalar' && key.plain && key.text === '<<',
            value: this.read(),
          });
        }
        return map;
      }
      default:
        return EMPTY;
    }
  }

  #anchorName(event: Anchored): string {
    return this.#parsed.source.slice(event.anchorStart, event.anchorEnd);
  }

  #keep<T extends SourceNode>(event: Anchored, node: T): T {
    if (event.anchorStart !== -1) this.#anchors.set(this.#anchorName(event), node);
    return node;
  }

  #closes(): boolean {
    if (opensNode(this.#parsed.events[this.#at])) return false;
    this.#at += 1;
    return true;
  }
}

function keyText(node: SourceNode): string {
  if (node.kind !== 'scalar') return '';
  if (!node.plain) return node.text;
  const key = resolveKey(node.text);
  return key instanceof Refusal ? '' : key;
}

interface Place {
  /** Where the key stands, or the item. */
  readonly start: number;
  readonly node: SourceNode;
}

/** The entry that counts for a key: the last one, merges in their place. */
function entryOf(map: MapNode, key: string): Place | undefined {
  for (let index = map.entries.length - 1; index >= 0; index -= 1) {
    const entry = map.entries[index];
    if (entry === undefined) continue;
    if (!entry.merge && entry.key === key) return { start: entry.keyStart, node: entry.value };
    if (!entry.merge) continue;
    const sources = entry.value.kind === 'list' ? entry.value.items : [entry.value];
    for (const source of sources) {
      const found = source.kind === 'map' ? entryOf(source, key) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The scalar fields of an item that can name it, as values. */
function shallow(node: SourceNode, keys: readonly string[]): JsonValue {
  if (node.kind !== 'map') return null;
  const fields: Record<string, JsonValue> = {};
  for (const key of keys) {
    const value = entryOf(node, key)?.node;
    if (value?.kind !== 'scalar') continue;
    const resolved = value.plain ? resolvePlain(value.text) : value.text;
    if (!(resolved instanceof Refusal)) fields[key] = resolved;
  }
  return fields;
}

function itemOf(list: ListNode, step: number | ElementStep): Place | undefined {
  let index: number | undefined = typeof step === 'number' ? step : undefined;
  if (typeof step !== 'number') {
    const keys = step.keys.map(([key]) => key);
    const items: JsonArray = list.items.map((item) => shallow(item, keys));
    index = elementIndex(items, step);
  }
  const node = index === undefined ? undefined : list.items[index];
  return node === undefined ? undefined : { start: node.start, node };
}

/** Where a path leads, or the deepest step of it that is there; `steps` says how many were. */
function follow(root: SourceNode, path: Path): { readonly start: number; readonly steps: number } {
  let place: Place = { start: root.start, node: root };
  let steps = 0;
  for (const step of path) {
    const { node }: Place = place;
    let next: Place | undefined;
    if (typeof step === 'string') next = node.kind === 'map' ? entryOf(node, step) : undefined;
    else next = node.kind === 'list' ? itemOf(node, step) : undefined;
    if (next === undefined) break;
    place = next;
    steps += 1;
  }
  return { start: place.start, steps };
}

/** Finds the lines of many paths in one document: parse once, ask often. */
export interface Locator {
  /** The key (or list item) at a path, or the deepest ancestor that is there. */
  locate(path: Path): Position;
  /** Whether the whole path is there. */
  has(path: Path): boolean;
}

/** A locator for a document of `splitDocuments`, from what `readDocument` parsed where that is at hand; one that cannot be parsed gives its first line for every path. */
export function locatorFor(document: DocumentText, read?: ParsedText): Locator {
  try {
    const parsed = read ?? parseDocument(document.text);
    const root = new NodeReader(parsed).read();
    const position = positionsIn(document);
    return {
      locate: (path) => position(parsed.original(follow(root, path).start)),
      has: (path) => follow(root, path).steps === path.length,
    };
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    return { locate: () => ({ line: document.line, column: 1 }), has: () => false };
  }
}

/**
 * Line and column, both from 1, of a path in a document of a file; `documentIndex` as `readYaml` counts. Where the path leads to
 * nothing, its deepest ancestor that is there; a document that is not there gives the first line of the file.
 */
export function locate(text: string, documentIndex: number, path: Path): Position {
  const document = splitDocuments(text)[documentIndex];
  return document === undefined ? { line: 1, column: 1 } : locatorFor(document).locate(path);
}
