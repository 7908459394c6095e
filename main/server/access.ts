import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Who may ask, and the secrets of one run of the server. */
export interface Access {
  /** In the printed address, and for tools as `Authorization: Bearer`. 256 random bits, hex. */
  readonly token: string;
  /** The session cookie's `name=value; attributes`, given in exchange for the token. It holds another secret than the token. */
  readonly setCookie: string;
  readonly isToken: (given: string | null) => boolean;
  /** How the request proves itself, if it does. */
  readonly proof: (headers: IncomingHttpHeaders) => 'cookie' | 'bearer' | undefined;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
/** In constant time, also for different lengths. */
const sameSecret = (given: string, wanted: Buffer): boolean => timingSafeEqual(digest(given), wanted);

function cookieValue(header: string | undefined, name: string): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

/** Cookies of 127.0.0.1 are shared by all its ports: the port in the name keeps two running Plimsolls apart. */
export const cookieName = (port: number): string => `plimsoll-${port}`;

export function createAccess(port: number, token = randomBytes(32).toString('hex')): Access {
  const session = randomBytes(32).toString('hex');
  const tokenDigest = digest(token);
  const sessionDigest = digest(session);
  const isToken = (given: string | null): boolean => given !== null && sameSecret(given, tokenDigest);
  return {
    token,
    setCookie: `${cookieName(port)}=${session}; Path=/; HttpOnly; SameSite=Strict`,
    isToken,
    proof: (headers) => {
      const bearer = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
      if (bearer !== undefined) return isToken(bearer) ? 'bearer' : undefined;
      const cookie = cookieValue(headers.cookie, cookieName(port));
      return cookie !== undefined && sameSecret(cookie, sessionDigest) ? 'cookie' : undefined;
    },
  };
}

/**
 * True where a page of another origin can have sent this. Browsers name the origin with every POST; a request without one
 * comes from a tool, which must prove itself by token, since a cookie goes along with requests nobody meant to send.
 */
export function isForeign(headers: IncomingHttpHeaders, origin: string, proof: 'cookie' | 'bearer'): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  return headers.origin === undefined ? proof !== 'bearer' : headers.origin !== origin;
}
