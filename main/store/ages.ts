import { groupOf } from '#core/model.ts';
import type { RuleSet } from '#core/inventory/model.ts';
import type { Connection } from './database.ts';
import type { FactSet, FactSets } from './facts.ts';
import { hasId, stretches, without } from './ids.ts';
import type { IdSet } from './ids.ts';
import type { StoredRun } from './run-model.ts';
import type { RuleSets } from './rulesets.ts';

/**
 * Since when findings stand, per source. An object's row says it for all its findings, with exceptions by finding; a changed
 * object takes over the times of the findings that its former content had. Rows are written for what changed only, and stay
 * true when older scans are deleted.
 */

interface Age {
  readonly sinceMs: number;
  readonly exceptions: ReadonlyMap<string, number>;
}

type Exception = [rule: string, path: string, ms: number];

interface Stores {
  readonly db: Connection;
  readonly rulesets: RuleSets;
  readonly facts: FactSets;
}

export interface Ending {
  readonly run: StoredRun;
  readonly rulesetId: number;
  readonly ids: IdSet;
  /** The whole run before it. */
  readonly before: { readonly ids: IdSet; readonly rulesetId: number } | undefined;
}

const findingKey = (rule: string, path: string): string => `${rule} ${path}`;

/** Writes the ages of what is new in a run. Must run inside the transaction that ends it. */
export function recordAges(stores: Stores, ending: Ending): void {
  const { db, rulesets } = stores;
  const now = Date.parse(ending.run.startedAt);
  const source = ending.run.source.id;
  const rule = db.prepare(
    'INSERT INTO rule_ages (source_id, rule, since_ms) VALUES (?, ?, ?) ON CONFLICT (source_id, rule) DO UPDATE SET since_ms = min(since_ms, excluded.since_ms)',
  );
  for (const { id } of rulesets.get(ending.rulesetId).rules) rule.run(source, id, now);
  const { before } = ending;
  if (before === undefined) {
    // All objects in one statement.
    db.prepare(
      'INSERT INTO ages (source_id, object_id, since_ms) SELECT ?, value, ? FROM json_each(?) WHERE true ON CONFLICT DO NOTHING',
    ).run(source, now, `[${ending.ids.join()}]`);
    return;
  }
  recordChanged(stores, ending, before, now);
  if (before.rulesetId !== ending.rulesetId) recordRejudged(stores, ending, before, now);
}

/** Objects that are new, or have a new content: these inherit from what they were. */
function recordChanged(stores: Stores, ending: Ending, before: NonNullable<Ending['before']>, now: number): void {
  const { db, facts, rulesets } = stores;
  const source = ending.run.source.id;
  const former = new Map<string, number>();
  for (const [id, identity] of identities(db, without(before.ids, ending.ids))) former.set(identity, id);
  const put = db.prepare(
    'INSERT INTO ages (source_id, object_id, since_ms, exceptions) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const ages = new Ages(db, source);
  const found = factSetReader(db, facts);
  for (const [id, identity] of identities(db, without(ending.ids, before.ids))) {
    const predecessor = former.get(identity);
    const age = predecessor === undefined ? undefined : ages.of(predecessor);
    const old = predecessor === undefined ? undefined : found(predecessor, before.rulesetId);
    const current = found(id, ending.rulesetId);
    if (age === undefined || old === undefined || current === undefined) {
      put.run(source, id, now, null);
      continue;
    }
    const had = new Set(named(old, rulesets.get(before.rulesetId)).map(([rule, path]) => findingKey(rule, path)));
    const times = named(current, rulesets.get(ending.rulesetId)).map(([rule, path]): Exception => {
      const key = findingKey(rule, path);
      return [rule, path, had.has(key) ? timeOf(age, key) : now];
    });
    const sinceMs = commonest(times.map(([, , ms]) => ms)) ?? now;
    const exceptions = times.filter(([, , ms]) => ms !== sinceMs);
    put.run(source, id, sinceMs, exceptions.length === 0 ? null : JSON.stringify(exceptions));
  }
}

/** Unchanged objects on which a changed rule finds what its older self did not: these findings are young. */
function recordRejudged(stores: Stores, ending: Ending, before: NonNullable<Ending['before']>, now: number): void {
  const { db, facts, rulesets } = stores;
  const source = ending.run.source.id;
  const young = newcomers(facts, rulesets.get(before.rulesetId), rulesets.get(ending.rulesetId));
  const pairs = db
    .prepare<[number, number, number, number], [number, number, number]>(
      `SELECT a.object_id, a.fact_set_id, b.fact_set_id FROM facts a JOIN facts b ON b.object_id = a.object_id AND b.ruleset_id = ?
       WHERE a.ruleset_id = ? AND a.object_id BETWEEN ? AND ?`,
    )
    .raw();
  const put = db.prepare(
    `INSERT INTO ages (source_id, object_id, since_ms, exceptions) VALUES (?, ?, ?, ?)
     ON CONFLICT (object_id, source_id) DO UPDATE SET exceptions = excluded.exceptions`,
  );
  const ages = new Ages(db, source);
  for (const { first, last } of stretches(ending.ids)) {
    for (const [id, old, current] of pairs.all(ending.rulesetId, before.rulesetId, first, last)) {
      if (!hasId(ending.ids, id) || !hasId(before.ids, id)) continue;
      const names = young(old, current);
      if (names.length === 0) continue;
      const age = ages.of(id);
      const exceptions = new Map(age?.exceptions);
      for (const key of names) if (!exceptions.has(key)) exceptions.set(key, now);
      put.run(
        source,
        id,
        age?.sinceMs ?? now,
        JSON.stringify([...exceptions].map(([key, ms]): Exception => [...splitKey(key), ms])),
      );
    }
  }
}

/** Which findings of one fact set another one lacks, for rules that both know but judge differently. Each pair is compared once. */
function newcomers(facts: FactSets, before: RuleSet, after: RuleSet): (old: number, current: number) => readonly string[] {
  const keys = new Map(before.rules.map((rule) => [rule.id, rule.factKey]));
  const changed = new Set(
    after.rules.filter((rule) => keys.has(rule.id) && keys.get(rule.id) !== rule.factKey).map((rule) => rule.id),
  );
  const seen = new Map<string, readonly string[]>();
  return (old, current) => {
    if (changed.size === 0) return [];
    const pair = `${old} ${current}`;
    const known = seen.get(pair);
    if (known !== undefined) return known;
    const had = new Set(named(facts.get(old), before).map(([rule, path]) => findingKey(rule, path)));
    const now = named(facts.get(current), after).filter(([rule]) => changed.has(rule));
    const young = now.map(([rule, path]) => findingKey(rule, path)).filter((key) => !had.has(key));
    seen.set(pair, young);
    return young;
  };
}

const named = (set: FactSet, ruleset: RuleSet): (readonly [rule: string, path: string])[] =>
  set.findings.map((finding) => [ruleset.rules[finding.rule]?.id ?? '', finding.path]);

/** Rule ids have no spaces. */
function splitKey(key: string): [string, string] {
  const cut = key.indexOf(' ');
  return [key.slice(0, cut), key.slice(cut + 1)];
}

function commonest(times: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const time of times) counts.set(time, (counts.get(time) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0];
}

const timeOf = (age: Age, key: string): number => age.exceptions.get(key) ?? age.sinceMs;

function* identities(db: Connection, ids: IdSet): Generator<readonly [number, string]> {
  const range = db
    .prepare<[number, number], [number, string, string, string | null, string]>(
      'SELECT id, api_version, kind, namespace, name FROM objects WHERE id BETWEEN ? AND ?',
    )
    .raw();
  for (const { first, last } of stretches(ids)) {
    for (const [id, apiVersion, kind, namespace, name] of range.all(first, last)) {
      if (hasId(ids, id)) yield [id, `${groupOf(apiVersion)} ${kind} ${namespace ?? ''} ${name}`];
    }
  }
}

function factSetReader(db: Connection, facts: FactSets): (object: number, ruleset: number) => FactSet | undefined {
  const find = db
    .prepare<[number, number], number>('SELECT fact_set_id FROM facts WHERE object_id = ? AND ruleset_id = ?')
    .pluck();
  return (object, ruleset) => {
    const id = find.get(object, ruleset);
    return id === undefined ? undefined : facts.get(id);
  };
}

/** Looks up since when a finding stands in one source. */
export class Ages {
  readonly #row;
  readonly #source: number;
  readonly #rules: ReadonlyMap<string, number>;
  readonly #loaded = new Map<number, Age | undefined>();

  constructor(db: Connection, sourceId: number) {
    this.#source = sourceId;
    this.#row = db.prepare<[number, number], { since_ms: number; exceptions: string | null }>(
      'SELECT since_ms, exceptions FROM ages WHERE object_id = ? AND source_id = ?',
    );
    const rules = db
      .prepare<[number], { rule: string; since_ms: number }>('SELECT rule, since_ms FROM rule_ages WHERE source_id = ?')
      .all(sourceId);
    this.#rules = new Map(rules.map((row) => [row.rule, row.since_ms]));
  }

  /** Milliseconds since 1970 of the start of the first run that had the finding; undefined where no whole run had its object. */
  since(objectId: number, rule: string, path: string): number | undefined {
    const age = this.of(objectId);
    if (age === undefined) return undefined;
    return Math.max(timeOf(age, findingKey(rule, path)), this.#rules.get(rule) ?? 0);
  }

  /** The same as ISO 8601 UTC. */
  firstSeen(objectId: number, rule: string, path: string): string | undefined {
    const since = this.since(objectId, rule, path);
    return since === undefined ? undefined : new Date(since).toISOString();
  }

  of(objectId: number): Age | undefined {
    if (this.#loaded.has(objectId)) return this.#loaded.get(objectId);
    const row = this.#row.get(objectId, this.#source);
    const age = row === undefined ? undefined : { sinceMs: row.since_ms, exceptions: readExceptions(row.exceptions) };
    this.#loaded.set(objectId, age);
    return age;
  }
}

const NONE: ReadonlyMap<string, number> = new Map();

const readExceptions = (text: string | null): ReadonlyMap<string, number> =>
  text === null ? NONE : new Map((JSON.parse(text) as Exception[]).map(([rule, path, ms]) => [findingKey(rule, path), ms]));
