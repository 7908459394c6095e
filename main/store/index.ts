import { hostname } from 'node:os';
import type { RuleSet } from '#core/inventory/model.ts';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { Changes } from './changes.ts';
import { connect } from './database.ts';
import type { Connection } from './database.ts';
import { attempt } from './errors.ts';
import { loadHmacKey } from './hmac-key.ts';
import { defaultDatabasePath } from './location.ts';
import { Revisions } from './revisions.ts';
import { RunEvidenceReader } from './run-evidence.ts';
import type { StoredRun } from './run-model.ts';
import { RunSets } from './run-sets.ts';
import { RuleSets } from './rulesets.ts';
import { notRunning, Runs } from './runs.ts';
import { Scans } from './scans.ts';
import { SettingsStore } from './settings.ts';
import { Sources } from './sources.ts';
import { Summaries } from './summaries.ts';
import { deleteRun, sweepIfDue } from './sweep.ts';
import { ScanWriter } from './writer.ts';

export interface StoreOptions {
  /** Default: see location.ts. Its folder is made where it is missing. */
  readonly file?: string;
  /** Milliseconds since 1970; for tests. */
  readonly now?: () => number;
  /** The machine this process runs on; for tests. */
  readonly host?: string;
  readonly pid?: number;
}

/** The history: everything that outlives a process (design/architecture.md, Store). One connection; not shared between threads. */
export interface Store {
  readonly file: string;
  /** The key of evaluation keys (decisions.md 8). Workers may have it; it never leaves the machine. */
  readonly hmacKey: Uint8Array;
  readonly sources: Sources;
  readonly runs: Runs;
  readonly rulesets: RuleSets;
  readonly summaries: Summaries;
  readonly scans: Scans;
  readonly settings: SettingsStore;
  readonly revisions: Revisions;
  readonly changes: Changes;
  readonly evidence: RunEvidenceReader;
  /** Opens the writer of a run that `runs.begin` has just opened. */
  beginWrite(run: StoredRun, ruleset: RuleSet): Result<ScanWriter, AppError>;
  /** Deletes a run and frees what only it used. A running one is refused (`busy`). */
  deleteRun(runId: string): Result<void, AppError>;
  close(): void;
}

/** Opens the history, making it where there is none, and marks runs whose process is gone as interrupted. */
export function openStore(options: StoreOptions = {}): Result<Store, AppError> {
  const file = options.file ?? defaultDatabasePath();
  const connection = connect(file);
  if (!connection.ok) return connection;
  const opened = attempt(file, () => makeStore(connection.value, file, options));
  if (!opened.ok) connection.value.close();
  return opened;
}

function makeStore(db: Connection, file: string, options: StoreOptions): Store {
  const now = options.now ?? Date.now;
  const summaries = new Summaries(db);
  const rulesets = new RuleSets(db);
  const sets = new RunSets(db);
  const runs = new Runs(db, summaries, { pid: options.pid ?? process.pid, host: options.host ?? hostname() }, now);
  const store: Store = {
    file,
    hmacKey: loadHmacKey(`${file}.key`),
    sources: new Sources(db),
    runs,
    rulesets,
    summaries,
    scans: new Scans(db),
    settings: new SettingsStore(db),
    revisions: new Revisions(db),
    changes: new Changes(db),
    evidence: new RunEvidenceReader(db, rulesets),
    beginWrite: (run, ruleset) => {
      const made = attempt(file, () =>
        runs.heartbeat(run.id) ? new ScanWriter({ db, runs, rulesets, sets }, run, ruleset) : undefined,
      );
      if (!made.ok) return made;
      return made.value === undefined ? err(notRunning(run.id, file)) : ok(made.value);
    },
    deleteRun: (runId) => {
      // A run that nobody writes any more may be deleted too, and must not keep a sweep from happening.
      const marked = attempt(file, () => runs.markInterrupted());
      return marked.ok ? deleteRun(db, sets, runId) : marked;
    },
    close: () => {
      db.close();
    },
  };
  runs.markInterrupted();
  sweepIfDue(db, sets);
  return store;
}

export { attempt, StoreFailure } from './errors.ts';
export { KnownIndex } from './known.ts';
export { decodeBody, encodeBody } from './body.ts';
export type { Ages } from './ages.ts';
export type { FileChange, StoredChange } from './changes.ts';
export type { FactSet } from './facts.ts';
export type { StoredEvidence } from './run-evidence.ts';
export type { IdSet } from './ids.ts';
export { REVISION_KINDS, Revisions } from './revisions.ts';
export type { NewRevision, RevisionContent, RevisionKind, StoredRevision } from './revisions.ts';
export type { NewRun, RunEnd, RunFilter, RunOrigin, StoredRun } from './run-model.ts';
export type { OpenSource, SourcePatch, StoredSource } from './sources.ts';
export type { Summary } from './summaries.ts';
export type { Known, ScanWriter, Written } from './writer.ts';
