import { isDeepStrictEqual } from 'node:util';
import { isMap, isScalar, isSeq, parseAllDocuments } from 'yaml';
import type { Document, Node, Pair, ParsedNode, YAMLMap, YAMLSeq } from 'yaml';
import type { JsonObject, JsonValue } from '#core/json.ts';
import { MAX_ALIASES, YAML_OPTIONS } from './documents.ts';
import { differences } from './differences.ts';
import type { Difference } from './differences.ts';
import { blockText, flowText, scalarText } from './yaml-text.ts';

/**
 * The file's text with one of its documents changed to say `next`. Only what differs is written: comments, order, quotes and
 * everything else stay as somebody wrote them. Undefined where that cannot be done, e.g. because an alias would change with it.
 */
export function editText(text: string, index: number, next: JsonObject): string | undefined {
  const before = valueOf(text, index);
  if (before === undefined) return undefined;
  let edited = text;
  for (const difference of differences(before, next)) {
    const step = applied(edited, index, difference);
    if (step === undefined) return undefined;
    edited = step;
  }
  return isDeepStrictEqual(valueOf(edited, index), next) && sameOthers(text, edited, index) ? edited : undefined;
}

const parse = (text: string): readonly Document.Parsed<ParsedNode>[] => {
  const parsed = parseAllDocuments(text, YAML_OPTIONS);
  return Array.isArray(parsed) ? parsed : [];
};

function valueOf(text: string, index: number): JsonValue | undefined {
  const document = parse(text)[index];
  return document === undefined || document.errors.length > 0
    ? undefined
    : (document.toJS({ maxAliasCount: MAX_ALIASES }) as JsonValue);
}

function sameOthers(before: string, after: string, index: number): boolean {
  const others = (text: string): unknown[] =>
    parse(text).flatMap((document, at) => (at === index ? [] : [document.toJS({ maxAliasCount: MAX_ALIASES })]));
  return isDeepStrictEqual(others(before), others(after));
}

function applied(text: string, index: number, { path, value }: Difference): string | undefined {
  const document = parse(text)[index];
  if (document === undefined || document.errors.length > 0) return undefined;
  const parentPath = path.slice(0, -1);
  const parent: unknown = parentPath.length === 0 ? document.contents : document.getIn(parentPath, true);
  const step = path.at(-1);
  if (isMap<Node, Node | null>(parent) && typeof step === 'string') {
    if (parent.flow === true) return splice(text, rangeOf(parent), flowText(changedMap(document, parent, step, value)));
    return editMap(text, parent, step, value);
  }
  if (isSeq<Node>(parent) && typeof step === 'number') {
    if (parent.flow === true) return splice(text, rangeOf(parent), flowText(changedList(document, parent, step, value)));
    return editList(text, parent, step, value);
  }
  return undefined;
}

type Range = readonly [start: number, end: number];

const rangeOf = (node: Node): Range => [node.range?.[0] ?? 0, node.range?.[1] ?? 0];

/** Line ends are the file's own. */
function splice(text: string, [start, end]: Range, inserted: string): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  return text.slice(0, start) + inserted.replaceAll(/\r?\n/g, eol) + text.slice(end);
}

function changedMap(document: Document, map: YAMLMap, key: string, value: JsonValue | undefined): JsonObject {
  const { [key]: _old, ...others } = map.toJS(document) as JsonObject;
  const whole = map.toJS(document) as JsonObject;
  return value === undefined ? others : { ...whole, [key]: value };
}

function changedList(document: Document, list: YAMLSeq, at: number, value: JsonValue | undefined): readonly JsonValue[] {
  const items = list.toJS(document) as JsonValue[];
  return value === undefined ? items.toSpliced(at, 1) : items.toSpliced(at, 1, value);
}

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** The start of the line after the last one that something stands on which ends at `offset`. */
function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset;
  const next = text.indexOf('\n', offset);
  return next < 0 ? text.length : next + 1;
}

const columnOf = (text: string, offset: number): number => offset - lineStart(text, offset);

/** Where the content of a node ends: comments and blank lines below it are not its. */
function contentEnd(node: Node | null | undefined, fallback: number): number {
  if (node === null || node === undefined) return fallback;
  if (isMap<Node, Node | null>(node) && node.flow !== true && node.items.length > 0) return pairEnd(node.items.at(-1), fallback);
  if (isSeq<Node>(node) && node.flow !== true && node.items.length > 0) return contentEnd(node.items.at(-1), fallback);
  return Math.max(fallback, node.range?.[1] ?? fallback);
}

function pairEnd(pair: Pair<Node, Node | null> | undefined, fallback: number): number {
  if (pair === undefined) return fallback;
  const key = pair.key.range?.[1] ?? fallback;
  return contentEnd(pair.value, key);
}

const indented = (text: string, columns: number): string => text.replaceAll(/^(?=.)/gm, ' '.repeat(columns));

/** A new line of its own; a last line without its end gets one. */
function insertLines(text: string, at: number, lines: string): string {
  const missing = at > 0 && text[at - 1] !== '\n' ? '\n' : '';
  return splice(text, [at, at], missing + lines);
}

function editMap(text: string, map: YAMLMap<Node, Node | null>, key: string, value: JsonValue | undefined): string | undefined {
  const pair = map.items.find((item) => isScalar(item.key) && item.key.value === key);
  const first = map.items[0];
  if (first === undefined) return undefined;
  const column = columnOf(text, rangeOf(first.key)[0]);
  if (pair === undefined) {
    const end = lineEnd(text, pairEnd(map.items.at(-1), rangeOf(map)[1]));
    return value === undefined ? text : insertLines(text, end, indented(blockText({ [key]: value }), column));
  }
  const [start] = rangeOf(pair.key);
  const end = pairEnd(pair, rangeOf(pair.key)[1]);
  if (value === undefined) {
    const line = lineStart(text, start);
    // Behind the dash of a list's item something must stay on the line.
    if (text.slice(line, start).trim() !== '') return undefined;
    return splice(text, [line, lineEnd(text, end)], '');
  }
  return replaceValue(text, pair.value, value) ?? replaceLines(text, [start, end], indented(blockText({ [key]: value }), column));
}

/** One scalar for another, in the quotes that stand there. */
function replaceValue(text: string, node: Node | null, value: JsonValue): string | undefined {
  if (!isScalar(node) || (typeof value === 'object' && value !== null)) return undefined;
  const range = rangeOf(node);
  const written = scalarText(value, node.type);
  if (written === undefined || /[\r\n]/.test(text.slice(...range))) return undefined;
  return splice(text, range, text[range[0] - 1] === ':' ? ` ${written}` : written);
}

/** The lines of a pair written anew; a comment behind its old value stays behind its key. */
function replaceLines(text: string, [start, end]: Range, lines: string): string {
  const old = text.slice(end, lineEnd(text, end));
  const oneLine = !text.slice(start, end).includes('\n');
  const comment = oneLine ? /^[ \t]+#[^\r\n]*/.exec(old)?.[0] : undefined;
  const written = lines.trimStart().trimEnd();
  const until = comment === undefined ? end : end + comment.length;
  if (comment === undefined || !written.includes('\n'))
    return splice(text, [start, until], `${written}${comment ?? ''}${lastEnd(text, end)}`);
  return splice(text, [start, until], written.replace('\n', `${comment}\n`));
}

/** A block text's range ends behind its last line. */
const lastEnd = (text: string, end: number): string => (end > 0 && text[end - 1] === '\n' ? '\n' : '');

function editList(text: string, list: YAMLSeq<Node>, at: number, value: JsonValue | undefined): string | undefined {
  const first = list.items[0];
  if (first === undefined) return undefined;
  const column = columnOf(text, dashOf(text, first));
  const item = list.items[at];
  if (item === undefined) {
    const end = lineEnd(text, contentEnd(list.items.at(-1), rangeOf(list)[1]));
    return value === undefined ? text : insertLines(text, end, indented(blockText([value]), column));
  }
  const dash = dashOf(text, item);
  const end = contentEnd(item, dash + 1);
  if (value !== undefined) {
    const replaced = replaceValue(text, item, value);
    if (replaced !== undefined) return replaced;
    const written = indented(blockText([value]), column).trim();
    return splice(text, [dash, end], written + lastEnd(text, end));
  }
  const line = lineStart(text, dash);
  return text.slice(line, dash).trim() === '' ? splice(text, [line, lineEnd(text, end)], '') : undefined;
}

/** The dash before an item. */
const dashOf = (text: string, item: Node): number => text.lastIndexOf('-', rangeOf(item)[0] - 1);
