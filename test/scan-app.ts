import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '#core/api.ts';
import type { ScanEvent, ScanTarget } from '#core/api/scans.ts';
import type { AppError } from '#core/model.ts';
import type { Result } from '#core/result.ts';
import type { Library } from '#core/rules/model.ts';
import { openApp } from '#main/app.ts';
import type { App } from '#main/app.ts';
import { createInProcessClient } from '#main/rpc/in-process.ts';
import type { FinishedScan, StartOptions } from '#main/scan/manager.ts';
import { createServices } from '#main/services/index.ts';
import { CLUSTER_DEFAULTS } from '#main/sources/cluster/open.ts';
import type { ClusterTuning } from '#main/sources/cluster/open.ts';

/** Helpers for tests of the whole pipeline: a real app on a database of its own, and scans that are waited for. */

export interface TestApp extends App {
  readonly client: Client;
  readonly database: string;
  /** Everything that listeners were told, in order. */
  readonly events: readonly ScanEvent[];
}

export interface TestAppOptions {
  /** Default: a new one that is gone after the test. */
  readonly database?: string;
  /** Default: beside the database. */
  readonly workspace?: string;
  /** In place of the library that ships. */
  readonly library?: Library;
  readonly tuning?: ClusterTuning;
  readonly now?: () => number;
}

/** Small pages, short waits: what takes minutes by default takes parts of a second. */
export const FAST: ClusterTuning = {
  transport: { ...CLUSTER_DEFAULTS.transport, totalTimeoutMs: 1500 },
  retry: { delaysMs: [5, 10, 20], maxRetryAfterMs: 1000, whenCut: true },
  pageLimit: 10,
};

export function unwrap<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(`expected a value: ${JSON.stringify(result.error)}`);
  return result.value;
}

/** A folder that is gone after the test: `using folder = temporaryFolder()`. */
export function temporaryFolder(): { readonly path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'plimsoll-scan-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** `await using app = openTestApp()`. The environment is empty, so that no kubeconfig of this machine is read. */
export function openTestApp(options: TestAppOptions = {}): TestApp & AsyncDisposable {
  const folder = options.database === undefined ? temporaryFolder() : undefined;
  const database = options.database ?? join(folder?.path ?? '', 'plimsoll.db');
  const { library, tuning, now, workspace } = options;
  const app = unwrap(
    openApp({
      database,
      env: {},
      ...(library === undefined ? {} : { library }),
      ...(tuning === undefined ? {} : { tuning }),
      ...(now === undefined ? {} : { now }),
      ...(workspace === undefined ? {} : { workspace }),
    }),
  );
  const events: ScanEvent[] = [];
  app.scans.subscribe((event) => void events.push(event));
  return {
    ...app,
    database,
    events,
    client: createInProcessClient(createServices(app, 'inProcess')),
    [Symbol.asyncDispose]: async () => {
      await app.close();
      folder?.[Symbol.dispose]();
    },
  };
}

/** Starts a scan and waits for its end. */
export async function tryScan(
  app: App,
  target: Exclude<ScanTarget, { type: 'sample' }>,
  options: Partial<StartOptions> = {},
): Promise<Result<FinishedScan, AppError>> {
  const started = await app.scans.start(target, { policy: 'default', ...options });
  if (!started.ok) return started;
  const done = app.scans.wait(started.value.scanId);
  if (done === undefined) throw new Error('the scan was over before anyone could wait for it');
  return done;
}

/** A scan of the current context of a kubeconfig that must end well. */
export async function scanCluster(
  app: App,
  kubeconfig: string,
  options: Partial<StartOptions> & { readonly namespaces?: string[] } = {},
): Promise<FinishedScan> {
  const { namespaces, ...others } = options;
  return unwrap(
    await tryScan(app, { type: 'context', context: '', kubeconfig, ...(namespaces === undefined ? {} : { namespaces }) }, others),
  );
}

export type { FinishedScan } from '#main/scan/manager.ts';
