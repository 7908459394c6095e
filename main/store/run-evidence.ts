import type { CoverageEntry, RunRecord, RunStatus } from '#core/model.ts';
import type { RuleSet } from '#core/inventory/model.ts';
import { sha256, unpackJson } from './blobs.ts';
import type { Connection } from './database.ts';
import type { RuleSets } from './rulesets.ts';
import type { Summary } from './summaries.ts';

/** What the history keeps of a run as evidence, with what equal runs share shared. */
export interface StoredEvidence {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly startedMs: number;
  readonly status: RunStatus;
  readonly git?: RunRecord['git'];
  readonly kubernetesMinor?: string;
  readonly ruleset?: RuleSet;
  readonly summary?: Summary;
  /** Of complete runs only: nothing else is asked of others. */
  readonly coverage?: readonly CoverageEntry[];
}

interface EvidenceRow {
  ulid: string;
  started_ms: number;
  status: RunStatus;
  git: string | null;
  kubernetes_minor: string | null;
  ruleset_id: number | null;
  /** Its hash: ids of summaries come to mean others. */
  summary: string | null;
}

/** Reads the runs of a source as evidence. Runs that are over never change, and are read once. */
export class RunEvidenceReader {
  readonly #db: Connection;
  readonly #runs = new Map<string, StoredEvidence>();
  readonly #rulesets: RuleSets;
  readonly #summaries = new Map<string, Summary>();
  readonly #coverages = new Map<string, readonly CoverageEntry[]>();

  constructor(db: Connection, rulesets: RuleSets) {
    this.#db = db;
    this.#rulesets = rulesets;
  }

  /** Newest first, running ones included, at most `limit`. */
  of(sourceId: number, limit: number): readonly StoredEvidence[] {
    return this.#db
      .prepare<[number, number], EvidenceRow>(
        `SELECT ulid, started_ms, status, git, kubernetes_minor, ruleset_id, hex(s.hash) AS summary
         FROM runs r LEFT JOIN summaries s ON s.id = r.summary_id WHERE source_id = ?
         ORDER BY started_ms DESC, r.id DESC LIMIT ?`,
      )
      .all(sourceId, limit)
      .map((row) => this.#read(row));
  }

  #read(row: EvidenceRow): StoredEvidence {
    const known = this.#runs.get(row.ulid);
    if (known !== undefined && known.status === row.status && known.startedMs === row.started_ms) return known;
    const made: StoredEvidence = {
      id: row.ulid,
      startedMs: row.started_ms,
      status: row.status,
      ...(row.git === null ? {} : { git: JSON.parse(row.git) as NonNullable<RunRecord['git']> }),
      ...(row.kubernetes_minor === null ? {} : { kubernetesMinor: row.kubernetes_minor }),
      ...(row.ruleset_id === null ? {} : { ruleset: this.#rulesets.get(row.ruleset_id) }),
      ...(row.summary === null || row.summary === '' ? {} : { summary: this.#summary(row.summary) }),
      ...(row.status === 'complete' ? { coverage: this.#coverage(row.ulid) } : {}),
    };
    this.#runs.set(row.ulid, made);
    return made;
  }

  #summary(hash: string): Summary {
    const known = this.#summaries.get(hash);
    if (known !== undefined) return known;
    const data = this.#db
      .prepare<[Uint8Array], Buffer>('SELECT data FROM summaries WHERE hash = ?')
      .pluck()
      .get(Buffer.from(hash, 'hex'));
    const made = data === undefined ? { rules: [], namespaces: [], counts: [], findings: [] } : unpackJson<Summary>(data);
    this.#summaries.set(hash, made);
    return made;
  }

  /** That of a quiet week is the same bytes. */
  #coverage(runId: string): readonly CoverageEntry[] {
    const data = this.#db.prepare<[string], Buffer | null>('SELECT coverage FROM runs WHERE ulid = ?').pluck().get(runId);
    if (data === undefined || data === null) return [];
    const hash = Buffer.from(sha256(data)).toString('hex');
    const known = this.#coverages.get(hash) ?? unpackJson<readonly CoverageEntry[]>(data);
    this.#coverages.set(hash, known);
    return known;
  }
}
