import { IssueError } from './source.ts';
import { encodeUtf8 } from './utf8.ts';

const SIMPLE: Readonly<Record<string, string>> = Object.assign(Object.create(null) as Record<string, string>, {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '`': '`',
  '?': '?',
});

const DIGITS: Readonly<Record<string, number>> = Object.assign(Object.create(null) as Record<string, number>, {
  x: 2,
  X: 2,
  u: 4,
  U: 8,
});

/**
 * The text between the quotes of a literal, decoded. Bytes come back as one char per byte: text in UTF-8, `\x` and octal
 * escapes as the byte itself. `offset` is where the text stands in the source, for messages.
 */
export function decodeText(body: string, raw: boolean, bytes: boolean, offset: number): string {
  const text = body.replaceAll(/\r\n?/g, '\n');
  const plain = (piece: string): string => (bytes ? encodeUtf8(piece) : piece);
  if (raw || !body.includes('\\')) return plain(text);
  let out = '';
  let at = 0;
  while (at < body.length) {
    const next = body.indexOf('\\', at);
    if (next < 0) {
      out += plain(body.slice(at).replaceAll(/\r\n?/g, '\n'));
      break;
    }
    out += plain(body.slice(at, next).replaceAll(/\r\n?/g, '\n'));
    const escape = decodeEscape(body, next, bytes, offset);
    out += escape.text;
    at = escape.end;
  }
  return out;
}

function decodeEscape(body: string, at: number, bytes: boolean, offset: number): { readonly text: string; readonly end: number } {
  const bad = (what: string): IssueError =>
    new IssueError(`${what}; to write a backslash, double it or use a raw string r'...'`, offset + at);
  const letter = body[at + 1] ?? '';
  const simple = SIMPLE[letter];
  if (simple !== undefined) return { text: simple, end: at + 2 };
  if (/[0-3]/.test(letter)) {
    const octal = body.slice(at + 1, at + 4);
    if (!/^[0-3][0-7]{2}$/.test(octal)) throw bad(`an octal escape is a backslash and three digits`);
    return { text: String.fromCharCode(Number.parseInt(octal, 8)), end: at + 4 };
  }
  const length = DIGITS[letter];
  if (length === undefined) throw bad(`unknown escape \\${letter}`);
  const hex = body.slice(at + 2, at + 2 + length);
  if (hex.length !== length || !/^[0-9a-fA-F]+$/.test(hex)) throw bad(`\\${letter} needs ${length} hexadecimal digits`);
  const code = Number.parseInt(hex, 16);
  if (bytes && length > 2) throw bad(`\\${letter} is not allowed in bytes`);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw bad(`\\${letter}${hex} is no Unicode character`);
  return { text: String.fromCodePoint(code), end: at + 2 + length };
}
