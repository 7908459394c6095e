import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { FAIL, PASS } from '#core/inventory/model.ts';
import { Redacted } from '#core/json.ts';
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
import { KnownIndex, openStore } from './index.ts';

const permissions = (file: string): string => (statSync(file).mode & 0o777).toString(8);

describe('the database file', () => {
  it('is its owner’s alone, with folder, log and key', () => {
    using folder = temporaryFolder();
    const file = path.join(folder.path, 'deep', 'er', 'plimsoll.db');
    const store = unwrap(openStore({ file }));
    scan(store, [{ name: 'web' }]);
    const made = path.dirname(file);
    expect(permissions(made)).toBe('700');
    for (const name of readdirSync(made)) expect([name, permissions(path.join(made, name))]).toEqual([name, '600']);
    expect(readdirSync(made).toSorted()).toEqual(['plimsoll.db', 'plimsoll.db-shm', 'plimsoll.db-wal', 'plimsoll.db.key']);
    store.close();
  });

  it('narrows permissions that someone widened', () => {
    using folder = temporaryFolder();
    openAt(folder.path).close();
    const files = ['plimsoll.db', 'plimsoll.db.key'].map((name) => path.join(folder.path, name));
    for (const file of files) chmodSync(file, 0o644);
    openAt(folder.path).close();
    expect(files.map(permissions)).toEqual(['600', '600']);
  });

  it('keeps its key from one opening to the next, and makes a new one where it is lost', () => {
    using folder = temporaryFolder();
    const first = openAt(folder.path);
    const second = openAt(folder.path);
    expect(second.hmacKey).toEqual(first.hmacKey);
    expect(first.hmacKey).toHaveLength(32);
    writeFileSync(`${first.file}.key`, 'cut');
    const third = openAt(folder.path);
    expect(third.hmacKey).toHaveLength(32);
    expect(third.hmacKey).not.toEqual(first.hmacKey);
    for (const store of [first, second, third]) store.close();
  });

  it('is set up for safety: WAL, foreign keys, overwriting what is deleted, strict tables', () => {
    using folder = temporaryFolder();
    openAt(folder.path).close();
    const db = new Database(path.join(folder.path, 'plimsoll.db'));
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('auto_vacuum', { simple: true })).toBe(2);
    const loose = db
      .prepare(
        `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'`,
      )
      .all();
    expect(loose).toEqual([]);
    expect(db.pragma('foreign_key_check')).toEqual([]);
    db.close();
  });

  it('explains what it cannot open', () => {
    using folder = temporaryFolder();
    const file = path.join(folder.path, 'notes.txt');
    writeFileSync(file, 'this is no database, and longer than the header of one. '.repeat(10));
    const opened = openStore({ file });
    expect(opened).toMatchObject({
      ok: false,
      error: { code: 'database', where: file, what: 'The file is not a Plimsoll database' },
    });
    expect(readFileSync(file, 'utf8')).toContain('this is no database');
    expect(openStore({ file: path.join(file, 'below', 'a-file.db') })).toMatchObject({ ok: false, error: { code: 'database' } });
  });
});

describe('a scan', () => {
  it('gives back every object with its facts and its body', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const run = scan(store, [
      { name: 'web', fails: [1], body: { apiVersion: 'apps/v1', replicas: 9007199254740993n, env: new Redacted('env') } },
      { name: 'db', namespace: 'data' },
    ]);
    const [web, db] = [...store.scans.objects(run.id)];
    expect(web).toMatchObject({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace: 'shop',
      name: 'web',
      labels: { app: 'web' },
      waivers: {},
      idle: false,
      verdicts: Uint8Array.of(PASS, FAIL, PASS),
      findings: [{ rule: 1, path: 'spec.replicas', value: '1' }],
    });
    expect(db).toMatchObject({ name: 'db', namespace: 'data', findings: [] });
    expect(store.scans.body(web?.id ?? 0)).toEqual({
      apiVersion: 'apps/v1',
      replicas: 9007199254740993n,
      env: new Redacted('env'),
    });
    expect(run).toMatchObject({ status: 'complete', number: 1, objects: 2, finishedAt: '2026-11-24T08:01:00.000Z' });
    store.close();
  });

  it('shows its objects before it ends, however many they are', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const { run, writer } = startScan(store, rulesOf('a'));
    const names = Array.from({ length: 20_002 }, (_, index) => `web-${String(index).padStart(5, '0')}`);
    for (let at = 0; at < names.length; at += 2000)
      unwrap(writer.add(names.slice(at, at + 2000).map((name) => evaluated({ name }, 1))));
    const shown = [...writer.objects()];
    expect(shown.map(({ name }) => name)).toEqual(names);
    unwrap(writer.finish(ended()));
    expect(shown).toEqual([...store.scans.objects(run.id)]);
    store.close();
  });

  it('shows its objects before it ends, and keeps everything else of an object', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const { run, writer } = startScan(store, rulesOf('a'));
    const object = {
      ...evaluated({ name: 'rs', kind: 'ReplicaSet' }, 1),
      idle: true,
      assumedNamespace: true,
      owner: { kind: 'Deployment', name: 'web', uid: 'u' },
      waivers: { a: 'why' },
      declared: [{ manager: 'helm', apiVersion: 'apps/v1' }],
    };
    unwrap(writer.add([object]));
    expect([...writer.objects()]).toMatchObject([
      { name: 'rs', idle: true, assumedNamespace: true, owner: object.owner, waivers: { a: 'why' } },
    ]);
    unwrap(writer.finish(ended()));
    const [stored] = [...store.scans.objects(run.id)];
    expect(store.scans.declared(stored?.id ?? 0)).toEqual(object.declared);
    store.close();
  });

  it('tells files apart that hold the same document', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const { run, writer } = startScan(store, rulesOf('a'));
    const object = evaluated({ name: 'web', fails: [0] }, 1);
    const at = (file: string, line: number) => ({
      ...object,
      place: { file, line, document: 1 },
      positions: [{ line: line + 2, column: 3 }],
    });
    unwrap(writer.add([at('b.yaml', 10), at('a.yaml', 1)]));
    unwrap(writer.finish(ended()));
    expect([...store.scans.objects(run.id)].map(({ place, positions }) => [place?.file, place?.line, positions])).toEqual([
      ['a.yaml', 1, [{ line: 3, column: 3 }]],
      ['b.yaml', 10, [{ line: 12, column: 3 }]],
    ]);
    store.close();
  });

  it('replaces what a list gave before it began anew', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const { run, writer } = startScan(store, rulesOf('a'));
    unwrap(writer.add([evaluated({ name: 'pod', content: 'old' }, 1)], 'Pod'));
    unwrap(writer.add([evaluated({ name: 'svc' }, 1)], 'Service'));
    writer.discard('Pod');
    unwrap(writer.add([evaluated({ name: 'pod', content: 'new' }, 1)], 'Pod'));
    unwrap(writer.finish(ended()));
    expect([...store.scans.objects(run.id)].map((object) => object.name).toSorted()).toEqual(['pod', 'svc']);
    store.close();
  });

  it('knows unchanged objects the next time, and stores nothing of them again', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const objects = ['a', 'b', 'c'].map((name) => ({ name, fails: [0] }));
    const first = scan(store, objects);
    const { run, writer } = startScan(store, rulesOf('a', 'b', 'c'));
    const known = new KnownIndex(writer.known().index);
    const ids = objects.map((object) => {
      const { uid = '', resourceVersion = '', key } = evaluated(object, 3);
      expect(known.byKey(key)).toBe(known.byUid(uid, resourceVersion));
      return known.byUid(uid, resourceVersion) ?? 0;
    });
    unwrap(writer.add(ids.map((id) => ({ id, resourceVersion: '2' }))));
    expect(writer.unchangedSince()).toBe(first.id);
    unwrap(writer.finish(ended()));
    expect([...store.scans.objects(run.id)]).toEqual([...store.scans.objects(first.id)]);
    expect(store.scans.sameSet(first.id, run.id)).toBe(true);
    const later = startScan(store, rulesOf('a', 'b', 'c'));
    const { uid = '' } = evaluated({ name: 'a' }, 3);
    expect(new KnownIndex(later.writer.known().index).byUid(uid, '2')).toBe(ids[0]);
    store.close();
  });

  it('carries facts into a changed rule set', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const first = scan(store, [{ name: 'web', fails: [0, 1] }, { name: 'db' }], { ruleset: rulesOf('a', 'b') });
    const changed = {
      rules: [
        { id: 'new', factKey: 'new@1' },
        { id: 'b', factKey: 'b@1' },
      ],
    };
    const { run, writer } = startScan(store, changed);
    expect(writer.known().ruleset).toEqual(rulesOf('a', 'b'));
    const [web, db] = [...store.scans.objects(first.id)].map((object) => object.id);
    const mask = Uint8Array.of(1, 0);
    unwrap(
      writer.add([
        { id: web ?? 0, verdicts: Uint8Array.of(PASS, 0), mask, findings: [] },
        { id: db ?? 0, verdicts: Uint8Array.of(FAIL, 0), mask, findings: [{ rule: 0, path: 'x' }] },
      ]),
    );
    unwrap(writer.finish(ended()));
    expect([...store.scans.objects(run.id)].map(({ name, verdicts, findings }) => [name, [...verdicts], findings])).toEqual([
      ['web', [PASS, FAIL], [{ rule: 1, path: 'spec.replicas', value: '1' }]],
      ['db', [FAIL, PASS], [{ rule: 0, path: 'x' }]],
    ]);
    expect([...store.scans.objects(first.id)].map(({ verdicts }) => [...verdicts])).toEqual([
      [FAIL, FAIL],
      [PASS, PASS],
    ]);
    store.close();
  });

  it('grows by what changed: an unchanged re-scan of 5,000 objects adds under 64 KiB', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const objects = Array.from({ length: 5000 }, (_, index) => ({
      name: `object-${index}`,
      content: `content ${index}`,
      fails: [index % 3],
    }));
    scan(store, objects);
    store.close();
    const before = statSync(path.join(folder.path, 'plimsoll.db')).size;
    const again = openAt(folder.path);
    const { writer } = startScan(again, rulesOf('a', 'b', 'c'));
    const known = new KnownIndex(writer.known().index);
    unwrap(writer.add(objects.map((object) => ({ id: known.byKey(evaluated(object, 3).key) ?? 0, resourceVersion: '2' }))));
    unwrap(writer.finish(ended({ coverage: [], requests: [] })));
    again.close();
    expect(statSync(path.join(folder.path, 'plimsoll.db')).size - before).toBeLessThan(65_536);
  });
});

describe('runs', () => {
  it('keep their whole record', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const coverage = [
      {
        group: '',
        version: 'v1',
        kind: 'Pod',
        resource: 'pods',
        verb: 'list',
        status: 'forbidden',
        httpStatus: 403,
        objects: 0,
        reason: 'no right',
      } as const,
    ];
    const requests = [{ verb: 'GET', path: '/api', status: 200, ms: 3, bytes: 10 } as const];
    const error = { code: 'forbidden', what: 'a', where: 'b', why: 'c', next: 'd' } as const;
    const run = scan(store, [], {
      run: {
        labels: { team: 'a', env: 'prod' },
        git: { branch: 'main' },
        ci: { vendor: 'gitlab' },
        kubernetesMinor: '1.36',
        user: 'me',
      },
      end: {
        status: 'incomplete',
        coverage,
        requests,
        error,
        failing: { critical: 1, high: 2, medium: 3, low: 4 },
        posture: { pass: 5, fail: 6 },
        covered: 0.5,
        objects: 7,
        evaluated: 8,
        server: 'h:1',
      },
    });
    expect(store.runs.get(run.id)).toMatchObject({
      labels: { team: 'a', env: 'prod' },
      git: { branch: 'main' },
      ci: { vendor: 'gitlab' },
      kubernetesMinor: '1.36',
      user: 'me',
      server: 'h:1',
      status: 'incomplete',
      error,
      failing: { critical: 1, high: 2, medium: 3, low: 4 },
      posture: { pass: 5, fail: 6 },
      covered: 0.5,
      objects: 7,
      evaluated: 8,
      requests: 1,
      startedAt: '2026-11-24T08:00:00.000Z',
      source: { kind: 'cluster', name: 'kind-kind', colour: 'plum', production: false },
    });
    expect(store.runs.coverage(run.id)).toEqual(coverage);
    expect(store.runs.requests(run.id)).toEqual(requests);
    store.close();
  });

  it('are found by source, kind, label and status, newest first', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const other = unwrap(store.sources.open({ kind: 'manifests', name: 'charts', identity: '/charts', provisional: false })).id;
    const a = scan(store, [], { run: { startedAt: '2026-11-20T08:00:00.000Z', labels: { env: 'prod' } } });
    const b = scan(store, [], { run: { startedAt: '2026-11-22T08:00:00.000Z', sourceId: other } });
    const c = scan(store, [], {
      run: { startedAt: '2026-11-21T08:00:00.000Z', labels: { env: 'test' } },
      end: { status: 'cancelled' },
    });
    const found = (filter: Parameters<typeof store.runs.list>[0]): string[] => store.runs.list(filter).runs.map((run) => run.id);
    expect(found({})).toEqual([b.id, c.id, a.id]);
    expect(found({ kinds: ['manifests'] })).toEqual([b.id]);
    expect(found({ sources: [a.source.id] })).toEqual([c.id, a.id]);
    expect(found({ labels: ['env'] })).toEqual([c.id, a.id]);
    expect(found({ labels: ['env=prod'] })).toEqual([a.id]);
    expect(found({ statuses: ['cancelled'] })).toEqual([c.id]);
    expect(store.runs.list({ limit: 1, offset: 1 })).toMatchObject({ runs: [{ id: c.id }], total: 3 });
    expect(store.runs.latest(a.source.id)?.id).toBe(a.id);
    expect(store.runs.previous(c.id)?.id).toBe(a.id);
    expect(store.runs.previous(a.id)).toBeUndefined();
    store.close();
  });

  it('are taken in once, and numbered within their source without giving a number twice', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const first = scan(store, []);
    expect(store.runs.begin(newRun(first.source.id, { id: first.id }))).toMatchObject({
      ok: false,
      error: { code: 'invalidInput' },
    });
    const second = scan(store, []);
    unwrap(store.deleteRun(second.id));
    expect(scan(store, []).number).toBe(3);
    expect(store.runs.begin(newRun(999))).toMatchObject({ ok: false, error: { code: 'notFound' } });
    store.close();
  });

  it('are interrupted only when their lease is stale', () => {
    using folder = temporaryFolder();
    let now = 1_000_000;
    const store = openAt(folder.path, { now: () => now, host: 'here', pid: 4711 });
    const { run } = startScan(store, rulesOf('a'));
    const elsewhere = openAt(folder.path, { now: () => now, host: 'there' });
    const mark = (alive: boolean, from = store): string[] => from.runs.markInterrupted(() => alive);
    now += 3_600_000;
    expect(mark(true)).toEqual([]);
    expect(store.runs.heartbeat(run.id)).toBe(true);
    now += 59_000;
    expect(mark(false, elsewhere)).toEqual([]);
    now += 2_000;
    expect(mark(true, elsewhere)).toEqual([run.id]);
    expect(store.runs.get(run.id)).toMatchObject({ status: 'interrupted' });
    const second = startScan(store, rulesOf('a')).run;
    expect(mark(false)).toEqual([second.id]);
    expect(store.runs.heartbeat(second.id)).toBe(false);
    store.close();
    elsewhere.close();
  });

  it('refuse what comes after they were taken for dead', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const { run, writer } = startScan(store, rulesOf('a'));
    store.runs.markInterrupted(() => false);
    expect(writer.add([evaluated({ name: 'late' }, 1)])).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(writer.finish(ended())).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(store.runs.get(run.id)?.status).toBe('interrupted');
    expect(store.scans.size(run.id)).toBeUndefined();
    expect([...store.scans.objects(run.id)]).toEqual([]);
    store.close();
  });

  it('can fail before anything was read', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const run = unwrap(store.runs.begin(newRun(clusterSource(store))));
    const error = { code: 'unreachable', what: 'a', where: 'b', why: 'c', next: 'd' } as const;
    expect(unwrap(store.runs.finish(run.id, { status: 'failed', finishedAt: '2026-11-24T08:00:01.000Z', error }))).toMatchObject({
      status: 'failed',
      error,
    });
    expect(store.runs.finish(run.id, ended())).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    store.close();
  });
});

describe('settings and summaries', () => {
  it('come back as they were', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    store.settings.set({ theme: 'dark', views: { a: '1' }, absent: undefined });
    store.settings.set({ theme: 'light' });
    expect(store.settings.all()).toEqual({ theme: 'light', views: { a: '1' } });
    expect(store.settings.get('none')).toBeUndefined();
    const summary = {
      rules: ['a'],
      namespaces: ['', 'shop'],
      counts: Array.from({ length: 12 }, (_, index) => index),
      findings: [0, 3],
    };
    const runs = ['2026-11-21', '2026-11-22', '2026-11-23'].map((day) =>
      scan(store, [], { run: { startedAt: `${day}T08:00:00.000Z` }, end: { summary } }),
    );
    scan(store, [], { run: { startedAt: '2026-11-24T08:00:00.000Z' }, end: { summary, status: 'cancelled' } });
    expect(store.summaries.of(runs[0]?.id ?? '')).toEqual(summary);
    expect(store.summaries.trend(runs[0]?.source.id ?? 0, 2).map((point) => point.number)).toEqual([2, 3]);
    expect(store.summaries.trend(runs[0]?.source.id ?? 0, 9, '2026-11-22T08:00:00.000Z').map((point) => point.number)).toEqual([
      1, 2,
    ]);
    store.close();
  });
});
