import { decodeUtf8 } from '../utf8.ts';

const SHORT: ReadonlyMap<string, string> = new Map([
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\v', '\\v'],
  ['\f', '\\f'],
  ['\r', '\\r'],
  ['"', '\\"'],
  ['\\', '\\\\'],
]);

const isPrintable = (character: string): boolean => /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character);

function escaped(character: string): string {
  const short = SHORT.get(character);
  if (short !== undefined) return short;
  if (isPrintable(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return hexByte(character);
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

const hexByte = (octet: string): string => `\\x${octet.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** As Go's strconv.Quote. */
export const quote = (text: string): string => `"${Array.from(text, escaped).join('')}"`;

/** As Go quotes bytes: what is text of UTF-8 as such, single bytes as `\\xNN`. */
export function quoteBytes(octets: string): string {
  let out = '';
  for (let at = 0; at < octets.length;) {
    const length = [1, 2, 3, 4].find(
      (count) => at + count <= octets.length && decodeUtf8(octets.slice(at, at + count)) !== undefined,
    );
    const octet = octets.slice(at, at + (length ?? 1));
    const character = length === undefined ? undefined : decodeUtf8(octet);
    out += character === undefined ? hexByte(octet) : escaped(character);
    at += octet.length;
  }
  return `"${out}"`;
}
