import type { AppError } from '#core/model.ts';
import type { Result } from '#core/result.ts';
import type { Policy } from '#core/rules/model.ts';
import { fail } from '#cli/finish.ts';
import type { Beside } from '#cli/finish.ts';
import { progressLine } from '#cli/progress.ts';
import { openApp } from '#main/app.ts';
import type { App } from '#main/app.ts';
import type { FinishedScan, ScanManager } from '#main/scan/manager.ts';
import { pointersInStore } from '#main/services/pointers.ts';
import { readSettings } from '#main/services/settings.ts';

export { reportOf } from '#main/services/run-report.ts';

/** Runs with an app that is closed in the end; an error is printed and becomes the exit code. */
export async function withApp(
  options: { readonly db?: string; readonly workspace?: string },
  run: (app: App) => Promise<Result<number, AppError>>,
): Promise<void> {
  const app = openApp({
    env: process.env,
    ...(options.db === undefined ? {} : { database: options.db }),
    ...(options.workspace === undefined ? {} : { workspace: options.workspace }),
  });
  if (!app.ok) {
    fail(app.error);
    return;
  }
  try {
    const result = await run(app.value);
    // An answer that could not be written has set it already.
    if (result.ok) process.exitCode ??= result.value;
    else fail(result.error);
  } finally {
    await app.value.close();
  }
}

/** Waits for a scan: progress on a terminal, Ctrl-C cancels it and keeps what was read apart. */
export async function followScan(scans: ScanManager, scanId: string, quiet: boolean): Promise<Result<FinishedScan, AppError>> {
  const line = progressLine(quiet);
  const unsubscribe = scans.subscribe((event) => {
    if (event.type === 'progress' && event.progress.scanId === scanId) line.show(event.progress);
  });
  const interrupt = (): void => {
    scans.cancel(scanId);
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    const done = scans.wait(scanId);
    if (done === undefined) throw new Error(`scan ${scanId} is not running`);
    return await done;
  } finally {
    line.clear();
    unsubscribe();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** What formats want beside the report of a stored run. */
export const beside = ({ workspace, store }: App, policy: Policy): Beside => ({
  workspace: workspace.now(),
  policy,
  teamLabel: readSettings(store).teamLabel,
  pointer: pointersInStore(store),
});

/** The newest whole run, of one source where a name is given. */
export function latestRun(app: App, sourceName: string | undefined): string | undefined {
  const sources = app.store.sources.list().filter((source) => sourceName === undefined || source.name === sourceName);
  if (sources.length === 0) return undefined;
  return app.store.runs.list({ limit: 1, sources: sources.map((source) => source.id), statuses: ['complete', 'incomplete'] })
    .runs[0]?.id;
}

export const noScan = (where: string): AppError => ({
  code: 'notFound',
  what: 'There is no finished scan to look at.',
  where,
  why: 'None was kept in this database, or none of the source that was asked for.',
  next: "Make one: 'plimsoll scan', or 'plimsoll test FILES --record'.",
});
