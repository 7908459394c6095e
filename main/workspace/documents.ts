import { isMap, isPair, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import type { Document, Node, Pair, ParsedNode } from 'yaml';
import type { FileProblem } from '#core/api/workspace.ts';
import { isObject } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import type { WorkspaceFile } from './read-files.ts';

/** One YAML document of a file, parsed but not yet checked. */
export interface RawDocument {
  readonly file: string;
  /** Hash of the whole file. */
  readonly hash: string;
  /** Position in the file, from 0. */
  readonly index: number;
  /** Line of the file on which it begins, from 1. */
  readonly line: number;
  readonly value: JsonValue;
  /** Broken: what was understood is not to be used, but says what the document was meant to be. */
  readonly broken: boolean;
  /** Line and column, from 1, of what a dot path leads to, or of the closest above it. */
  readonly at: (path: readonly (string | number)[], key?: string) => { readonly line: number; readonly column: number };
}

/**
 * Read as YAML 1.2, in which `off` is a text. No merges, and aliases only as far as they do not multiply
 * (a few lines of them can stand for gigabytes).
 */
export const YAML_OPTIONS = { version: '1.2', merge: false, uniqueKeys: true, stringKeys: true, prettyErrors: false } as const;
export const MAX_ALIASES = 50;
/** Beyond these, errors of one document only follow from each other. */
const MAX_ERRORS = 3;

/** The documents of a file; what cannot be parsed is a problem with its place and costs only its own document. */
export function parseDocuments({ file, text, hash }: WorkspaceFile): {
  readonly documents: readonly RawDocument[];
  readonly problems: readonly FileProblem[];
} {
  const lines = new LineCounter();
  const problems: FileProblem[] = [];
  let parsed: readonly Document.Parsed<ParsedNode>[];
  try {
    const all = parseAllDocuments(text, { ...YAML_OPTIONS, lineCounter: lines });
    parsed = Array.isArray(all) ? all : [];
  } catch {
    // The parser is recursive: only nesting beyond all reason ends here.
    return { documents: [], problems: [notYaml(file, 'It is nested too deeply.', { line: 1, column: 1 })] };
  }
  const documents = parsed.map((document, index): RawDocument => {
    const place = (offset: number) => {
      const { line, col } = lines.linePos(offset);
      return { line: Math.max(1, line), column: Math.max(1, col) };
    };
    const at: RawDocument['at'] = (path, key) => place(offsetOf(document, path, key));
    for (const error of document.errors.slice(0, MAX_ERRORS))
      problems.push(notYaml(file, sentence(error.message), place(error.pos[0])));
    const value = valueOf(document);
    if (value === undefined) problems.push(notYaml(file, 'It has too many aliases.', at([])));
    const broken = document.errors.length > 0 || value === undefined;
    return { file, hash, index, line: at([]).line, value: value ?? null, broken, at };
  });
  return { documents, problems };
}

const notYaml = (file: string, message: string, at: { readonly line: number; readonly column: number }): FileProblem => ({
  file,
  ...at,
  path: '',
  severity: 'error',
  message: `This is no YAML: ${message}`,
  next: 'Correct it; nothing of this document counts until then.',
});

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

function valueOf(document: Document.Parsed): JsonValue | undefined {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES }) as JsonValue;
  } catch {
    return undefined;
  }
}

/** Where the node at a path begins; of a key where one is named. What is not there is sought one step higher. */
function offsetOf(document: Document.Parsed, path: readonly (string | number)[], key: string | undefined): number {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  if (key !== undefined && isMap<unknown, Node>(node)) {
    const pair = node.items.find((item) => keyOf(item) === key);
    const start = isPair(pair) && isScalar(pair.key) ? pair.key.range?.[0] : undefined;
    if (start !== undefined) return start;
  }
  const start = hasRange(node) ? node.range[0] : undefined;
  if (start !== undefined) return start;
  return path.length === 0 ? document.range[0] : offsetOf(document, path.slice(0, -1), undefined);
}

const keyOf = (pair: Pair): unknown => (isScalar(pair.key) ? pair.key.value : pair.key);

const hasRange = (node: unknown): node is { readonly range: [number, number, number] } =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);

/** A field of a raw document, where it is a text. */
export function textField(value: JsonValue, field: string): string | undefined {
  const found = isObject(value) ? (value as JsonObject)[field] : undefined;
  return typeof found === 'string' ? found : undefined;
}
