import type { App } from '#main/app.ts';
import { Scheduler } from '#main/scan/schedule.ts';
import { readSettings } from '#main/services/settings.ts';

/** What a host that stays open does by itself: it watches the workspace folder, and starts the scans that are due. */
export function keepLive({ workspace, store, scans, now }: App): { close(): void } {
  const watching = workspace.watch();
  const scheduler = new Scheduler({
    store,
    scans,
    sources: () => workspace.now().read.content.workspace.sources,
    policy: () => readSettings(store).policy,
    now,
  }).run();
  return {
    close: () => {
      scheduler.close();
      watching.close();
    },
  };
}
