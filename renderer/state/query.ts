import { createContext, useCallback, useContext, useEffect, useRef, useSyncExternalStore } from 'react';
import type { Client } from '#core/api.ts';
import type { AppError } from '#core/model.ts';
import type { Result } from '#core/result.ts';

/** What an event can make out of date; the names are those of the contract's `changed` event. */
export type Topic = 'runs' | 'settings' | 'sources' | 'workspace';

export type Ask<T> = (client: Client, signal: AbortSignal) => Promise<Result<T, AppError>>;

export interface Snapshot {
  readonly data: unknown;
  readonly error: AppError | undefined;
  readonly loading: boolean;
}

interface Entry {
  snapshot: Snapshot;
  ask: Ask<unknown>;
  topics: readonly Topic[];
  stale: boolean;
  abort: AbortController | undefined;
  readonly listeners: Set<() => void>;
}

const EMPTY: Snapshot = { data: undefined, error: undefined, loading: true };
/** Answers nobody looks at are kept for going back; this many of them. */
const KEPT = 80;

/** What a person reads when the host itself is gone: the contract's own errors arrive as values. */
const hostGone = (thrown: unknown): AppError => ({
  code: 'internal',
  what: 'Plimsoll did not answer',
  where: 'the connection between this page and its own host',
  why: thrown instanceof Error && thrown.message !== '' ? thrown.message : 'The connection ended.',
  next: 'Check that Plimsoll still runs in its terminal, then retry.',
});

export async function asResult<T>(promise: Promise<Result<T, AppError>>): Promise<Result<T, AppError>> {
  try {
    return await promise;
  } catch (thrown) {
    return { ok: false, error: hostGone(thrown) };
  }
}

/**
 * Answers of the host by question, shared by all who look at them. Server truth is asked for, never edited here:
 * an event marks answers stale, and those that are being looked at are asked again.
 */
export class QueryCache {
  readonly #client: Client;
  readonly #entries = new Map<string, Entry>();

  constructor(client: Client) {
    this.#client = client;
  }

  get client(): Client {
    return this.#client;
  }

  snapshot(key: string): Snapshot {
    return this.#entries.get(key)?.snapshot ?? EMPTY;
  }

  subscribe(key: string, ask: Ask<unknown>, topics: readonly Topic[], listener: () => void): () => void {
    const entry = this.#entry(key, ask, topics);
    entry.ask = ask;
    entry.listeners.add(listener);
    const known = entry.snapshot.data !== undefined || entry.snapshot.error !== undefined;
    if (entry.abort === undefined && (!known || entry.stale)) this.#run(entry);
    return () => {
      entry.listeners.delete(listener);
      if (entry.listeners.size > 0) return;
      if (entry.abort !== undefined) {
        entry.abort.abort();
        entry.abort = undefined;
        entry.stale = true;
      }
      this.#trim();
    };
  }

  /** Asks again where somebody looks; else on the next look. */
  invalidate(topics: readonly Topic[]): void {
    for (const entry of this.#entries.values()) {
      if (!entry.topics.some((topic) => topics.includes(topic))) continue;
      entry.stale = true;
      if (entry.listeners.size > 0) this.#run(entry);
    }
  }

  refetch(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#run(entry);
  }

  #entry(key: string, ask: Ask<unknown>, topics: readonly Topic[]): Entry {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      // Moves it to the young end of the map, which is what #trim goes by.
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known;
    }
    const entry: Entry = { snapshot: EMPTY, ask, topics, stale: false, abort: undefined, listeners: new Set() };
    this.#entries.set(key, entry);
    return entry;
  }

  #run(entry: Entry): void {
    entry.abort?.abort();
    const abort = new AbortController();
    entry.abort = abort;
    entry.stale = false;
    this.#set(entry, { data: entry.snapshot.data, error: undefined, loading: true });
    void asResult(entry.ask(this.#client, abort.signal)).then((answer) => {
      if (entry.abort !== abort) return;
      entry.abort = undefined;
      this.#set(
        entry,
        answer.ok
          ? { data: answer.value, error: undefined, loading: false }
          : { data: undefined, error: answer.error, loading: false },
      );
    });
  }

  #set(entry: Entry, snapshot: Snapshot): void {
    entry.snapshot = snapshot;
    for (const listener of entry.listeners) listener();
  }

  #trim(): void {
    let idle = 0;
    for (const entry of this.#entries.values()) if (entry.listeners.size === 0) idle += 1;
    for (const [key, entry] of this.#entries) {
      if (idle <= KEPT) return;
      if (entry.listeners.size > 0) continue;
      this.#entries.delete(key);
      idle -= 1;
    }
  }
}

const CacheContext = createContext<QueryCache | undefined>(undefined);
export const CacheProvider = CacheContext.Provider;

export function useCache(): QueryCache {
  const cache = useContext(CacheContext);
  if (cache === undefined) throw new Error('no CacheProvider above');
  return cache;
}

export const useClient = (): Client => useCache().client;

export interface Query<T> {
  readonly data: T | undefined;
  readonly error: AppError | undefined;
  /** True while an answer is on its way, also when an older one is shown. */
  readonly loading: boolean;
  readonly refetch: () => void;
}

interface Question<T> {
  /** Names the question; equal keys share one answer. Null asks nothing. */
  readonly key: readonly unknown[] | null;
  readonly ask: Ask<T>;
  readonly on?: readonly Topic[];
  /** Show the last answer of the previous key until the new one is there (typing in a filter must not blank the table). */
  readonly keep?: boolean;
}

const NO_TOPICS: readonly Topic[] = [];

export function useQuery<T>({ key, ask, on = NO_TOPICS, keep = false }: Question<T>): Query<T> {
  const cache = useCache();
  const text = key === null ? null : JSON.stringify(key);
  const latest = useRef({ ask, on });
  latest.current = { ask, on };
  const subscribe = useCallback(
    (listener: () => void) =>
      text === null
        ? () => undefined
        : cache.subscribe(text, (client, signal) => latest.current.ask(client, signal), latest.current.on, listener),
    [cache, text],
  );
  const snapshot = useSyncExternalStore(subscribe, () => (text === null ? EMPTY : cache.snapshot(text)));
  const previous = useRef<unknown>(undefined);
  useEffect(() => {
    if (snapshot.data !== undefined) previous.current = snapshot.data;
    else if (!keep || snapshot.error !== undefined) previous.current = undefined;
  }, [snapshot, keep]);
  const refetch = useCallback(() => {
    if (text !== null) cache.refetch(text);
  }, [cache, text]);
  const shown = snapshot.data ?? (keep && snapshot.error === undefined ? previous.current : undefined);
  // The cache holds answers by key only; a key is asked by one `ask` of one type, which this line relies on.
  return { data: shown as T | undefined, error: snapshot.error, loading: text !== null && snapshot.loading, refetch };
}
