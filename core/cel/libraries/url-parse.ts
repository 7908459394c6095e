import { parseAddress } from './ip-address.ts';
import { escapeIn, isEscapedFragment, unescapeIn } from './url-escapes.ts';

/** The parts of a URL, as bytes, one char each. */
export interface UrlParts {
  readonly scheme: string;
  /** What stands after the scheme without a slash: `mailto:opaque`. */
  readonly opaque: string;
  /** Name, or name and password, unescaped. */
  readonly user: readonly string[] | undefined;
  /** With its port, unescaped. */
  readonly host: string;
  /** `file:/path`: without even an empty host. */
  readonly omitHost: boolean;
  /** Unescaped. */
  readonly path: string;
  /** As written. */
  readonly rawPath: string;
  readonly query: string;
  /** Ends with a question mark. */
  readonly forceQuery: boolean;
  /** Escaped. */
  readonly fragment: string;
}

/**
 * Reads a URL as Go does (net/url of Go 1.26, which the API server 1.36 is built with). `fromRequest` is ParseRequestURI: an
 * absolute URI or an absolute path, and a fragment is not looked for; without it Parse. undefined: no URL.
 */
export function parseUrl(text: string, fromRequest: boolean): UrlParts | undefined {
  if (fromRequest) return parseWithoutFragment(text, true);
  const hash = text.indexOf('#');
  const parts = parseWithoutFragment(hash < 0 ? text : text.slice(0, hash), false);
  if (parts === undefined || hash < 0) return parts;
  const fragment = readFragment(text.slice(hash + 1));
  return fragment === undefined ? undefined : { ...parts, fragment };
}

function readFragment(raw: string): string | undefined {
  const bytes = unescapeIn('fragment', raw);
  if (bytes === undefined) return undefined;
  return isEscapedFragment(raw) ? raw : escapeIn('fragment', bytes);
}

const NOTHING: UrlParts = {
  scheme: '',
  opaque: '',
  user: undefined,
  host: '',
  omitHost: false,
  path: '',
  rawPath: '',
  query: '',
  forceQuery: false,
  fragment: '',
};

function parseWithoutFragment(text: string, fromRequest: boolean): UrlParts | undefined {
  if (/[\x00-\x1f\x7f]/.test(text) || (text === '' && fromRequest)) return undefined;
  if (text === '*') return { ...NOTHING, path: '*', rawPath: '*' };
  if (text.startsWith(':')) return undefined;
  const named = /^([A-Za-z][A-Za-z0-9+\-.]*):/.exec(text);
  const scheme = named?.[1]?.toLowerCase() ?? '';
  const afterScheme = text.slice(named?.[0].length ?? 0);
  const mark = afterScheme.indexOf('?');
  const rest = mark < 0 ? afterScheme : afterScheme.slice(0, mark);
  const query = mark < 0 ? '' : afterScheme.slice(mark + 1);
  const base = { ...NOTHING, scheme, query, forceQuery: mark >= 0 && query === '' };
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...base, opaque: rest };
    // A first segment with a colon would read as a scheme.
    if (fromRequest || /^[^/]*:/.test(rest)) return undefined;
  }
  const hasAuthority = rest.startsWith('//') && (scheme !== '' || (!fromRequest && !rest.startsWith('///')));
  if (!hasAuthority) return withPath({ ...base, omitHost: scheme !== '' && rest.startsWith('/') }, rest);
  const slash = rest.indexOf('/', 2);
  const authority = readAuthority(scheme, slash < 0 ? rest.slice(2) : rest.slice(2, slash));
  return authority === undefined ? undefined : withPath({ ...base, ...authority }, slash < 0 ? '' : rest.slice(slash));
}

function withPath(parts: UrlParts, rawPath: string): UrlParts | undefined {
  const path = unescapeIn('path', rawPath);
  return path === undefined ? undefined : { ...parts, path, rawPath };
}

type Authority = Pick<UrlParts, 'user' | 'host'>;

function readAuthority(scheme: string, authority: string): Authority | undefined {
  const at = authority.lastIndexOf('@');
  const host = readHost(scheme, authority.slice(at + 1));
  if (host === undefined || at < 0) return host === undefined ? undefined : { user: undefined, host };
  const user = readUser(authority.slice(0, at));
  return user === undefined ? undefined : { user, host };
}

/** RFC 3986 3.2.1, but an `@` is let through because passwords have it. */
function readUser(text: string): readonly string[] | undefined {
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(text)) return undefined;
  const colon = text.indexOf(':');
  const parts = (colon < 0 ? [text] : [text.slice(0, colon), text.slice(colon + 1)]).map((part) => unescapeIn('user', part));
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

const isPort = (text: string): boolean => /^(?::\d*)?$/.test(text);

function readHost(scheme: string, host: string): string | undefined {
  const bracket = host.lastIndexOf('[');
  if (bracket > 0) return undefined;
  if (bracket === 0) return readBracketed(host);
  // Only http and https are strict about colons: some databases list hosts with ports.
  const strict = scheme === 'http' || scheme === 'https';
  const colon = strict ? host.indexOf(':') : host.lastIndexOf(':');
  return colon >= 0 && !isPort(host.slice(colon)) ? undefined : unescapeIn('host', host);
}

/** `[fe80::1%25eth0]:80`: an IPv6 address, and nothing else. */
function readBracketed(host: string): string | undefined {
  const close = host.lastIndexOf(']');
  const port = host.slice(close + 1);
  if (close < 0 || !isPort(port)) return undefined;
  const name = host.slice(1, close);
  const zoneAt = name.indexOf('%25');
  const address = unescapeIn('host', zoneAt < 0 ? name : name.slice(0, zoneAt));
  const zone = zoneAt < 0 ? '' : unescapeIn('zone', name.slice(zoneAt));
  if (address === undefined || zone === undefined) return undefined;
  const whole = `${address}${zone}`;
  // Whatever follows the first percent sign is the zone, which must not be empty.
  const [numbers = '', ...zones] = whole.split('%');
  if (zones.length > 0 && zones.join('%') === '') return undefined;
  return parseAddress(numbers)?.addressWidth === 128 ? `[${whole}]${port}` : undefined;
}
