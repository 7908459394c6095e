import type { CoverageEntry } from '#core/model.ts';
import type { Batch } from '#main/scan/messages.ts';

/** One list of a group: of a namespace where the group was asked namespace by namespace, else of the empty name. */
interface Tally {
  objects: number;
  evaluated: number;
  /** Chunks that were handed on and not judged yet. */
  waiting: number;
  /** Why what was read could not be used, though the list itself ended well. */
  fault: string | undefined;
}

const NOTHING: Tally = { objects: 0, evaluated: 0, waiting: 0, fault: undefined };

/** The list that a kind's objects come from. */
export const groupKey = (entry: { readonly group: string; readonly kind: string }): string => `${entry.group}/${entry.kind}`;

/** Counts what came of each list, and forgets it where a list begins anew (a 410 of the API server). */
export class Groups {
  /** How often each group began: a batch of an earlier beginning is void. */
  readonly #beginnings = new Map<string, number>();
  readonly #lists = new Map<string, Map<string, Tally>>();

  /** Gives whether the group had begun before: what it gave so far is void. */
  begin(group: string): boolean {
    const before = this.#beginnings.get(group) ?? 0;
    this.#beginnings.set(group, before + 1);
    this.#lists.delete(group);
    return before > 0;
  }

  beginning(group: string): number {
    return this.#beginnings.get(group) ?? 0;
  }

  send(group: string, namespace: string): void {
    this.#tally(group, namespace).waiting += 1;
  }

  /** `live` lists have a coverage entry of their own, which says what could not be read of them. */
  receive(group: string, namespace: string, batch: Batch, live: boolean): void {
    const tally = this.#tally(group, namespace);
    tally.waiting -= 1;
    tally.objects += batch.judged.length;
    tally.evaluated += batch.evaluated ?? batch.judged.filter((object) => 'verdicts' in object).length;
    if (live) tally.fault ??= batch.errors[0]?.message;
  }

  get objects(): number {
    return this.#sum((tally) => tally.objects);
  }

  get evaluated(): number {
    return this.#sum((tally) => tally.evaluated);
  }

  /** The lister does not look into what it hands on: how many objects there were, and whether they could be used, is known here. */
  cover(entry: CoverageEntry): CoverageEntry {
    const { objects, waiting, fault } = this.#lists.get(groupKey(entry))?.get(entry.namespace ?? '') ?? NOTHING;
    const counted = entry.objects > 0 ? entry : { ...entry, objects };
    if (entry.status !== 'complete' && entry.status !== 'metadataOnly') return counted;
    if (fault !== undefined) return { ...counted, status: 'invalid', reason: `${fault}. What was not read is not evaluated.` };
    return waiting > 0
      ? { ...counted, status: 'cancelled', reason: 'The scan was cancelled. What was not read is not evaluated.' }
      : counted;
  }

  #sum(of: (tally: Tally) => number): number {
    let sum = 0;
    for (const lists of this.#lists.values()) for (const tally of lists.values()) sum += of(tally);
    return sum;
  }

  #tally(group: string, namespace: string): Tally {
    const lists = this.#lists.get(group) ?? new Map<string, Tally>();
    this.#lists.set(group, lists);
    const tally = lists.get(namespace) ?? { ...NOTHING };
    lists.set(namespace, tally);
    return tally;
  }
}
