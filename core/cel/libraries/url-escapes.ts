/** Where in a URL a piece of it stands. Texts here are bytes, one char each. */
export type UrlPlace = 'path' | 'host' | 'zone' | 'user' | 'query' | 'fragment';

/**
 * What Go writes without an escape, by place, besides letters and digits. RFC 3986 2.3 allows `-_.~` everywhere; the rest is
 * what net/url makes of 3.2 to 3.5 (its encoding table, seen through cel-oracle).
 */
const PLAIN: Readonly<Record<UrlPlace, RegExp>> = {
  path: /[A-Za-z0-9\-_.~$&+,/:;=@]/,
  host: /[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/,
  zone: /[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/,
  user: /[A-Za-z0-9\-_.~$&+,;=]/,
  query: /[A-Za-z0-9\-_.~]/,
  fragment: /[A-Za-z0-9\-_.~$&+,/:;=?@!()*]/,
};

const isPlain = (place: UrlPlace, byte: string): boolean => PLAIN[place].test(byte);

/** Writes bytes with escapes where the place needs them. */
export function escapeIn(place: UrlPlace, bytes: string): string {
  let out = '';
  for (const byte of bytes)
    out += isPlain(place, byte) ? byte : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  return out;
}

/** The bytes that a piece of a URL stands for. undefined: a broken escape, or one that the place does not allow. */
export function unescapeIn(place: UrlPlace, text: string): string | undefined {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const byte = text.charAt(i);
    if (byte === '%') {
      const digits = text.slice(i + 1, i + 3);
      if (!/^[0-9a-fA-F]{2}$/.test(digits)) return undefined;
      const code = Number.parseInt(digits, 16);
      if (!mayBeEscaped(place, code)) return undefined;
      out += String.fromCharCode(code);
      i += 2;
    } else {
      if ((place === 'host' || place === 'zone') && byte < '\x80' && !isPlain(place, byte)) return undefined;
      out += byte === '+' && place === 'query' ? ' ' : byte;
    }
  }
  return out;
}

/** In hosts only bytes beyond ASCII and the percent sign; in zones also what might stand there unescaped, and a space. */
function mayBeEscaped(place: UrlPlace, code: number): boolean {
  if (code === 0x25) return true;
  if (place === 'host') return code >= 0x80;
  return place !== 'zone' || code === 0x20 || isPlain('host', String.fromCharCode(code));
}

/** Whether a path as written needs no other escapes than it has. */
export const isEscapedPath = (raw: string): boolean => /^[A-Za-z0-9\-_.~$&+,/:;=@!'()*[\]%]*$/.test(raw);

/** The same of a fragment. */
export const isEscapedFragment = (raw: string): boolean => /^[A-Za-z0-9\-_.~$&+,/:;=?@!'()*[\]%]*$/.test(raw);
