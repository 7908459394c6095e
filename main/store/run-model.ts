import type { AppError, CoverageEntry, RunRecord, RunStatus, Severity, SourceKind } from '#core/model.ts';
import type { ReadProblem } from '#core/report/report.ts';
import type { RequestEntry } from '#main/sources/source.ts';
import type { Summary } from './summaries.ts';

export type RunOrigin = 'scan' | 'test' | 'import' | 'schedule';

/** What is known of a run when it begins. `sourceId` comes from `sources.open`. */
export interface NewRun extends Omit<RunRecord, 'finishedAt' | 'source'> {
  readonly sourceId: number;
  readonly origin: RunOrigin;
  readonly policy: string;
  readonly libraryHash: string;
  readonly server?: string;
  readonly user?: string;
}

/** A run as lists show it. Times are ISO 8601 UTC. */
export interface StoredRun extends Omit<RunRecord, 'source'> {
  /** Grows with every run of the database. */
  readonly rowId: number;
  /** Running number within its source; never given twice. */
  readonly number: number;
  readonly origin: RunOrigin;
  readonly status: RunStatus;
  readonly source: {
    readonly id: number;
    readonly kind: SourceKind;
    readonly name: string;
    readonly colour: string;
    readonly production: boolean;
  };
  readonly policy: string;
  readonly libraryHash: string;
  readonly server?: string;
  readonly user?: string;
  readonly token?: { readonly label: string; readonly type: 'read' | 'write' };
  /** Absent before the run has written anything. */
  readonly rulesetId?: number;
  readonly objects: number;
  readonly evaluated: number;
  readonly requests: number;
  readonly covered: number;
  readonly failing: Readonly<Record<Severity, number>>;
  readonly posture: { readonly pass: number; readonly fail: number };
  readonly error?: AppError;
}

/** What a run ends with. Everything but the status may be missing where it ended early. */
export interface RunEnd {
  readonly status: Exclude<RunStatus, 'running' | 'interrupted'>;
  readonly finishedAt: string;
  readonly kubernetesMinor?: string;
  readonly server?: string;
  readonly user?: string;
  /** Objects as a person counts them; default: the size of the stored set. */
  readonly objects?: number;
  readonly evaluated?: number;
  readonly covered?: number;
  readonly failing?: Readonly<Record<Severity, number>>;
  readonly posture?: { readonly pass: number; readonly fail: number };
  readonly coverage?: readonly CoverageEntry[];
  readonly requests?: readonly RequestEntry[];
  /** What could not be read or judged. Quoted pieces of files are taken out before it is stored. */
  readonly problems?: readonly ReadProblem[];
  readonly summary?: Summary;
  readonly error?: AppError;
}

export interface RunFilter {
  readonly sources?: readonly number[];
  readonly kinds?: readonly SourceKind[];
  /** `key=value`, or `key` alone; a run must have all of them. */
  readonly labels?: readonly string[];
  readonly statuses?: readonly string[];
  /** Names of the policies that runs were made with. */
  readonly policies?: readonly string[];
  readonly offset?: number;
  readonly limit?: number;
}

/** Runs whose set is whole: only these are ancestors, comparisons and evidence (decisions.md 11). */
export const WHOLE = `('complete', 'incomplete')`;
