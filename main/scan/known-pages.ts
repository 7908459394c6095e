import { versionKey } from '#core/inventory/key.ts';
import type { KnownObject } from '#core/inventory/model.ts';
import type { Chunk, WorkerSetup } from '#main/scan/messages.ts';
import { textsOf } from '#main/scan/page-text.ts';
import { readPageItems } from '#main/sources/cluster/page-items.ts';
import { KnownIndex } from '#main/store/known.ts';

export interface SplitPage {
  readonly known: readonly KnownObject[];
  /** The objects that must be judged; undefined where there are none. */
  readonly rest: Chunk | undefined;
}

/**
 * Tells the unchanged objects of a live page from the others by uid and resourceVersion, without parsing either: a scan of an
 * unchanged cluster starts no thread.
 */
export class KnownPages {
  readonly #index: KnownIndex;
  readonly #dropEnvValues: boolean;

  /** Undefined where nothing is known, or a rule that is new must see every object. */
  static of({ setup, known }: WorkerSetup): KnownPages | undefined {
    if (known === undefined || known.mask !== undefined) return undefined;
    const index = new KnownIndex(known.index);
    return index.size === 0 ? undefined : new KnownPages(index, setup.store?.dropEnvValues ?? false);
  }

  private constructor(index: KnownIndex, dropEnvValues: boolean) {
    this.#index = index;
    this.#dropEnvValues = dropEnvValues;
  }

  split(chunk: Chunk): SplitPage {
    const page = chunk.type === 'page' ? readPageItems(chunk.bytes) : undefined;
    if (chunk.type !== 'page' || page === undefined) return { known: [], rest: chunk };
    const known: KnownObject[] = [];
    const others = page.items.filter(({ uid, resourceVersion }) => {
      const id = uid === undefined || resourceVersion === undefined ? undefined : this.#find(uid, resourceVersion);
      if (id !== undefined) known.push({ id });
      return id === undefined;
    });
    if (others.length === 0) return { known, rest: undefined };
    const { bytes, ends } = textsOf(chunk.bytes, others);
    return { known, rest: { ...chunk, bytes, items: { ends, delicate: page.delicate } } };
  }

  #find(uid: string, resourceVersion: string): number | undefined {
    return this.#index.byUid(uid, versionKey(resourceVersion, { dropEnvValues: this.#dropEnvValues }));
  }
}
