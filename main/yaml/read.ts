import type { JsonValue } from '#core/json.ts';
import { Builder, ConstructError } from './construct.ts';
import { splitDocuments, type DocumentText } from './documents.ts';
import { positionIn, type Position } from './position.ts';
import { SyntaxProblem, parseDocument, type ParsedText } from './parse.ts';
import { problemOf } from './problems.ts';

export interface YamlWarning extends Position {
  /** `key "a" stands twice; the last one counts` */
  readonly message: string;
  readonly key: string;
}

export interface YamlDocument {
  /** Position among the documents of the file that hold anything, broken ones included: what `locate` takes. */
  readonly index: number;
  readonly value: JsonValue;
  /** Offset in the file of the text that was read, and the line of its first content. */
  readonly startOffset: number;
  readonly startLine: number;
  /** Keys that stand twice in a mapping. */
  readonly warnings: readonly YamlWarning[];
  /** For `locatorFor`: parsing is most of the time on a folder. */
  readonly parsed: ParsedText;
}

export interface YamlError extends Position {
  /** Index of the document that could not be read. */
  readonly index: number;
  /** What is wrong, in one clause. */
  readonly message: string;
  /** What should have stood there. */
  readonly expected?: string;
}

export interface YamlFile {
  readonly documents: readonly YamlDocument[];
  readonly errors: readonly YamlError[];
}

/**
 * Reads every document of a YAML (or JSON) stream to the values that kube-apiserver reads for `Content-Type: application/yaml`
 * (decisions.md 26; the exceptions, with reasons, are in read.judge-cases.ts). A document that cannot be read becomes an error and leaves the
 * others alone. Never throws.
 */
export function readYaml(text: string): YamlFile {
  const documents: YamlDocument[] = [];
  const errors: YamlError[] = [];
  for (const document of splitDocuments(text)) {
    const read = readDocument(document);
    if ('value' in read) documents.push(read);
    else errors.push(read);
  }
  return { documents, errors };
}

/** Reads one document of `splitDocuments`. */
export function readDocument(document: DocumentText): YamlDocument | YamlError {
  const { index, text, start } = document;
  let parsed: ParsedText;
  try {
    parsed = parseDocument(text);
  } catch (error) {
    if (error instanceof SyntaxProblem) return { index, ...positionIn(document, error.offset), ...problemOf(error.reason) };
    throw error;
  }
  try {
    const builder = new Builder(parsed);
    const value = builder.build();
    const warnings = builder.duplicates.map(({ key, offset }) => ({
      key,
      message: `key ${JSON.stringify(key)} stands twice; the last one counts`,
      ...positionIn(document, parsed.original(offset)),
    }));
    return { index, value, startOffset: start, startLine: contentLine(document), warnings, parsed };
  } catch (error) {
    if (error instanceof ConstructError)
      return { index, ...positionIn(document, parsed.original(error.offset)), message: error.message };
    throw error;
  }
}

/** The line of the first character that is no comment and no marker. */
function contentLine(document: DocumentText): number {
  const { text } = document;
  let line = document.line;
  for (let start = 0; start < text.length; line += 1) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    if (!/^(?:%.*|(?:---)?[ \t\r]*(?:#.*)?)$/.test(text.slice(start, end))) return line;
    start = end + 1;
  }
  return document.line;
}
