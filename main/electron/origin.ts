export const SCHEME = 'plimsoll';
export const PAGE_HOST = 'app';
/** The one page of the app. */
export const PAGE_URL = `${SCHEME}://${PAGE_HOST}/`;

/**
 * True for addresses of our own page. Compared by parts: `origin` of a scheme that Node does not know is the text "null",
 * for every such scheme alike, and prefixes match more than they seem to.
 */
export function isOurs(address: string): boolean {
  const url = URL.parse(address);
  if (url === null) return false;
  return url.protocol === `${SCHEME}:` && url.host === PAGE_HOST && url.username === '' && url.password === '';
}

/** True for what our own page made in its memory. */
export const isOurBlob = (address: string): boolean => address.startsWith('blob:') && isOurs(address.slice('blob:'.length));
