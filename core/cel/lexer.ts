import { IssueError, type Span } from './source.ts';
import { decodeText } from './escapes.ts';

export type TokenKind = 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'ident' | 'quoted' | 'op' | 'end';

export interface Token extends Span {
  readonly kind: TokenKind;
  /** The operator or name, the digits of a number, or the decoded text of a string (bytes: one char per byte). */
  readonly text: string;
}

const STRING_START = /[bB]?[rR]?(?:"""|'''|"|')/y;
const NUMBER = /0x[0-9a-fA-F]+[uU]?|(?:[0-9]+\.[0-9]+|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|[0-9]+[uU]?/y;
const QUOTED = /`([A-Za-z0-9_.\-/ ]+)`/y;
const OPERATORS: ReadonlySet<string> = new Set(['&&', '||', '==', '!=', '<=', '>=', ...'-+*/%<>!?:.,()[]{}']);

function match(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

/** What a character may begin, looked up by its code: most tokens are names, dots and parentheses. */
const SPACE = 1;
const LETTER = 2;
/** A letter that may stand before a string. */
const PREFIX = 3;
const QUOTE = 4;
const DIGIT = 5;
const DOT = 6;
const BEGINS = new Uint8Array(128);
for (const [characters, what] of [
  ['\t\n\f\r ', SPACE],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_', LETTER],
  ['bBrR', PREFIX],
  ['"\'', QUOTE],
  ['0123456789', DIGIT],
  ['.', DOT],
] as const) {
  for (const character of characters) BEGINS[character.charCodeAt(0)] = what;
}

const beginsAt = (source: string, at: number): number => BEGINS[source.charCodeAt(at)] ?? 0;

/**
 * Cuts an expression into tokens (cel-spec, doc/langdef.md, "Syntax"). Throws an IssueError at the first character that starts
 * no token, and at strings that do not end or hold a wrong escape.
 */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at = afterSpace(source, at);
    if (at >= source.length) break;
    const token = tokenAt(source, at);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: 'end', text: '', start: source.length, end: source.length });
  return tokens;
}

/** The next place that is neither space nor comment. */
function afterSpace(source: string, start: number): number {
  let at = start;
  for (;;) {
    if (beginsAt(source, at) === SPACE) at += 1;
    else if (source.startsWith('//', at)) {
      const end = source.indexOf('\n', at);
      at = end < 0 ? source.length : end;
    } else return at;
  }
}

function tokenAt(source: string, at: number): Token {
  const begins = beginsAt(source, at);
  if (begins === LETTER) return readName(source, at);
  if (begins === PREFIX) return readString(source, at) ?? readName(source, at);
  if (begins === QUOTE) return readString(source, at) ?? readSign(source, at);
  if (begins === DIGIT || begins === DOT) return readNumber(source, at) ?? readSign(source, at);
  return readSign(source, at);
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

function readName(source: string, start: number): Token {
  let end = start + 1;
  for (let next = beginsAt(source, end); next === LETTER || next === PREFIX || next === DIGIT; next = beginsAt(source, end))
    end += 1;
  return { kind: 'ident', text: source.slice(start, end), start, end };
}

function readSign(source: string, start: number): Token {
  const quoted = match(QUOTED, source, start);
  if (quoted !== null) return { kind: 'quoted', text: quoted[1] ?? '', start, end: start + quoted[0].length };
  for (const length of [2, 1]) {
    const text = source.slice(start, start + length);
    if (OPERATORS.has(text)) return { kind: 'op', text, start, end: start + text.length };
  }
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
