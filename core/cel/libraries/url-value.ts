import { decodeUtf8, encodeUtf8 } from '../utf8.ts';
import { LibraryValue, reserveFields, type CelObject } from '../values.ts';
import { escapeIn, isEscapedPath, unescapeIn } from './url-escapes.ts';
import { parseUrl, type UrlParts } from './url-parse.ts';

/** More parameters than this Go does not read: the query is then empty (net/url, urlmaxqueryparams). */
const MAX_PARAMETERS = 10_000;

/**
 * A URL as the API server keeps it (k8s.io/apiserver/pkg/cel/url.go). Its parts are bytes, one char each, because escapes may
 * stand for bytes that are no text; whatever an expression reads of them is text again.
 */
export class Url extends LibraryValue {
  readonly typeName = 'kubernetes.URL';
  readonly urlParts: UrlParts;
  constructor(urlParts: UrlParts) {
    super();
    this.urlParts = urlParts;
  }

  override get extent(): number {
    return this.toString().length;
  }
  /** Two URLs are equal where their texts are. */
  equals(other: CelObject): boolean {
    return other instanceof Url && other.toString() === this.toString();
  }

  get urlHost(): string {
    return toText(this.urlParts.host);
  }

  /** Host without port, an IPv6 address without brackets. */
  get urlHostname(): string {
    const [host] = splitPort(this.urlParts.host);
    return toText(host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host);
  }

  get urlPort(): string {
    return splitPort(this.urlParts.host)[1];
  }

  /** The path as it was written, where that is a correct way to write it, else as Go escapes it. */
  get urlPath(): string {
    return toText(escapedPath(this.urlParts));
  }

  /** Values by key, in the order of the text. Pairs that cannot be read are left out, as Go leaves them out. */
  get urlQuery(): ReadonlyMap<string, readonly string[]> {
    const values = new Map<string, string[]>();
    const pairs = this.urlParts.query.split('&');
    if (pairs.length > MAX_PARAMETERS) return values;
    for (const pair of pairs) {
      if (pair === '' || pair.includes(';')) continue;
      const at = pair.indexOf('=');
      const key = unescapeIn('query', at < 0 ? pair : pair.slice(0, at));
      const value = unescapeIn('query', at < 0 ? '' : pair.slice(at + 1));
      if (key === undefined || value === undefined) continue;
      const name = toText(key);
      const known = values.get(name);
      if (known === undefined) values.set(name, [toText(value)]);
      else known.push(toText(value));
    }
    return values;
  }

  override toString(): string {
    return toText(format(this.urlParts));
  }
}

/** As `url()` reads a text: an absolute URI or an absolute path. undefined: none. */
export function parseUrlValue(text: string): Url | undefined {
  const bytes = encodeUtf8(text);
  if (parseUrl(bytes, true) === undefined) return undefined;
  const parts = parseUrl(bytes, false);
  return parts === undefined ? undefined : new Url(parts);
}

/** As `isURL()` does: fragments are not cut off, so that more and less is refused than by `url()`. */
export const isUrlText = (text: string): boolean => parseUrl(encodeUtf8(text), true) !== undefined;

/** Bytes that are no UTF-8 become U+FFFD one by one, as where the API server prints them. */
function toText(bytes: string): string {
  const whole = decodeUtf8(bytes);
  if (whole !== undefined) return whole;
  let out = '';
  for (let at = 0; at < bytes.length;) {
    let length = 1;
    let text: string | undefined;
    while (length <= 4 && text === undefined) text = decodeUtf8(bytes.slice(at, at + length++));
    out += text ?? '\ufffd';
    at += text === undefined ? 1 : length - 1;
  }
  return out;
}

function splitPort(host: string): readonly [string, string] {
  const found = /:(\d*)$/.exec(host);
  return found === null ? [host, ''] : [host.slice(0, found.index), found[1] ?? ''];
}

function escapedPath({ path, rawPath }: UrlParts): string {
  return isEscapedPath(rawPath) || path === '*' ? rawPath : escapeIn('path', path);
}

/** The parts put together again (net/url, URL.String). */
function format(parts: UrlParts): string {
  const { scheme, opaque, user, host, path, query, fragment } = parts;
  let out = scheme === '' ? '' : `${scheme}:`;
  if (opaque === '') {
    const hasAuthority = scheme !== '' || host !== '' || user !== undefined;
    const omitted = parts.omitHost && host === '' && user === undefined;
    if (hasAuthority && !omitted) {
      if (host !== '' || path !== '' || user !== undefined) out += '//';
      out += `${user === undefined ? '' : `${user.map((part) => escapeIn('user', part)).join(':')}@`}${escapeIn('host', host)}`;
    }
    out += escapedPath(parts);
  } else out += opaque;
  if (query !== '' || parts.forceQuery) out += `?${query}`;
  return fragment === '' ? out : `${out}#${fragment}`;
}

reserveFields(
  new Url({
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
  }),
);
