import type { CoverageEntry } from '#core/model.ts';
import type { Sender } from '#main/kube/transport.ts';
import type { ListedKind, ListEvent, RequestEntry } from '#main/sources/source.ts';
import { EventQueue } from './event-queue.ts';
import { Health } from './health.ts';
import { type KindReaderContext, readKind } from './kind-reader.ts';
import { namespaceFallback } from './namespaces.ts';

export interface ListCluster {
  readonly sender: Sender;
  readonly kinds: readonly ListedKind[];
  /** What discovery left out. */
  readonly coverage: readonly CoverageEntry[];
  readonly contextNamespace: string;
  /** Kinds read side by side; each has one request under way at most. */
  readonly parallel: number;
  readonly pageLimit: number;
  readonly namespaces?: readonly string[];
  readonly signal: AbortSignal;
  /** Directs the log of requests here while the list runs. */
  readonly listen: (to: ((entry: RequestEntry) => void) | undefined) => void;
  readonly close: () => Promise<void>;
}

async function readAll(input: ListCluster, queue: EventQueue, signal: AbortSignal): Promise<void> {
  for (const entry of input.coverage) await queue.push({ type: 'coverage', entry });
  const context: KindReaderContext = {
    sender: input.sender,
    signal,
    pageLimit: input.pageLimit,
    health: new Health(),
    fallback: namespaceFallback(input.sender, input.contextNamespace),
    emit: (event) => queue.push(event),
    ...(input.namespaces === undefined ? {} : { namespaces: input.namespaces }),
  };
  const waiting = [...input.kinds];
  // One reader begins at the end: the many kinds of few objects are mostly waiting, which is best done while others bring work.
  const work = async (_: unknown, reader: number): Promise<void> => {
    const next = (): ListedKind | undefined => (reader > 0 && reader === input.parallel - 1 ? waiting.pop() : waiting.shift());
    for (let kind = next(); kind !== undefined; kind = next()) await readKind(context, kind);
  };
  await Promise.all(Array.from({ length: input.parallel }, work));
}

/** Runs the readers side by side and hands their events to one consumer, who sets the pace. */
export async function* listCluster(input: ListCluster): AsyncGenerator<ListEvent, void, undefined> {
  const queue = new EventQueue();
  const left = new AbortController();
  const signal = AbortSignal.any([input.signal, left.signal]);
  // A reader that waits for room would not notice a cancel.
  const onAbort = (): void => queue.open();
  signal.addEventListener('abort', onAbort, { once: true });
  input.listen((entry) => void queue.push({ type: 'request', entry }));
  const reading = readAll(input, queue, signal).then(
    () => queue.end(),
    (error: unknown) => queue.end(error),
  );
  try {
    for (let event = await queue.next(); event !== undefined; event = await queue.next()) yield event;
  } finally {
    left.abort();
    queue.abandon();
    await reading;
    signal.removeEventListener('abort', onAbort);
    input.listen(undefined);
    if (input.signal.aborted) await input.close();
  }
}
