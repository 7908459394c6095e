import { Lexer } from 'yaml';
import type { CommentLine, DatreeProblem, DatreeText } from '#core/datree/text.ts';
import type { ParseJson } from '#core/datree/check.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { splitDocuments } from '#main/yaml/documents.ts';
import { parseJson } from '#main/yaml/json.ts';
import { locatorFor } from '#main/yaml/locate.ts';
import { readYaml } from '#main/yaml/read.ts';

/** A policies.yaml as text: read as Datree reads it (the first document counts), with places and comments. */
export function parseDatree(text: string): Result<DatreeText, DatreeProblem> {
  const { documents, errors } = readYaml(text);
  const [problem] = errors;
  if (problem !== undefined && problem.index === 0)
    return err({
      line: problem.line,
      column: problem.column,
      path: '',
      severity: 'error',
      message: `the file cannot be read: ${problem.message}`,
      ...(problem.expected === undefined ? {} : { next: `Expected ${problem.expected}.` }),
    });
  const [document] = documents;
  const [source] = splitDocuments(text);
  if (document === undefined || source === undefined) return ok({ value: null, comments: [], place: () => undefined });
  const locator = locatorFor(source, document.parsed);
  return ok({ value: document.value, comments: commentLines(text), place: (path) => locator.locate(path) });
}

/** Lines that hold nothing but a comment; `#` inside a text is none. */
function commentLines(text: string): readonly CommentLine[] {
  const lines: CommentLine[] = [];
  let line = 1;
  let before = '';
  for (const token of new Lexer().lex(text)) {
    // Marks of the lexer that stand for no text.
    if (MARKS.has(token)) {
      before = token;
      continue;
    }
    if (token.startsWith('#') && before !== SCALAR) lines.push({ line, text: token.slice(1) });
    line += token.split('\n').length - 1;
    before = token;
  }
  return lines;
}

const SCALAR = '\u001F';
const MARKS: ReadonlySet<string> = new Set(['\u0002', '\u0018', SCALAR]);

/** For `jsonSchema` texts of custom rules. */
export const jsonText: ParseJson = (text) => {
  try {
    return { value: parseJson(text) };
  } catch (cause) {
    return { error: cause instanceof Error ? cause.message : String(cause) };
  }
};
