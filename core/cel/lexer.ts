import { IssueError, type Span } from './source.ts';
import { decodeText } from './escapes.ts';

export type TokenKind = 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'ident' | 'quoted' | 'op' | 'end';

export interface Token extends Span {
  readonly kind: TokenKind;
  /** The operator or name, the digits of a number, or the decoded text of a string (bytes: one char per byte). */
  readonly text: string;
}

const SPACE = /[\t\n\f\r ]+|\/\/[^\n]*/y;
const STRING_START = /[bB]?[rR]?(?:"""|'''|"|')/y;
const NUMBER = /0x[0-9a-fA-F]+[uU]?|(?:[0-9]+\.[0-9]+|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|[0-9]+[uU]?/y;
const IDENT = /[A-Za-z_][A-Za-z0-9_]*/y;
const QUOTED = /`([A-Za-z0-9_.\-/ ]+)`/y;
const OPERATOR = /&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()[\]{}]/y;

function match(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

/**
 * Cuts an expression into tokens (cel-spec, doc/langdef.md, "Syntax"). Throws an IssueError at the first character that starts
 * no token, and at strings that do not end or hold a wrong escape.
 */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    const space = match(SPACE, source, at);
    if (space !== null) {
      at += space[0].length;
      continue;
    }
    if (at >= source.length) break;
    const token = readString(source, at) ?? readNumber(source, at) ?? readWord(source, at);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: 'end', text: '', start: source.length, end: source.length });
  return tokens;
}

function readString(source: string, start: number): Token | undefined {
  const open = match(STRING_START, source, start);
  if (open === null) return undefined;
  const quote = open[0].replace(/^[a-zA-Z]+/, '');
  const prefix = open[0].slice(0, open[0].length - quote.length).toLowerCase();
  const raw = prefix.includes('r');
  const bytes = prefix.includes('b');
  const bodyStart = start + open[0].length;
  let at = bodyStart;
  for (;;) {
    if (at >= source.length || (quote.length === 1 && (source[at] === '\n' || source[at] === '\r')))
      throw new IssueError(`the ${bytes ? 'bytes' : 'string'} that starts here does not end: ${quote} is missing`, start);
    if (source.startsWith(quote, at)) break;
    at += !raw && source[at] === '\\' ? 2 : 1;
  }
  const body = source.slice(bodyStart, at);
  const end = at + quote.length;
  return { kind: bytes ? 'bytes' : 'string', text: decodeText(body, raw, bytes, bodyStart), start, end };
}

function readNumber(source: string, start: number): Token | undefined {
  const found = match(NUMBER, source, start);
  if (found === null) return undefined;
  const text = found[0];
  const end = start + text.length;
  if (/[uU]$/.test(text)) return { kind: 'uint', text: text.slice(0, -1), start, end };
  return { kind: !text.startsWith('0x') && /[.eE]/.test(text) ? 'double' : 'int', text, start, end };
}

function readWord(source: string, start: number): Token {
  const ident = match(IDENT, source, start);
  if (ident !== null) return { kind: 'ident', text: ident[0], start, end: start + ident[0].length };
  const quoted = match(QUOTED, source, start);
  if (quoted !== null) return { kind: 'quoted', text: quoted[1] ?? '', start, end: start + quoted[0].length };
  const operator = match(OPERATOR, source, start);
  if (operator !== null) return { kind: 'op', text: operator[0], start, end: start + operator[0].length };
  const character = String.fromCodePoint(source.codePointAt(start) ?? 0);
  const hint = HINTS[character];
  throw new IssueError(`unexpected character ${JSON.stringify(character)}${hint === undefined ? '' : `: ${hint}`}`, start);
}

const HINTS: Readonly<Record<string, string>> = Object.assign(Object.create(null) as Record<string, string>, {
  '=': 'to compare, write ==',
  '&': 'the logical and is &&',
  '|': 'the logical or is ||',
  '`': 'a quoted field name is `like-this` and may hold letters, digits, _ . - / and spaces',
  '\u2018': 'use plain quotes',
  '\u2019': 'use plain quotes',
  '\u201c': 'use plain quotes',
  '\u201d': 'use plain quotes',
});
