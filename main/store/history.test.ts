import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { databaseText } from '#test/scan-canary.ts';
import {
  clusterSource,
  ended,
  evaluated,
  newRun,
  openAt,
  rulesOf,
  scan,
  startScan,
  temporaryFolder,
  unwrap,
} from '#test/store.ts';
import type { Described } from '#test/store.ts';
import type { Store, StoredRun } from './index.ts';

const TABLES = [
  'objects',
  'bodies',
  'body_blocks',
  'facts',
  'fact_sets',
  'seen',
  'ages',
  'run_sets',
  'rulesets',
  'summaries',
  'place_sets',
] as const;

function rows(store: Store): Record<string, number> {
  const db = new Database(store.file, { readonly: true });
  const counts = TABLES.map((table) => [table, db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number] as const);
  db.close();
  return Object.fromEntries(counts);
}

const contents = (store: Store, run: StoredRun): string[] =>
  [...store.scans.objects(run.id)]
    .map((object) => `${object.name} ${JSON.stringify(store.scans.body(object.id))} ${object.verdicts.join('')}`)
    .toSorted();

const wanted = (objects: readonly Described[], rules: number): string[] =>
  objects
    .map((object) => {
      const body = {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: object.name, namespace: 'shop' },
        spec: { content: object.content },
      };
      return `${object.name} ${JSON.stringify(body)} ${evaluated(object, rules).verdicts.join('')}`;
    })
    .toSorted();

/** Two sources, three rule sets, up to 12 objects with 3 contents each; scans that end well or badly, and deletions. */
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('scan' as const),
      source: fc.integer({ min: 0, max: 1 }),
      rules: fc.constantFrom(2, 2, 2, 3),
      status: fc.constantFrom('complete', 'complete', 'incomplete', 'cancelled' as const),
      objects: fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 11 }), fc.integer({ min: 0, max: 2 })), {
        maxLength: 12,
        selector: ([name]) => name,
      }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('delete' as const), which: fc.nat() }) },
);

describe('chains of deltas', () => {
  it('give every remaining scan exactly its set, whatever is scanned and deleted', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 45 }), (steps) => {
        using folder = temporaryFolder();
        const store = openAt(folder.path);
        const sources = ['one', 'two'].map((identity) => clusterSource(store, identity));
        const kept = new Map<StoredRun, string[]>();
        for (const each of steps) {
          if (each.type === 'scan') {
            const objects = each.objects.map(([name, content]) => ({
              name: `o${name}`,
              content: String(content),
              fails: [name % each.rules],
            }));
            const ruleset = rulesOf(...['a', 'b', 'c'].slice(0, each.rules));
            kept.set(
              scan(store, objects, { ruleset, run: { sourceId: sources[each.source] ?? 0 }, end: { status: each.status } }),
              wanted(objects, each.rules),
            );
          } else if (kept.size > 0) {
            const run = [...kept.keys()][each.which % kept.size];
            if (run === undefined) continue;
            unwrap(store.deleteRun(run.id));
            kept.delete(run);
          }
        }
        for (const [run, objects] of kept) expect(contents(store, run)).toEqual(objects);
        for (const run of kept.keys()) unwrap(store.deleteRun(run.id));
        expect(Object.values(rows(store)).every((count) => count === 0)).toBe(true);
        store.close();
      }),
      { numRuns: 25 },
    );
  });

  it('never grow longer than 19 steps, and stand on whole scans of the same rules only', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const objects = Array.from({ length: 30 }, (_, index) => ({ name: `o${index}` }));
    const runs = Array.from({ length: 45 }, (_, index) =>
      scan(store, [...objects, { name: 'changing', content: String(index) }], {
        end: { status: index % 4 === 1 ? 'cancelled' : 'complete' },
      }),
    );
    const other = scan(store, objects, { ruleset: rulesOf('z') });
    const db = new Database(store.file, { readonly: true });
    const sets = db
      .prepare<[], { run_id: number; base_id: number | null; depth: number }>('SELECT run_id, base_id, depth FROM run_sets')
      .all();
    db.close();
    const cancelled = new Set(runs.filter((run) => run.status === 'cancelled').map((run) => run.rowId));
    expect(Math.max(...sets.map((set) => set.depth))).toBeLessThanOrEqual(19);
    expect(sets.filter((set) => set.base_id === null).length).toBeGreaterThanOrEqual(3);
    expect(sets.some((set) => set.base_id !== null && cancelled.has(set.base_id))).toBe(false);
    expect(sets.find((set) => set.run_id === other.rowId)?.base_id).toBeNull();
    for (const run of runs) expect(contents(store, run)).toHaveLength(31);
    store.close();
  });
});

describe('deleting a scan', () => {
  it('frees exactly what only it used', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const summary = (count: number) => ({ rules: ['a'], namespaces: ['shop'], counts: [count, 0, 0, 0, 0, 0], findings: [0] });
    const first = scan(store, [{ name: 'kept' }, { name: 'old', fails: [0] }], { end: { summary: summary(1) } });
    const alone = rows(store);
    const second = scan(store, [{ name: 'kept' }, { name: 'new', fails: [1] }], { end: { summary: summary(2) } });
    unwrap(store.deleteRun(second.id));
    expect(rows(store)).toEqual(alone);
    expect(contents(store, first)).toHaveLength(2);
    expect(store.deleteRun(second.id)).toMatchObject({ ok: false, error: { code: 'notFound' } });
    store.close();
  });

  it('leaves no trace of what was deleted in the files', async () => {
    const { readdirSync, readFileSync } = await import('node:fs');
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const run = scan(store, [{ name: 'CANARY-NAME', namespace: 'CANARY-NAMESPACE' }]);
    unwrap(store.deleteRun(run.id));
    for (const file of readdirSync(folder.path)) expect(readFileSync(`${folder.path}/${file}`).includes('CANARY')).toBe(false);
    store.close();
  });

  it('packs anew what stood beside a deleted body, and leaves nothing of that in any block', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const reader = openAt(folder.path);
    const many = (count: number, content: string): Described[] =>
      Array.from({ length: count }, (_, index) => ({ name: `object-${index}`, content }));
    // 200 objects in four blocks; the second scan knows 150 of them.
    const first = scan(store, [...many(150, 'kept'), ...many(50, 'CANARY')]);
    const before = contents(reader, first);
    const second = scan(store, [...many(150, 'kept'), ...many(20, 'new')]);
    expect(contents(reader, second)).toHaveLength(170);
    unwrap(store.deleteRun(first.id));
    expect(contents(store, second)).toEqual(wanted([...many(150, 'kept'), ...many(20, 'new')], 3));
    expect(contents(reader, second)).toEqual(contents(store, second));
    expect(before.join()).toContain('CANARY');
    expect(databaseText(store.file)).toContain('kept');
    expect(databaseText(store.file)).not.toContain('CANARY');
    expect(rows(store)).toMatchObject({ bodies: 170, body_blocks: 4 });
    unwrap(store.deleteRun(second.id));
    expect(rows(store)).toMatchObject({ bodies: 0, body_blocks: 0 });
    reader.close();
    store.close();
  });

  it('goes on with bodies that a sweep did not come to, once the history is opened again', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const kept = scan(store, [{ name: 'kept' }]);
    store.close();
    const db = new Database(store.file);
    db.prepare('INSERT INTO body_blocks (id, data) SELECT 7, data FROM body_blocks').run();
    db.prepare(`INSERT INTO bodies (hash, block_id, position) VALUES (x'01', 7, 0)`).run();
    db.prepare(`INSERT INTO chores (name) VALUES ('bodies')`).run();
    db.close();
    const again = openAt(folder.path);
    expect(rows(again)).toMatchObject({ bodies: 1, body_blocks: 1 });
    expect(contents(again, kept)).toHaveLength(1);
    again.close();
  });

  it('waits for a running scan of any process, which still finds what it knows', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const other = openAt(folder.path);
    const first = scan(store, [{ name: 'web' }]);
    const id = [...store.scans.objects(first.id)][0]?.id ?? 0;
    const { run, writer } = startScan(other, rulesOf('a', 'b', 'c'));
    expect(store.deleteRun(run.id)).toMatchObject({ ok: false, error: { code: 'busy' } });
    unwrap(store.deleteRun(first.id));
    expect(rows(store)['objects']).toBe(1);
    unwrap(writer.add([{ id }]));
    unwrap(writer.finish(ended()));
    expect([...store.scans.objects(run.id)].map((object) => object.name)).toEqual(['web']);
    const third = startScan(other, rulesOf('a', 'b', 'c'));
    unwrap(store.deleteRun(run.id));
    unwrap(third.writer.finish(ended()));
    expect(rows(store)['objects']).toBe(0);
    store.close();
    other.close();
  });
});

describe('since when findings stand', () => {
  const day = (number: number): string => `2026-11-${number}T08:00:00.000Z`;
  const at = (store: Store, number: number, objects: readonly Described[], over: Parameters<typeof scan>[2] = {}): StoredRun =>
    scan(store, objects, { ...over, run: { startedAt: day(number), ...over.run } });
  const firstSeen = (store: Store, run: StoredRun, name: string, rule: string, path = 'spec.replicas'): string | undefined => {
    const object = [...store.scans.objects(run.id)].find((candidate) => candidate.name === name);
    return store.scans.ages(run.id).firstSeen(object?.id ?? 0, rule, path);
  };

  it('is the first whole scan that had them, through changes of their object', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    at(store, 10, [{ name: 'web', content: '1', fails: [0] }]);
    at(store, 11, [
      { name: 'web', content: '1', fails: [0] },
      { name: 'db', fails: [0] },
    ]);
    at(store, 12, [
      { name: 'web', content: '2', fails: [0, 1] },
      { name: 'db', fails: [0] },
    ]);
    const last = at(store, 13, [
      { name: 'web', content: '3', fails: [0, 1, 2] },
      { name: 'db', fails: [0] },
    ]);
    expect(['a', 'b', 'c'].map((rule) => firstSeen(store, last, 'web', rule))).toEqual([day(10), day(12), day(13)]);
    expect(firstSeen(store, last, 'db', 'a')).toBe(day(11));
    store.close();
  });

  it('survives the deletion of older scans, and is not told by cancelled ones', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    at(store, 10, [{ name: 'other' }]);
    const cancelled = at(store, 11, [{ name: 'web', fails: [0] }], { end: { status: 'cancelled' } });
    expect(firstSeen(store, cancelled, 'web', 'a')).toBeUndefined();
    const second = at(store, 12, [{ name: 'web', content: '1', fails: [0] }]);
    const third = at(store, 13, [{ name: 'web', content: '2', fails: [0] }]);
    unwrap(store.deleteRun(second.id));
    const fourth = at(store, 14, [{ name: 'web', content: '3', fails: [0] }]);
    unwrap(store.deleteRun(third.id));
    expect(firstSeen(store, fourth, 'web', 'a')).toBe(day(12));
    store.close();
  });

  it('is never before the rule that finds them, nor before its change', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const objects = [{ name: 'web', fails: [0] }];
    at(store, 10, objects, { ruleset: rulesOf('a', 'b') });
    const added = at(store, 11, [{ name: 'web', fails: [0, 2] }], { ruleset: rulesOf('a', 'b', 'new') });
    expect(firstSeen(store, added, 'web', 'a')).toBe(day(10));
    expect(firstSeen(store, added, 'web', 'new')).toBe(day(11));
    const stricter = {
      rules: [
        { id: 'a', factKey: 'a@2' },
        { id: 'b', factKey: 'b@2' },
      ],
    };
    const changed = at(store, 12, [{ name: 'web', fails: [0, 1] }], { ruleset: stricter });
    expect(firstSeen(store, changed, 'web', 'a')).toBe(day(10));
    expect(firstSeen(store, changed, 'web', 'b')).toBe(day(12));
    store.close();
  });

  it('differs by source', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    at(store, 10, [{ name: 'web', fails: [0] }]);
    const other = at(store, 12, [{ name: 'web', fails: [0] }], { run: { sourceId: clusterSource(store, 'uid-2') } });
    expect(firstSeen(store, other, 'web', 'a')).toBe(day(12));
    store.close();
  });

  it('comes with the versions of an object, newest first', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const first = at(store, 10, [{ name: 'web', content: '1', fails: [0] }]);
    const second = at(store, 11, []);
    const third = at(store, 12, [{ name: 'web', content: '2' }]);
    const versions = store.scans.versions(
      first.source.id,
      { apiVersion: 'apps/v1beta1', kind: 'Deployment', namespace: 'shop', name: 'web' },
      10,
    );
    expect(versions.map((version) => [version.runId, version.objectIds.length])).toEqual([
      [third.id, 1],
      [second.id, 0],
      [first.id, 1],
    ]);
    expect(
      versions.map((version) => version.objectIds.map((id) => store.scans.facts(version.runId, id)?.findings.length)),
    ).toEqual([[0], [], [1]]);
    store.close();
  });
});

describe('sources', () => {
  it('join what was scanned before the UID was readable', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const open = (identity: string, provisional: boolean) =>
      unwrap(
        store.sources.open({
          kind: 'cluster',
          name: 'prod',
          identity,
          provisional,
          provisionalIdentity: 'address',
          server: 'h:1',
          production: true,
        }),
      );
    const before = open('address', true);
    expect(store.sources.identity(before.id)).toEqual({ identity: 'address', provisional: true });
    expect(open('uid', false).id).toBe(before.id);
    expect(open('address', true).id).toBe(before.id);
    expect(store.sources.identity(before.id)).toEqual({ identity: 'uid', provisional: false });
    const remade = open('another-uid', false);
    expect(remade.id).not.toBe(before.id);
    expect(open('address', true).id).toBe(remade.id);
    expect(store.sources.get(before.id)).toMatchObject({ name: 'prod', production: true, server: 'h:1' });
    store.close();
  });

  it('merge when both had runs of their own, numbered on', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const certain = unwrap(store.sources.open({ kind: 'cluster', name: 'prod', identity: 'uid', provisional: false }));
    const first = scan(store, [{ name: 'web', fails: [0] }], {
      run: { sourceId: certain.id, startedAt: '2026-11-12T08:00:00.000Z' },
    });
    const vague = unwrap(store.sources.open({ kind: 'cluster', name: 'prod', identity: 'address', provisional: true }));
    const runs = [
      scan(store, [{ name: 'web', fails: [0] }], { run: { sourceId: vague.id, startedAt: '2026-11-10T08:00:00.000Z' } }),
      scan(store, [], { run: { sourceId: vague.id } }),
    ];
    expect(
      unwrap(
        store.sources.open({
          kind: 'cluster',
          name: 'prod',
          identity: 'uid',
          provisional: false,
          provisionalIdentity: 'address',
        }),
      ),
    ).toMatchObject({ id: certain.id, runs: 3 });
    expect([first, ...runs].map((run) => store.runs.get(run.id)?.number)).toEqual([1, 2, 3]);
    expect(store.sources.list()).toHaveLength(1);
    const object = [...store.scans.objects(first.id)][0];
    expect(store.scans.ages(first.id).firstSeen(object?.id ?? 0, 'a', 'spec.replicas')).toBe('2026-11-10T08:00:00.000Z');
    expect(unwrap(store.runs.begin(newRun(certain.id))).number).toBe(4);
    store.close();
  });

  it('keep what a person changed', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const id = clusterSource(store);
    unwrap(store.sources.update(id, { name: 'Mine', colour: 'teal', production: true }));
    clusterSource(store);
    expect(store.sources.get(id)).toMatchObject({ name: 'Mine', colour: 'teal', production: true });
    expect(store.sources.update(99, { name: 'x' })).toMatchObject({ ok: false, error: { code: 'notFound' } });
    store.close();
  });
});
