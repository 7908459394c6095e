import type { Library } from '#core/rules/model.ts';
import type { ScanManager } from '#main/scan/manager.ts';
import type { RunHistory } from '#main/services/evidence.ts';
import type { RunViews } from '#main/services/run-view.ts';
import type { Store } from '#main/store/index.ts';
import type { WorkspaceFolder } from '#main/workspace/index.ts';

/** What the services of policies and decisions stand on. */
export interface ServiceContext {
  readonly store: Store;
  readonly library: Library;
  readonly workspace: WorkspaceFolder;
  readonly views: RunViews;
  readonly history: RunHistory;
  readonly scans: ScanManager;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
