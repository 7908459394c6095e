import type { DatreeRule } from '#core/datree/file.ts';
import type { CommentLine } from '#core/datree/text.ts';

const IDENTIFIER = /^\s*(?:-\s*)?identifier:\s*(?<value>\S.*?)\s*$/;
const MESSAGE = /^\s*(?:-\s*)?messageOnFailure:\s*(?<value>.*?)\s*$/;

export interface CommentedRule extends DatreeRule {
  readonly line: number;
}

/**
 * Rules that somebody switched off by commenting them out: `# - identifier: X` and, on a line beside it, `#   messageOnFailure: y`.
 * Everything else in comments stays a comment.
 */
export function commentedRules(comments: readonly CommentLine[]): readonly CommentedRule[] {
  const byLine = new Map(comments.map(({ line, text }) => [line, text]));
  return comments.flatMap(({ line, text }) => {
    const identifier = valueOf(IDENTIFIER, text);
    if (identifier === undefined || !/^[A-Za-z0-9._-]+$/.test(identifier)) return [];
    const after = byLine.get(line + 1) ?? '';
    const before = byLine.get(line - 1) ?? '';
    // A hyphen begins a rule: the message belongs to this one where the hyphen does.
    const beside = isItem(text) ? (isItem(after) ? '' : after) : isItem(before) ? before : '';
    return [{ identifier, message: valueOf(MESSAGE, beside) ?? '', enabled: false, line }];
  });
}

const isItem = (text: string): boolean => /^\s*-/.test(text);

function valueOf(pattern: RegExp, text: string): string | undefined {
  const value = pattern.exec(text)?.groups?.['value'];
  return value === undefined ? undefined : unquoted(value);
}

function unquoted(text: string): string {
  const quote = text.charAt(0);
  if (text.length < 2 || text.at(-1) !== quote) return text;
  if (quote === "'") return text.slice(1, -1).replaceAll("''", "'");
  return quote === '"' ? text.slice(1, -1).replaceAll(/\\(["\\])/g, '$1') : text;
}
