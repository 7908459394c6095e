import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';

/** Editors write a file in several steps. */
const SETTLE_MS = 150;
/** Where the folder is not there yet, or the system does not tell. */
const POLL_MS = 3000;

/**
 * Calls back soon after something below the folder may have changed. What really changed is for the reader to find out.
 * Never keeps the process alive.
 */
export function watchFolder(folder: string, changed: () => void): { close(): void } {
  let watcher: FSWatcher | undefined;
  let settling: NodeJS.Timeout | undefined;
  const soon = (): void => {
    clearTimeout(settling);
    settling = setTimeout(changed, SETTLE_MS).unref();
  };
  const begin = (): void => {
    if (watcher !== undefined) return;
    try {
      watcher = watch(folder, { recursive: true, persistent: false }, soon);
      watcher.on('error', () => {
        watcher?.close();
        watcher = undefined;
      });
    } catch {
      watcher = undefined;
    }
  };
  begin();
  const poll = setInterval(() => {
    begin();
    changed();
  }, POLL_MS).unref();
  return {
    close: () => {
      clearInterval(poll);
      clearTimeout(settling);
      watcher?.close();
    },
  };
}
