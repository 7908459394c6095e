import type { Chunk } from '#main/scan/messages.ts';
import { readPageItems } from '#main/sources/cluster/page-items.ts';
import type { PageItem } from '#main/sources/cluster/page-items.ts';

const OPEN = Buffer.from('{"items":[');
const CLOSE = Buffer.from(']}');
const COMMA = 0x2c;
const NOTHING = Buffer.from('{}');

/** A page of some of its items, without what nobody reads of them; in memory of its own, which may change hands. */
export function pageOf(bytes: Uint8Array, items: readonly PageItem[]): Uint8Array<ArrayBuffer> {
  const page = new Uint8Array(OPEN.length + CLOSE.length + items.reduce((sum, item) => sum + lengthOf(item) + 1, 0));
  page.set(OPEN);
  let at = OPEN.length;
  const put = (part: Uint8Array): void => {
    page.set(part, at);
    at += part.length;
  };
  items.forEach((item, index) => {
    if (index > 0) page[at++] = COMMA;
    let from = item.from;
    for (let i = 0; i < item.idle.length; i += 2) {
      put(bytes.subarray(from, item.idle[i]));
      put(NOTHING);
      from = item.idle[i + 1] ?? from;
    }
    put(bytes.subarray(from, item.to));
  });
  put(CLOSE);
  return page.subarray(0, at).slice();
}

type Page = Extract<Chunk, { type: 'page' }>;

/** The same page without what nobody reads, which is a third of it; as it is where it was looked through, or cannot be. */
export function slimPage(page: Page): Page {
  if (page.numbers !== undefined) return page;
  const found = readPageItems(page.bytes);
  if (found === undefined) return page;
  return { ...page, bytes: pageOf(page.bytes, found.items), numbers: found.delicate ? 'delicate' : 'plain' };
}

function lengthOf(item: PageItem): number {
  let length = item.to - item.from;
  for (let i = 0; i < item.idle.length; i += 2) length += NOTHING.length - ((item.idle[i + 1] ?? 0) - (item.idle[i] ?? 0));
  return length;
}
