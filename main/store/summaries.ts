import type { Connection } from './database.ts';
import { packJson, sha256, unpackJson } from './blobs.ts';
import { VERDICTS } from '#core/model.ts';

/**
 * Counts of each verdict per rule and namespace of one run, before any policy (decisions.md 11): what trends, gap and
 * eligibility read. The namespace '' stands for cluster-scoped objects.
 */
export interface Summary {
  readonly rules: readonly string[];
  readonly namespaces: readonly string[];
  /** rules × namespaces × VERDICTS, in this nesting. */
  readonly counts: readonly number[];
  /** rules × namespaces: failing places, of which one object may have several. */
  readonly findings: readonly number[];
  /** Objects that are counted at their owner. Missing in what was written before it was kept. */
  readonly owned?: number;
}

/** Where a count of a summary stands. */
export const countAt = (summary: Summary, rule: number, namespace: number, verdict: (typeof VERDICTS)[number]): number =>
  summary.counts[(rule * summary.namespaces.length + namespace) * VERDICTS.length + VERDICTS.indexOf(verdict)] ?? 0;

export const findingsAt = (summary: Summary, rule: number, namespace: number): number =>
  summary.findings[rule * summary.namespaces.length + namespace] ?? 0;

/** Summaries, each stored once: a week of unchanged scans has one. */
export class Summaries {
  readonly #db: Connection;

  constructor(db: Connection) {
    this.#db = db;
  }

  /** Gives the row id. */
  put(summary: Summary): number {
    const data = packJson(summary);
    const hash = sha256(data);
    this.#db.prepare('INSERT INTO summaries (hash, data) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING').run(hash, data);
    return this.#db.prepare<[Uint8Array], number>('SELECT id FROM summaries WHERE hash = ?').pluck().get(hash) ?? 0;
  }

  /** Summary of a run (ULID), where it has one. */
  of(runId: string): Summary | undefined {
    const data = this.#db
      .prepare<[string], Buffer>('SELECT s.data FROM runs r JOIN summaries s ON s.id = r.summary_id WHERE r.ulid = ?')
      .pluck()
      .get(runId);
    return data === undefined ? undefined : unpackJson<Summary>(data);
  }

  /** Summaries of the last whole runs of a source that began until then (ISO 8601), oldest first; equal ones are the same object. */
  trend(
    sourceId: number,
    limit: number,
    until = '9999',
  ): { readonly runId: string; readonly number: number; readonly startedMs: number; readonly summary: Summary }[] {
    const rows = this.#db
      .prepare<[number, number, number], { ulid: string; number: number; started_ms: number; summary_id: number }>(
        `SELECT ulid, number, started_ms, summary_id FROM runs
         WHERE source_id = ? AND summary_id IS NOT NULL AND status IN ('complete', 'incomplete') AND started_ms <= ? ORDER BY started_ms DESC, id DESC LIMIT ?`,
      )
      .all(sourceId, Date.parse(until), limit);
    const load = this.#db.prepare<[number], Buffer>('SELECT data FROM summaries WHERE id = ?').pluck();
    const loaded = new Map<number, Summary>();
    const summaryOf = (id: number): Summary => {
      const summary = loaded.get(id) ?? unpackJson<Summary>(load.get(id) ?? new Uint8Array());
      loaded.set(id, summary);
      return summary;
    };
    return rows
      .reverse()
      .map((row) => ({ runId: row.ulid, number: row.number, startedMs: row.started_ms, summary: summaryOf(row.summary_id) }));
  }
}
