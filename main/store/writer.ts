import type { EvaluatedObject, KnownObject, Position, RejudgedObject, RuleSet, ScanObject } from '#core/inventory/model.ts';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { recordAges } from './ages.ts';
import { jsonOrNull } from './blobs.ts';
import { BodyWriter } from './bodies.ts';
import type { Connection } from './database.ts';
import { attempt } from './errors.ts';
import { carriedRules, FactSets, mergeFacts, packFindings } from './facts.ts';
import type { FactSet } from './facts.ts';
import { hasId, idSet, stretches } from './ids.ts';
import type { IdSet } from './ids.ts';
import { packKnown } from './known.ts';
import type { KnownRow } from './known.ts';
import { packPlaces } from './places.ts';
import type { PlaceRow } from './places.ts';
import { ASSUMED_NAMESPACE, IDLE, readObjects } from './read-objects.ts';
import { WHOLE } from './run-model.ts';
import type { RunEnd, StoredRun } from './run-model.ts';
import { notRunning } from './runs.ts';
import type { Runs } from './runs.ts';
import type { RuleSets } from './rulesets.ts';
import type { RunSets } from './run-sets.ts';
import { sweepIfDue } from './sweep.ts';

/** What an earlier whole run of the same source knows. All of it stands on one rule set. */
export interface Known {
  /** For `new KnownIndex(index)`, in as many threads as wanted. */
  readonly index: SharedArrayBuffer;
  /** The rule set of the facts; undefined where there is no earlier run. A rule with an equal id and factKey need not be evaluated again. */
  readonly ruleset: RuleSet | undefined;
}

/** Beyond this many objects memory is dearer than the time to read them back. */
const MAX_KEPT = 20_000;

export type Written = EvaluatedObject | KnownObject | RejudgedObject;

interface Base {
  readonly runId: number;
  readonly rulesetId: number;
}

interface Services {
  readonly db: Connection;
  readonly runs: Runs;
  readonly rulesets: RuleSets;
  readonly sets: RunSets;
}

/**
 * Writes one scan: batches of objects in short transactions, then the end. Everything written before a crash is an
 * ordinary row that the next scan may use; only `finish` makes it part of a run.
 */
export class ScanWriter {
  readonly #services: Services;
  readonly #run: StoredRun;
  /** What the verdicts of this run are packed by. */
  readonly ruleset: RuleSet;
  readonly #rulesetId: number;
  readonly #base: Base | undefined;
  readonly #carried: Int32Array | undefined;
  readonly #sets: RunSets;
  readonly #facts: FactSets;
  readonly #bodies: BodyWriter;
  readonly #statements;
  /** Ids by the group they were added under, so that a list that is read again can replace what it gave before. */
  readonly #found = new Map<string, number[]>();
  readonly #places: PlaceRow[] = [];
  #judged = 0;
  /** Objects that were judged, as `objects` gives them: read back they would cost a tenth of a first scan. Not of a large one. */
  readonly #kept = new Map<number, ScanObject>();
  /** Their facts, each once. */
  readonly #shared = new Map<number, FactSet>();
  /** Fact sets by the old one and the news that made them; for one batch, so that it stays small and never outlives a rollback. */
  readonly #mergers = new Map<string, number>();

  constructor(services: Services, run: StoredRun, ruleset: RuleSet) {
    this.#services = services;
    this.#run = run;
    this.ruleset = ruleset;
    const { db } = services;
    this.#sets = services.sets;
    this.#facts = new FactSets(db);
    this.#bodies = new BodyWriter(db);
    this.#rulesetId = services.rulesets.put(ruleset);
    this.#base = baseRun(db, run.source.id, run.rowId);
    this.#carried = this.#base === undefined ? undefined : carriedRules(services.rulesets.get(this.#base.rulesetId), ruleset);
    this.#statements = prepare(db);
    db.prepare('UPDATE runs SET ruleset_id = ? WHERE id = ?').run(this.#rulesetId, run.rowId);
  }

  /** What need not be evaluated again. */
  known(): Known {
    if (this.#base === undefined || !this.#sets.has(this.#base.runId)) return { index: packKnown(0, []), ruleset: undefined };
    const ids = this.#sets.get(this.#base.runId);
    return {
      index: packKnown(ids.length, knownRows(this.#services.db, ids)),
      ruleset: this.#services.rulesets.get(this.#base.rulesetId),
    };
  }

  /**
   * Stores a batch (best 200 to 2,000 objects). `group` names the list it came from (a kind); see `discard`.
   * Fails with `cancelled` where the run is no longer running, or with `database`; nothing of the batch is stored then.
   */
  add(batch: readonly Written[], group = ''): Result<void, AppError> {
    const { db } = this.#services;
    // What is known and unchanged leaves nothing to write: a rescan needs no transaction for each page.
    if (this.#base?.rulesetId === this.#rulesetId && batch.every(isUnchanged)) {
      this.#remember(
        batch,
        batch.map((object) => object.id),
        group,
      );
      return ok(undefined);
    }
    const added = attempt(db.name, () =>
      db
        .transaction((): number[] | undefined => {
          // Under the write lock: a run that was taken for dead must not store what a sweep may just have freed.
          if (!this.#services.runs.heartbeat(this.#run.id)) return undefined;
          return this.#put(batch);
        })
        .immediate(),
    );
    this.#mergers.clear();
    if (!added.ok || added.value === undefined) this.#facts.forget();
    if (!added.ok) return added;
    if (added.value === undefined) return err(notRunning(this.#run.id, db.name));
    this.#remember(batch, added.value, group);
    return ok(undefined);
  }

  /** Forgets what was added under a group: its list begins anew (a 410 of the API server). */
  discard(group: string): void {
    this.#found.delete(group);
  }

  /** Objects added so far; an object found twice counts twice. */
  get count(): number {
    let count = 0;
    for (const ids of this.#found.values()) count += ids.length;
    return count;
  }

  /** Whether objects stand at places in files. */
  get placed(): boolean {
    return this.#places.length > 0;
  }

  /** The objects added so far with their facts, each once: what the run's summary is made of before it ends. */
  *objects(): Generator<ScanObject> {
    const ids = this.#ids();
    const kept = Array.from(ids, (id) => this.#kept.get(id));
    if (kept.every((object) => object !== undefined)) yield* kept;
    else yield* readObjects(this.#services.db, ids, this.#rulesetId);
  }

  #ids(): IdSet {
    return idSet([...this.#found.values()].flat());
  }

  /** The id (ULID) of the run before it, where that found the same objects with the same contents under the same rules. */
  unchangedSince(): string | undefined {
    if (this.#base === undefined || this.#base.rulesetId !== this.#rulesetId || !this.#sets.has(this.#base.runId))
      return undefined;
    const before = this.#sets.get(this.#base.runId);
    const ids = this.#ids();
    if (ids.length !== before.length || ids.some((id, index) => id !== before[index])) return undefined;
    return this.#services.db.prepare<[number], string>('SELECT ulid FROM runs WHERE id = ?').pluck().get(this.#base.runId);
  }

  /** Stores the set and ends the run, all or nothing. The writer is of no use afterwards. */
  finish(end: RunEnd): Result<StoredRun, AppError> {
    const { db, runs } = this.#services;
    const ids = this.#ids();
    const done = attempt(db.name, () => db.transaction(() => this.#close(ids, end)).immediate());
    if (!done.ok) return done;
    if (!done.value) return err(notRunning(this.#run.id, db.name));
    attempt(db.name, () => sweepIfDue(db, this.#sets));
    const run = runs.get(this.#run.id);
    return run === undefined ? err(notRunning(this.#run.id, db.name)) : ok(run);
  }

  #close(ids: IdSet, end: RunEnd): boolean {
    const { db, runs, rulesets } = this.#services;
    if (!runs.heartbeat(this.#run.id)) return false;
    // Asked again: the run this one began on may have been deleted, or another have ended, since.
    const base = baseRun(db, this.#run.source.id, this.#run.rowId);
    // An older rule set's chain is not continued: what a set stands on was judged by the same rules.
    this.#sets.put(this.#run.rowId, ids, base?.rulesetId === this.#rulesetId ? base.runId : undefined);
    const placed = packPlaces(db, this.#places, ids);
    if (placed !== undefined) db.prepare('UPDATE runs SET place_set_id = ? WHERE id = ?').run(placed, this.#run.rowId);
    runs.close(this.#run.id, end);
    if (end.status === 'complete' || end.status === 'incomplete') {
      const before = base === undefined ? undefined : { ids: this.#sets.get(base.runId), rulesetId: base.rulesetId };
      recordAges({ db, rulesets, facts: this.#facts }, { run: this.#run, rulesetId: this.#rulesetId, ids, before });
    }
    return true;
  }

  #remember(batch: readonly Written[], ids: readonly number[], group: string): void {
    const list = this.#found.get(group) ?? [];
    this.#found.set(group, list);
    batch.forEach((object, index) => {
      const id = ids[index] ?? 0;
      list.push(id);
      if (object.place !== undefined) this.#places.push({ id, place: object.place, positions: positionsOf(object) });
    });
  }

  #put(batch: readonly Written[]): number[] {
    const { byKey, seen } = this.#statements;
    const found = batch.map((object) => ('id' in object ? object.id : byKey.get(object.key)));
    // Bodies first: those of a batch are compressed together.
    const fresh = batch.filter((object, index): object is EvaluatedObject => found[index] === undefined && !('id' in object));
    const bodies = this.#bodies.put(fresh.map(({ body, bodyHash }) => ({ text: body, hash: bodyHash })));
    let next = 0;
    return batch.map((object, index) => {
      const id =
        'id' in object
          ? this.#putKnown(object)
          : this.#putFacts(object, found[index] ?? this.#insert(object, bodies[next++] ?? 0));
      if (object.resourceVersion !== undefined) seen.run(id, object.resourceVersion);
      return id;
    });
  }

  #putKnown(object: KnownObject | RejudgedObject): number {
    if (this.#base?.rulesetId === this.#rulesetId) return object.id;
    if (this.#base === undefined || this.#carried === undefined)
      throw new Error('an object cannot be known before the first run of a source');
    const old = this.#statements.factSetOf.get(object.id, this.#base.rulesetId);
    if (old === undefined) throw new Error(`object ${object.id} has no facts of the rule set it is known by`);
    this.#statements.facts.run(
      object.id,
      this.#rulesetId,
      this.#merged(old, this.#carried, 'mask' in object ? object : undefined),
    );
    return object.id;
  }

  /** Equal facts merged with equal news give equal facts: each pair is merged once. */
  #merged(old: number, carried: Int32Array, fresh: RejudgedObject | undefined): number {
    const news =
      fresh === undefined ? '' : `${fresh.mask.join('')} ${fresh.verdicts.join('')} ${packFindings(fresh.findings) ?? ''}`;
    const pair = `${old} ${news}`;
    const known = this.#mergers.get(pair);
    if (known !== undefined) return known;
    const id = this.#facts.put(mergeFacts(this.#facts.get(old), carried, fresh));
    this.#mergers.set(pair, id);
    return id;
  }

  #putFacts(object: EvaluatedObject, id: number): number {
    const factSetId = this.#facts.put(object);
    this.#statements.facts.run(id, this.#rulesetId, factSetId);
    this.#keep(object, id, factSetId);
    return id;
  }

  #keep(object: EvaluatedObject, id: number, factSetId: number): void {
    if (this.#judged === MAX_KEPT) {
      this.#kept.clear();
      this.#shared.clear();
    }
    if (this.#judged++ >= MAX_KEPT) return;
    const { apiVersion, kind, namespace, name, uid, owner, labels, waivers, idle, assumedNamespace } = object;
    let facts = this.#shared.get(factSetId);
    if (facts === undefined) {
      facts = { verdicts: object.verdicts, findings: object.findings };
      this.#shared.set(factSetId, facts);
    }
    this.#kept.set(id, {
      id,
      apiVersion,
      kind,
      ...(namespace === undefined ? undefined : { namespace }),
      name,
      ...(uid === undefined ? undefined : { uid }),
      ...(owner === undefined ? undefined : { owner }),
      labels,
      waivers,
      idle,
      assumedNamespace,
      verdicts: facts.verdicts,
      findings: facts.findings,
    });
  }

  #insert(object: EvaluatedObject, bodyId: number): number {
    const { byKey, object: insert } = this.#statements;
    const flags = (object.idle ? IDLE : 0) | (object.assumedNamespace ? ASSUMED_NAMESPACE : 0);
    const made = insert.run(
      object.key,
      bodyId,
      object.apiVersion,
      object.kind,
      object.namespace ?? null,
      object.name,
      object.uid ?? null,
      jsonOrNull(object.owner),
      jsonOrNull(object.labels),
      jsonOrNull(object.waivers),
      object.declared.length === 0 ? null : JSON.stringify(object.declared),
      flags,
    );
    // Nothing was made where the batch has an equal object before it.
    return made.changes === 0 ? (byKey.get(object.key) ?? 0) : Number(made.lastInsertRowid);
  }
}

const isUnchanged = (object: Written): object is KnownObject =>
  'id' in object && !('mask' in object) && object.resourceVersion === undefined;

const positionsOf = (object: Written): readonly Position[] | undefined => ('positions' in object ? object.positions : undefined);

function prepare(db: Connection) {
  return {
    byKey: db.prepare<[Uint8Array], number>('SELECT id FROM objects WHERE key = ?').pluck(),
    object: db.prepare<unknown[]>(
      `INSERT INTO objects (key, body_id, api_version, kind, namespace, name, uid, owner, labels, waivers, declared, flags)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`,
    ),
    facts: db.prepare<[number, number, number]>(
      `INSERT INTO facts (object_id, ruleset_id, fact_set_id) VALUES (?, ?, ?)
       ON CONFLICT (object_id, ruleset_id) DO UPDATE SET fact_set_id = excluded.fact_set_id WHERE fact_set_id <> excluded.fact_set_id`,
    ),
    factSetOf: db
      .prepare<[number, number], number>('SELECT fact_set_id FROM facts WHERE object_id = ? AND ruleset_id = ?')
      .pluck(),
    seen: db.prepare<[number, string]>(
      `INSERT INTO seen (object_id, resource_version) VALUES (?, ?)
       ON CONFLICT (object_id) DO UPDATE SET resource_version = excluded.resource_version WHERE resource_version <> excluded.resource_version`,
    ),
  };
}

/** The newest whole run of a source before this one. */
function baseRun(db: Connection, sourceId: number, before: number): Base | undefined {
  return db
    .prepare<[number, number], Base>(
      `SELECT r.id AS runId, r.ruleset_id AS rulesetId FROM runs r JOIN run_sets s ON s.run_id = r.id
       WHERE r.source_id = ? AND r.id < ? AND r.status IN ${WHOLE} ORDER BY r.id DESC LIMIT 1`,
    )
    .get(sourceId, before);
}

function* knownRows(db: Connection, ids: IdSet): Generator<KnownRow> {
  const range = db
    .prepare<[number, number], [number, Buffer, string | null, string | null]>(
      `SELECT o.id, o.key, o.uid, s.resource_version FROM objects o LEFT JOIN seen s ON s.object_id = o.id WHERE o.id BETWEEN ? AND ?`,
    )
    .raw();
  for (const { first, last } of stretches(ids)) {
    for (const [id, key, uid, resourceVersion] of range.all(first, last))
      if (hasId(ids, id)) yield { id, key, uid, resourceVersion };
  }
}
