import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { sha256 } from './blobs.ts';
import type { Connection } from './database.ts';
import { StoreFailure, missing } from './errors.ts';
import { difference, EMPTY, hasId, packIds, union, unpackIds, without } from './ids.ts';
import type { IdSet } from './ids.ts';

/** A set stands in full at least every so many runs of its source (decisions.md 11). */
const MAX_DEPTH = 19;

interface SetRow {
  base_id: number | null;
  depth: number;
  size: number;
  hash: Buffer;
  added: Buffer;
  removed: Buffer;
}

/** One stored record, unpacked: the whole set, or what leads to it from its base. */
export interface SetRecord {
  readonly runId: number;
  readonly baseId: number | undefined;
  readonly rulesetId: number;
  readonly added: IdSet;
  readonly removed: IdSet;
}

const pack = (ids: IdSet): Uint8Array => (ids.length === 0 ? new Uint8Array() : deflateRawSync(packIds(ids)));
const unpack = (bytes: Uint8Array): IdSet => (bytes.length === 0 ? EMPTY : unpackIds(inflateRawSync(bytes)));

/** Which objects each run found: as deltas along chains, each chain within one source and one rule set. Run ids are row ids. */
export class RunSets {
  readonly #db: Connection;

  constructor(db: Connection) {
    this.#db = db;
  }

  /** Stores the set of a run, as a delta to `baseId` where that is smaller and its chain is not too long. */
  put(runId: number, ids: IdSet, baseId: number | undefined): void {
    const hash = sha256(packIds(ids));
    const base = baseId === undefined ? undefined : this.#row(baseId);
    if (baseId !== undefined && base !== undefined && base.depth < MAX_DEPTH) {
      const { added, removed } = difference(this.get(baseId), ids);
      if (added.length + removed.length < ids.length) {
        this.#write(runId, baseId, base.depth + 1, ids.length, hash, added, removed);
        return;
      }
    }
    this.#write(runId, undefined, 0, ids.length, hash, ids, EMPTY);
  }

  has(runId: number): boolean {
    return this.#row(runId) !== undefined;
  }

  size(runId: number): number | undefined {
    return this.#row(runId)?.size;
  }

  /** Equal for equal sets. */
  hash(runId: number): string | undefined {
    return this.#row(runId)?.hash.toString('hex');
  }

  /** The whole set. Throws StoreFailure where the run has none. */
  get(runId: number): IdSet {
    const steps: SetRow[] = [];
    for (let at: number | null = runId; at !== null;) {
      const row: SetRow | undefined = this.#row(at);
      if (row === undefined) throw new StoreFailure(missing(`The objects of run ${runId} are not there`, this.#db.name));
      steps.push(row);
      at = row.base_id;
    }
    let ids = EMPTY;
    for (const row of steps.reverse()) ids = union(without(ids, unpack(row.removed)), unpack(row.added));
    return ids;
  }

  /**
   * Takes a run out of the chains: what stood on it is rewritten first, onto its base, or in full where it had none.
   * Must run inside a transaction.
   */
  remove(runId: number): void {
    const row = this.#row(runId);
    if (row === undefined) return;
    const children = this.#db
      .prepare<[number], number>('SELECT run_id FROM run_sets WHERE base_id = ? ORDER BY run_id')
      .pluck()
      .all(runId);
    let base = row.base_id ?? undefined;
    for (const child of children) {
      const ids = this.get(child);
      this.#db.prepare('UPDATE run_sets SET base_id = NULL WHERE run_id = ?').run(child);
      this.put(child, ids, base);
      // Of a deleted full set's children the first becomes full, and the others stand on it.
      base ??= child;
    }
    this.#db.prepare('DELETE FROM run_sets WHERE run_id = ?').run(runId);
  }

  /** Every record of the database, oldest run first. */
  *records(): Generator<SetRecord> {
    const ids = this.#db.prepare<[], number>('SELECT run_id FROM run_sets ORDER BY run_id').pluck().all();
    const ruleset = this.#db.prepare<[number], number>('SELECT ruleset_id FROM runs WHERE id = ?').pluck();
    for (const runId of ids) {
      const row = this.#row(runId);
      if (row === undefined) continue;
      yield {
        runId,
        baseId: row.base_id ?? undefined,
        rulesetId: ruleset.get(runId) ?? 0,
        added: unpack(row.added),
        removed: unpack(row.removed),
      };
    }
  }

  /** Which of a few objects each of some runs found. Reads each record once, however long the chains are. */
  membership(runIds: readonly number[], objects: readonly number[]): Map<number, number[]> {
    const known = new Map<number, number[]>();
    const of = (runId: number): number[] => {
      const found = known.get(runId);
      if (found !== undefined) return found;
      const row = this.#row(runId);
      if (row === undefined) return [];
      const before = row.base_id === null ? [] : of(row.base_id);
      const added = unpack(row.added);
      const removed = unpack(row.removed);
      const members = objects.filter((id) => hasId(added, id) || (before.includes(id) && !hasId(removed, id)));
      known.set(runId, members);
      return members;
    };
    return new Map(runIds.map((runId) => [runId, of(runId)]));
  }

  #row(runId: number): SetRow | undefined {
    return this.#db
      .prepare<[number], SetRow>('SELECT base_id, depth, size, hash, added, removed FROM run_sets WHERE run_id = ?')
      .get(runId);
  }

  #write(
    runId: number,
    baseId: number | undefined,
    depth: number,
    size: number,
    hash: Uint8Array,
    added: IdSet,
    removed: IdSet,
  ): void {
    this.#db
      .prepare(
        `INSERT INTO run_sets (run_id, base_id, depth, size, hash, added, removed) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (run_id) DO UPDATE SET base_id = excluded.base_id, depth = excluded.depth, size = excluded.size, hash = excluded.hash,
           added = excluded.added, removed = excluded.removed`,
      )
      .run(runId, baseId ?? null, depth, size, hash, pack(added), pack(removed));
  }
}
