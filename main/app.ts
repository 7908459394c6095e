import type { AppError } from '#core/model.ts';
import { ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Library } from '#core/rules/model.ts';
import { openLibrary } from '#main/open-library.ts';
import { ScanManager } from '#main/scan/manager.ts';
import { workspacePolicies } from '#main/scan/policies.ts';
import { readSettings } from '#main/services/settings.ts';
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
}

/** Opens the database and the library. Close it when done: running scans are cancelled. */
export function openApp(options: AppOptions): Result<App, AppError> {
  const library = openLibrary();
  if (!library.ok) return library;
  const opened = openStore(options.database === undefined ? {} : { file: options.database });
  if (!opened.ok) return opened;
  const store = opened.value;
  const now = options.now ?? Date.now;
  const workspace = new WorkspaceFolder({
    folder: workspaceLocation({
      env: options.env,
      database: store.file,
      ...(options.workspace === undefined ? {} : { asked: options.workspace }),
    }),
    library: library.value,
    store,
    env: options.env,
    now,
  });
  const scans = new ScanManager({
    store,
    library: library.value,
    policies: workspacePolicies(workspace, library.value),
    version: VERSION,
    env: options.env,
    now,
    dropEnvValues: () => readSettings(store).dropEnvValues,
  });
  workspace.subscribe(() => scans.emit({ type: 'changed', what: 'workspace' }));
  return ok({
    store,
    library: library.value,
    scans,
    workspace,
    version: VERSION,
    env: options.env,
    now,
    close: async () => {
      await scans.close();
      store.close();
    },
  });
}
