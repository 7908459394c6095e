import { isArray, isObject, textAt, type JsonObject, type JsonValue } from '#core/json.ts';
import type { Path, PathStep } from '#core/path.ts';
import { splitDocuments, type DocumentText } from '#main/yaml/documents.ts';
import { parseJson } from '#main/yaml/json.ts';
import { locatorFor, type Locator } from '#main/yaml/locate.ts';
import type { ParsedText } from '#main/yaml/parse.ts';
import type { Position } from '#main/yaml/position.ts';
import { readDocument, type YamlWarning } from '#main/yaml/read.ts';

/** One object of a manifest file, with what is needed to find its lines later. */
export interface ManifestObject {
  readonly value: JsonObject;
  readonly file: string;
  /** Which document of the file, as `locate` counts. */
  readonly documentIndex: number;
  /** Where the object stands in its document: empty, or e.g. `['items', 2]` inside a List. */
  readonly prefix: Path;
  /** First line of the object in the file, from 1. */
  readonly line: number;
  /** Line and column of a path in the object. The first call of a document works out its places, the others use them. */
  readonly locate: (path: Path) => Position;
}

/** A document that could not be read (decisions.md 24): the rest of the file is judged all the same. */
export interface ManifestError extends Position {
  readonly file: string;
  readonly message: string;
  readonly expected?: string;
}

/** Something to know that is no error: a document that is no manifest, or a key that stands twice. */
export interface ManifestNotice extends Position {
  readonly kind: 'notManifest' | 'duplicateKey';
  readonly file: string;
  readonly message: string;
}

export interface ManifestSplit {
  readonly objects: readonly ManifestObject[];
  readonly errors: readonly ManifestError[];
  readonly notes: readonly ManifestNotice[];
}

interface Collected {
  readonly objects: ManifestObject[];
  readonly errors: ManifestError[];
  readonly notes: ManifestNotice[];
}

/**
 * The objects of one manifest file: YAML with any number of documents, JSON (also several values one behind the other), Lists
 * unwrapped. Never throws: what cannot be read is in `errors`, what is no manifest in `notes`.
 */
export function splitManifest(text: string, file: string): ManifestSplit {
  const collected: Collected = { objects: [], errors: [], notes: [] };
  for (const document of splitDocuments(text)) readInto(collected, document, file);
  return collected;
}

function readInto(collected: Collected, document: DocumentText, file: string): void {
  const read = readDocument(document);
  const json = jsonValue(document.text);
  if (json === undefined && !('value' in read)) {
    const { index: _, ...error } = read;
    collected.errors.push({ file, ...error, ...(isTemplate(document.text) ? { message: TEMPLATE, expected: 'YAML' } : {}) });
    return;
  }
  if ('value' in read) collected.notes.push(...read.warnings.map((warning) => duplicateNote(warning, file)));
  const value = json ?? ('value' in read ? read.value : null);
  const line = 'value' in read ? read.startLine : document.line;
  unwrap(collected, { document, file, line, ...('value' in read ? { parsed: read.parsed } : {}) }, value, []);
}

const duplicateNote = ({ line, column, message }: YamlWarning, file: string): ManifestNotice => ({
  kind: 'duplicateKey',
  file,
  line,
  column,
  message,
});

/** A document in braces is JSON first, as kubectl takes it: `1.0` stays a floating point number. */
function jsonValue(text: string): JsonValue | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const TEMPLATE = 'this looks like a Helm template, not YAML: render it first (helm template)';

const isTemplate = (text: string): boolean => /\{\{[^}]*\}\}|\{\{[-/ ]/.test(text);

interface Place {
  readonly document: DocumentText;
  readonly file: string;
  /** First line of the document's content. */
  readonly line: number;
  readonly parsed?: ParsedText;
  locator?: Locator;
}

/** Made when the first line is asked for: a document without findings is never gone through again. */
const locatorOf = (place: Place): Locator => (place.locator ??= locatorFor(place.document, place.parsed));

function lineOf(place: Place, prefix: Path): number {
  if (prefix.length === 0) return place.line;
  return locatorOf(place).locate(prefix).line;
}

function unwrap(collected: Collected, place: Place, value: JsonValue, prefix: readonly PathStep[]): void {
  const { document, file } = place;
  const items = isList(value) ? value['items'] : undefined;
  if (isObject(value) && isArray(items)) {
    items.forEach((item, index) => unwrap(collected, place, withListKind(value, item), [...prefix, 'items', index]));
    return;
  }
  const line = lineOf(place, prefix);
  const missing = whatIsMissing(value);
  if (isObject(value) && missing === undefined) {
    const at = (path: Path): Position => locatorOf(place).locate([...prefix, ...path]);
    collected.objects.push({ value, file, documentIndex: document.index, prefix, line, locate: at });
  } else collected.notes.push({ kind: 'notManifest', file, line, column: 1, message: `no manifest: ${missing ?? 'no object'}` });
}

/** `List`, `PodList` ...; a kind that only ends so, without items, is an object like any other. */
const isList = (value: JsonValue): value is JsonObject =>
  isObject(value) && (textAt(value, 'kind') ?? '').endsWith('List') && isArray(value['items']);

/** Items of a typed list may leave out what the list says: a PodList of v1 holds Pods of v1. */
function withListKind(list: JsonObject, item: JsonValue): JsonValue {
  const kind = (textAt(list, 'kind') ?? '').slice(0, -'List'.length);
  const apiVersion = textAt(list, 'apiVersion');
  if (kind === '' || apiVersion === undefined || !isObject(item) || 'kind' in item || 'apiVersion' in item) return item;
  return { apiVersion, kind, ...item };
}

function whatIsMissing(value: JsonValue): string | undefined {
  if (isArray(value)) return 'a list';
  if (!isObject(value)) return 'no mapping';
  const missing = ['apiVersion', 'kind'].filter((key) => (textAt(value, key) ?? '') === '');
  return missing.length === 0 ? undefined : `without ${missing.join(' and ')}`;
}
