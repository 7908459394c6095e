/** Cuts a YAML stream into documents by its markers alone, so that a broken document does not take the others with it. */

export interface DocumentText {
  /** Position among the documents of the file that hold anything, from 0. */
  readonly index: number;
  readonly text: string;
  /** Offset of `text` in the file, in UTF-16 units. */
  readonly start: number;
  /** Line of the first line of `text`, from 1. */
  readonly line: number;
  /** Characters before `text` on that line: none, but behind `...` and between the values of a JSON stream. */
  readonly column: number;
}

const EMPTY_LINE = /^[ \t\r]*(?:#.*)?$/;
const MARKER_LINE = /^(?:---|\.\.\.)[ \t\r]*(?:#.*)?$/;
const BOM = 0xfeff;
const PERCENT = 0x25;

/** What the lines of a text amount to: nothing but comments and directives, an empty document (a marker), or content. */
function weigh(text: string, from: number, to: number): 'preamble' | 'empty' | 'content' {
  let marked = false;
  for (let start = from; start < to;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 || newline > to ? to : newline;
    const line = text.slice(start, end);
    if (MARKER_LINE.test(line)) marked = true;
    else if (!EMPTY_LINE.test(line) && (line.charCodeAt(0) !== PERCENT || marked)) return 'content';
    start = end + 1;
  }
  return marked ? 'empty' : 'preamble';
}

/** Offsets of the lines that begin with a document marker (`---` or `...`, then white space or the end). */
function markers(text: string): readonly number[] {
  const found: number[] = [];
  for (const marker of ['---', '...']) {
    for (let at = text.indexOf(marker); at !== -1; at = text.indexOf(`\n${marker}`, at)) {
      if (text.charCodeAt(at) === 10) at += 1;
      const first = at === 0 || (at === 1 && text.charCodeAt(0) === BOM) || text.charCodeAt(at - 1) === 10;
      const next = text.charAt(at + 3);
      if (first && (next === '' || next === '\n' || next === '\r' || next === ' ' || next === '\t')) found.push(at);
    }
  }
  return found.sort((a, b) => a - b);
}

/** Ends of the values of a JSON stream (`{...} {...}`, as kubectl reads it); empty where the text is no such stream. */
function jsonEnds(text: string): readonly number[] {
  const ends: number[] = [];
  const token = /["{}[\]]|[^\s"{}[\]][^"{}[\]]*/g;
  let depth = 0;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const char = found[0].charAt(0);
    if (char === '"') {
      const string = /"(?:[^"\\]|\\[^])*"/y;
      string.lastIndex = found.index;
      if (depth === 0 || !string.test(text)) return [];
      token.lastIndex = string.lastIndex;
    } else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') {
      depth -= 1;
      if (depth < 0) return [];
      if (depth === 0) ends.push(token.lastIndex);
    } else if (depth === 0) return [];
  }
  return depth === 0 && ends.length > 1 ? ends : [];
}

/**
 * The documents of a stream. No scalar of any style may contain a line that begins with `---` or `...` and a space or line end
 * (YAML 1.1 §4.2, 1.2 §9.1.2), so the cut needs no parsing. Documents without content (comments only) are left out.
 */
export function splitDocuments(text: string): readonly DocumentText[] {
  const cuts = [text.charCodeAt(0) === BOM ? 1 : 0];
  // One that opens with two braces is a template rather than JSON.
  if (/^\ufeff?\s*\{(?!\{)/.test(text)) {
    const ends = jsonEnds(text.slice(cuts[0]));
    if (ends.length > 0) return documentsBetween(text, [...cuts, ...ends.slice(0, -1).map((end) => end + (cuts[0] ?? 0))]);
  }
  for (const at of markers(text)) {
    const start = cuts.at(-1) ?? 0;
    if (text.startsWith('...', at)) cuts.push(at + 3);
    // Comments and directives before `---` belong to the document behind it.
    else if (weigh(text, start, at) !== 'preamble') cuts.push(at);
  }
  return documentsBetween(text, cuts);
}

function documentsBetween(text: string, cuts: readonly number[]): readonly DocumentText[] {
  const documents: DocumentText[] = [];
  let line = 1;
  let lineStart = cuts[0] ?? 0;
  cuts.forEach((start, position) => {
    const end = cuts[position + 1] ?? text.length;
    if (weigh(text, start, end) !== 'content') return;
    for (let at = text.indexOf('\n', lineStart); at !== -1 && at < start; at = text.indexOf('\n', lineStart)) {
      line += 1;
      lineStart = at + 1;
    }
    documents.push({ index: documents.length, text: text.slice(start, end), start, line, column: start - lineStart });
  });
  return documents;
}
