/** Where something stands in an expression, for messages: one-based line and column (in code points), and a caret. */
export interface CelIssue {
  readonly message: string;
  readonly line: number;
  readonly column: number;
  /** The line of source with a caret beneath the place, two lines of text. */
  readonly snippet: string;
}

/** A stretch of source text, as UTF-16 offsets: `source.slice(start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Long lines are cut around the caret, so that a message stays readable. */
const SNIPPET_WIDTH = 100;

export function issueAt(source: string, offset: number, message: string): CelIssue {
  const at = Math.min(Math.max(offset, 0), source.length);
  const lineStart = source.lastIndexOf('\n', at - 1) + 1;
  const lineEnd = source.indexOf('\n', at);
  const text = source.slice(lineStart, lineEnd < 0 ? source.length : lineEnd).replaceAll('\t', ' ');
  let line = 1;
  for (let i = source.indexOf('\n'); i >= 0 && i < lineStart; i = source.indexOf('\n', i + 1)) line++;
  const before = Array.from(text.slice(0, at - lineStart));
  const all = Array.from(text);
  const from = Math.max(0, before.length - SNIPPET_WIDTH / 2);
  const cut = all.slice(from, from + SNIPPET_WIDTH).join('');
  const head = from > 0 ? '...' : '';
  const tail = from + SNIPPET_WIDTH < all.length ? '...' : '';
  const caret = `${' '.repeat(head.length + before.length - from)}^`;
  return { message, line, column: before.length + 1, snippet: `${head}${cut}${tail}\n${caret}` };
}

/** One text of an issue: message, place, and the line with its caret. */
export const formatIssue = (issue: CelIssue): string => `${issue.line}:${issue.column}: ${issue.message}\n${issue.snippet}`;

/** Carries an issue out of the parser and the checker to their entry points, which turn it into a Result; it never leaves core/cel. */
export class IssueError extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}
