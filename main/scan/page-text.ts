import type { Chunk } from '#main/scan/messages.ts';
import { readPageItems } from '#main/sources/cluster/page-items.ts';
import type { PageItem } from '#main/sources/cluster/page-items.ts';

const NOTHING = Buffer.from('{}');

/** Texts of items one after another, and where each ends. The bytes stand in memory of their own, which may change hands. */
export interface ItemTexts {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ends: Uint32Array;
}

/** Some items of a page without what nobody reads of them. */
export function textsOf(bytes: Uint8Array, items: readonly PageItem[]): ItemTexts {
  const texts = new Uint8Array(items.reduce((sum, item) => sum + lengthOf(item), 0));
  const ends = new Uint32Array(items.length);
  let at = 0;
  const put = (part: Uint8Array): void => {
    texts.set(part, at);
    at += part.length;
  };
  items.forEach((item, index) => {
    let from = item.from;
    for (let i = 0; i < item.idle.length; i += 2) {
      put(bytes.subarray(from, item.idle[i]));
      put(NOTHING);
      from = item.idle[i + 1] ?? from;
    }
    put(bytes.subarray(from, item.to));
    ends[index] = at;
  });
  return { bytes: texts, ends };
}

type Page = Extract<Chunk, { type: 'page' }>;

/** A page as texts of its items, without what nobody reads, which is a third of it; as it is where it cannot be looked through. */
export function slimPage(page: Page): Page {
  if (page.items !== undefined) return page;
  const found = readPageItems(page.bytes);
  if (found === undefined) return page;
  const { bytes, ends } = textsOf(page.bytes, found.items);
  return { ...page, bytes, items: { ends, delicate: found.delicate } };
}

function lengthOf(item: PageItem): number {
  let length = item.to - item.from;
  for (let i = 0; i < item.idle.length; i += 2) length += NOTHING.length - ((item.idle[i + 1] ?? 0) - (item.idle[i] ?? 0));
  return length;
}
