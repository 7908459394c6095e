import type { AppError } from '#core/model.ts';
import { ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Library } from '#core/rules/model.ts';
import { openLibrary } from '#main/open-library.ts';
import { ScanManager } from '#main/scan/manager.ts';
import { workspacePolicies } from '#main/scan/policies.ts';
import { shrinkDebt } from '#main/services/debt-shrink.ts';
import { refigure } from '#main/services/refigure.ts';
import { RunViews } from '#main/services/run-view.ts';
import { readSettings } from '#main/services/settings.ts';
import { workspaceLenses } from '#main/services/workspace-lenses.ts';
import type { ClusterTuning } from '#main/sources/cluster/open.ts';
import { openStore } from '#main/store/index.ts';
import type { Store } from '#main/store/index.ts';
import { VERSION } from '#main/version.ts';
import { WorkspaceFolder } from '#main/workspace/index.ts';
import { workspaceLocation } from '#main/workspace/location.ts';

/** Everything a host needs, made in one place and handed down. */
export interface App {
  readonly store: Store;
  readonly library: Library;
  readonly scans: ScanManager;
  /** The team's policies, waivers and decisions. */
  readonly workspace: WorkspaceFolder;
  /** Runs as the workspace sees them. */
  readonly views: RunViews;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  close(): Promise<void>;
}

export interface AppOptions {
  /** Default: the user's database (decisions.md 12). */
  readonly database?: string;
  /** Default: `PLIMSOLL_WORKSPACE`, else beside the database. */
  readonly workspace?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now?: () => number;
  /** For tests and benchmarks: in place of the library that ships, and other waits. */
  readonly library?: Library;
  readonly tuning?: ClusterTuning;
}

/** Opens the database, the library and the workspace. Close it when done: running scans are cancelled. */
export function openApp(options: AppOptions): Result<App, AppError> {
  const opened = options.library === undefined ? openLibrary() : ok(options.library);
  if (!opened.ok) return opened;
  const library = opened.value;
  const database = openStore(options.database === undefined ? {} : { file: options.database });
  if (!database.ok) return database;
  const store = database.value;
  const { env, now = Date.now, tuning } = options;
  const asked = options.workspace === undefined ? {} : { asked: options.workspace };
  const folder = workspaceLocation({ env, database: store.file, ...asked });
  const workspace = new WorkspaceFolder({ folder, library, store, env, now });
  const views = new RunViews(store, library, () => readSettings(store).teamLabel, workspaceLenses(workspace, library, now));
  const scans = new ScanManager({
    store,
    library,
    policies: workspacePolicies(workspace, library),
    version: VERSION,
    env,
    now,
    dropEnvValues: () => readSettings(store).dropEnvValues,
    afterRun: async (run) => {
      refigure({ store, views }, run);
      return shrinkDebt({ workspace, views }, run);
    },
    ...(tuning === undefined ? {} : { tuning }),
  });
  const unsubscribe = workspace.subscribe(() => scans.emit({ type: 'changed', what: 'workspace' }));
  const close = async (): Promise<void> => {
    unsubscribe();
    await scans.close();
    store.close();
  };
  return ok({ store, library, scans, workspace, views, version: VERSION, env, now, close });
}
