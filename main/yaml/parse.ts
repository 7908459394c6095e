/**
 * Parser events of one document. js-yaml parses YAML 1.2 to the letter; the API server's parser (libyaml) lets some things pass that
 * people write. Where js-yaml stops at one of these, the text is mended, which never changes a value, and parsed again.
 */
import { EVENT_DOCUMENT, YAMLException, parseEvents, type Event } from 'js-yaml';
import { NO_HANDLES, tagHandles, type TagHandles } from './tags.ts';

/** Thrown inside this folder only; `readYaml` makes an error entry of it. */
export class SyntaxProblem extends Error {
  /** Offset in the text of the document. */
  readonly offset: number;
  /** The parser's own words. */
  readonly reason: string;
  constructor(reason: string, offset: number) {
    super(reason);
    this.reason = reason;
    this.offset = offset;
  }
}

export interface ParsedText {
  /** What the offsets of the events point into: the text, or its mended form. */
  readonly source: string;
  readonly events: readonly Event[];
  readonly handles: TagHandles;
  /** From an offset in `source` to one in the text. */
  readonly original: (offset: number) => number;
}

/** Nesting that no Kubernetes object comes near, and far from the end of the stack. */
const MAX_DEPTH = 200;
/** Characters parsed again and again while mending; beyond, the document is reported as it is. */
const MENDING_BUDGET = 20_000_000;

interface Edit {
  /** Where, in the text as it was before this edit. */
  readonly at: number;
  readonly removed: number;
  readonly inserted: string;
}

/** @throws {SyntaxProblem} */
export function parseDocument(text: string): ParsedText {
  const edits: Edit[] = [];
  let source = text;
  let deep = '';
  for (let budget = MENDING_BUDGET; ; budget -= source.length) {
    try {
      return finish(text, source, edits, parseEvents(source, { maxDepth: MAX_DEPTH }));
    } catch (error) {
      if (error instanceof RangeError) throw new SyntaxProblem('it is nested too deeply', 0);
      if (!(error instanceof YAMLException)) throw error;
      const offset = error.mark?.position ?? 0;
      if (deep === '') deep = deepEnough(text);
      const edit = budget > 0 ? mend(source, offset, error.reason, deep) : undefined;
      if (edit === undefined) throw new SyntaxProblem(error.reason, originalOffset(edits, offset));
      edits.push(edit);
      source = source.slice(0, edit.at) + edit.inserted + source.slice(edit.at + edit.removed);
    }
  }
}

function finish(text: string, source: string, edits: readonly Edit[], events: readonly Event[]): ParsedText {
  const first = events[0];
  const directives = first?.type === EVENT_DOCUMENT ? first.directives : [];
  const version = directives.find((directive) => directive.kind === 'yaml');
  if (version?.kind === 'yaml' && version.version !== '1.1') {
    throw new SyntaxProblem(`the API server reads YAML 1.1 only, not ${version.version}`, Math.max(0, text.indexOf('%YAML')));
  }
  return {
    source,
    events,
    handles: directives.length === 0 ? NO_HANDLES : tagHandles(directives),
    original: edits.length === 0 ? (offset) => offset : (offset) => originalOffset(edits, offset),
  };
}

function originalOffset(edits: readonly Edit[], offset: number): number {
  let at = offset;
  for (const edit of edits.toReversed()) {
    if (at >= edit.at + edit.inserted.length) at += edit.removed - edit.inserted.length;
    else if (at > edit.at) at = edit.at;
  }
  return at;
}

/** What to change so that the parser gets over a problem that the API server's parser does not have. */
function mend(source: string, offset: number, reason: string, deep: string): Edit | undefined {
  if (reason === 'deficient indentation') return indent(source, offset, deep);
  const char = source.charAt(offset);
  // libyaml takes a # behind a bracket or comma for a comment, and knows the escape \'.
  if (char === '#' && /[[{,]/.test(source.charAt(offset - 1))) return { at: offset, removed: 0, inserted: ' ' };
  if (reason === 'unknown escape sequence' && char === "'") return { at: offset, removed: 1, inserted: 'x27' };
  return undefined;
}

/** An indentation that is deep enough anywhere in a text. */
const deepEnough = (text: string): string =>
  ' '.repeat((text.match(/^[ -]+/gm) ?? []).reduce((widest, indentation) => Math.max(widest, indentation.length), 1) + 1);

/** Inside brackets and quotes indentation means nothing to libyaml; js-yaml wants more of it, and no tabs. */
function indent(source: string, offset: number, deep: string): Edit | undefined {
  const lineStart = Math.max(source.lastIndexOf('\n', offset - 1), source.lastIndexOf('\r', offset - 1)) + 1;
  const before = source.slice(lineStart, offset);
  if (/^[ \t]*$/.test(before)) {
    return before.length >= deep.length && !before.includes('\t')
      ? undefined
      : { at: lineStart, removed: before.length, inserted: deep };
  }
  // Or a tab stands before the bracket, as in `a: <tab>{}`; never one inside quotes.
  const tabs = /[ \t]*\t[ \t]*$/.exec(before) ?? /(?<=^[^"']*[:,-])[ \t]*\t[ \t]*(?=[[{][^"']*$)/.exec(before);
  if (tabs === null) return undefined;
  return { at: lineStart + tabs.index, removed: tabs[0].length, inserted: ' '.repeat(tabs[0].length) };
}
