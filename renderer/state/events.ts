import type { Client } from '#core/api.ts';
import { useProgress } from './progress.ts';
import type { QueryCache, Topic } from './query.ts';

const ALL: readonly Topic[] = ['runs', 'settings', 'sources'];
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/**
 * Listens to the host for as long as the page lives: progress goes to the progress store, everything else marks answers stale.
 * A broken stream is opened again; what was missed meanwhile is made good by asking everything anew.
 * Returns the function that stops it.
 */
export function listen(client: Client, cache: QueryCache): () => void {
  const abort = new AbortController();
  const run = async (): Promise<void> => {
    let wait = FIRST_WAIT_MS;
    let first = true;
    while (!abort.signal.aborted) {
      try {
        const events = await client.scans.events(undefined, { signal: abort.signal });
        if (!first) cache.invalidate(ALL);
        first = false;
        for await (const event of events) {
          wait = FIRST_WAIT_MS;
          switch (event.type) {
            case 'progress':
              useProgress.getState().advance(event.progress);
              break;
            case 'finished':
              useProgress.getState().finish(event.scanId, event.status, event.error);
              cache.invalidate(['runs', 'sources']);
              break;
            case 'changed':
              cache.invalidate([event.what]);
              break;
          }
        }
      } catch {
        // The host restarts or is gone; every screen that asks says so itself.
      }
      await pause(wait, abort.signal);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  };
  void run();
  return () => abort.abort();
}
