import type { DeclaredVersion, ScanObject } from '#core/inventory/model.ts';
import type { JsonValue } from '#core/json.ts';
import { groupOf } from '#core/model.ts';
import type { ObjectRef } from '#core/model.ts';
import { Ages } from './ages.ts';
import { BodyReader } from './bodies.ts';
import { decodeBody } from './body.ts';
import type { Connection } from './database.ts';
import { missing, StoreFailure } from './errors.ts';
import { FactSets } from './facts.ts';
import type { FactSet } from './facts.ts';
import { difference } from './ids.ts';
import type { IdSet } from './ids.ts';
import { readPlaces } from './places.ts';
import { readObjects } from './read-objects.ts';
import { WHOLE } from './run-model.ts';
import { RunSets } from './run-sets.ts';

interface RunRef {
  id: number;
  source_id: number;
  ruleset_id: number | null;
}

/** Reads stored scans. Runs are named by ULID, objects by row id. Unknown ones throw a StoreFailure with `notFound`. */
export class Scans {
  readonly #db: Connection;
  readonly #sets: RunSets;
  readonly #bodies: BodyReader;
  readonly #declared;
  readonly #key;

  constructor(db: Connection) {
    this.#db = db;
    this.#sets = new RunSets(db);
    this.#bodies = new BodyReader(db);
    this.#declared = db.prepare<[number], string | null>('SELECT declared FROM objects WHERE id = ?').pluck();
    this.#key = db.prepare<[number], Buffer>('SELECT key FROM objects WHERE id = ?').pluck();
  }

  /** Every object of a run with its facts, in the order in which objects were first stored; one per place for files. */
  *objects(runId: string): Generator<ScanObject> {
    const run = this.#run(runId);
    if (run.ruleset_id === null || !this.#sets.has(run.id)) return;
    yield* readObjects(this.#db, this.#sets.get(run.id), run.ruleset_id, readPlaces(this.#db, run.id));
  }

  /** The same for a few objects of a run (of `diffSets`, say). */
  *someObjects(runId: string, ids: IdSet): Generator<ScanObject> {
    const run = this.#run(runId);
    if (run.ruleset_id === null || ids.length === 0) return;
    yield* readObjects(this.#db, ids, run.ruleset_id, readPlaces(this.#db, run.id));
  }

  /** How many objects the set of a run has; undefined where it was never finished. */
  size(runId: string): number | undefined {
    return this.#sets.size(this.#run(runId).id);
  }

  /** The redacted body of an object, `Redacted` in it. */
  body(objectId: number): JsonValue {
    return decodeBody(this.bodyText(objectId));
  }

  /** The same as the JSON text that `encodeBody` made. */
  bodyText(objectId: number): string {
    const text = this.#bodies.text(objectId);
    if (text === undefined) throw new StoreFailure(missing(`Object ${objectId} is not known`, this.#db.name));
    return text;
  }

  /** The (manager, apiVersion) pairs that were read from an object before it was stripped (decisions.md 10). */
  declared(objectId: number): readonly DeclaredVersion[] {
    const text = this.#declared.get(objectId);
    return text === undefined || text === null ? [] : (JSON.parse(text) as DeclaredVersion[]);
  }

  /** The evaluation key of an object: opaque outside this database. */
  key(objectId: number): Uint8Array {
    const key = this.#key.get(objectId);
    if (key === undefined) throw new StoreFailure(missing(`Object ${objectId} is not known`, this.#db.name));
    return new Uint8Array(key);
  }

  /** Whether two runs found the same objects with the same contents. */
  sameSet(a: string, b: string): boolean {
    const hash = this.#sets.hash(this.#run(a).id);
    return hash !== undefined && hash === this.#sets.hash(this.#run(b).id);
  }

  /** Ids that one run has and the other has not. A changed object is in both: under its new id and its old. */
  diffSets(from: string, to: string): { readonly added: IdSet; readonly removed: IdSet } {
    return difference(this.#sets.get(this.#run(from).id), this.#sets.get(this.#run(to).id));
  }

  /** Since when findings stand in the source of a run. */
  ages(runId: string): Ages {
    return new Ages(this.#db, this.#run(runId).source_id);
  }

  /** Facts of one object under the rules of a run; undefined where that run did not judge it. */
  facts(runId: string, objectId: number): FactSet | undefined {
    const id = this.#db
      .prepare<[number, number | null], number>('SELECT fact_set_id FROM facts WHERE object_id = ? AND ruleset_id = ?')
      .pluck()
      .get(objectId, this.#run(runId).ruleset_id);
    return id === undefined ? undefined : new FactSets(this.#db).get(id);
  }

  /** The contents that one object had in the newest whole runs of a source, newest first; no id where the run had it not. */
  versions(
    sourceId: number,
    ref: ObjectRef,
    limit: number,
  ): { readonly runId: string; readonly startedAt: string; readonly objectIds: readonly number[] }[] {
    const rows = this.#db
      .prepare<[string, string, string | null], { id: number; api_version: string }>(
        'SELECT id, api_version FROM objects WHERE name = ? AND kind = ? AND namespace IS ?',
      )
      .all(ref.name, ref.kind, ref.namespace ?? null);
    const objects = rows.filter((row) => groupOf(row.api_version) === groupOf(ref.apiVersion)).map((row) => row.id);
    const runs = this.#db
      .prepare<[number, number], { id: number; ulid: string; started_ms: number }>(
        `SELECT id, ulid, started_ms FROM runs WHERE source_id = ? AND status IN ${WHOLE} ORDER BY started_ms DESC, id DESC LIMIT ?`,
      )
      .all(sourceId, limit);
    const members = this.#sets.membership(
      runs.map((run) => run.id),
      objects,
    );
    return runs.map((run) => ({
      runId: run.ulid,
      startedAt: new Date(run.started_ms).toISOString(),
      objectIds: members.get(run.id) ?? [],
    }));
  }

  #run(runId: string): RunRef {
    const run = this.#db.prepare<[string], RunRef>('SELECT id, source_id, ruleset_id FROM runs WHERE ulid = ?').get(runId);
    if (run === undefined) throw new StoreFailure(missing(`Run ${runId} is not known`, this.#db.name));
    return run;
  }
}
