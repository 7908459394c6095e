import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { ended, evaluated, openAt, rulesOf, scan, startScan, temporaryFolder, unwrap } from '#test/store.ts';
import { connect } from './database.ts';
import type { Connection } from './database.ts';
import { openStore } from './index.ts';
import type { NewRevision, StoredChange } from './index.ts';
import { MIGRATIONS } from './migrations/index.ts';

/** A database of every past schema, as SQL. Written once, when the schema was released; never edited. */
const FIXTURES = ['schema-1.sql', 'schema-2.sql', 'schema-3.sql'].map((name) =>
  fileURLToPath(new URL(`./migrations/${name}`, import.meta.url)),
);
const RUN = '01JD0000000000000000000001';

const REVISION: NewRevision = {
  name: 'strict',
  kind: 'promotion',
  hash: 'ab'.repeat(32),
  content: { name: 'strict', title: 'Strict', description: '', rules: { 'owner-label': { mode: 'deny' } }, chain: ['strict'] },
  text: 'kind: Policy',
  reason: 'it holds',
  evidence: [RUN],
  at: Date.parse('2026-11-29T08:00:00.000Z'),
};
const CHANGE: StoredChange = { id: RUN, what: 'Promoted', files: [{ file: 'a.yaml', after: 'x' }], at: REVISION.at };

type Cell = null | number | string | Buffer;

function literal(value: Cell): string {
  if (value === null) return 'NULL';
  if (Buffer.isBuffer(value)) return `x'${value.toString('hex')}'`;
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}

/** Everything in a database as SQL. */
function dump(db: Connection): string {
  const objects = db
    .prepare<[], { type: string; name: string; sql: string }>(
      `SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'`,
    )
    .all();
  const rows = objects
    .filter((object) => object.type === 'table')
    .flatMap(({ name }) =>
      db
        .prepare<[], Cell[]>(`SELECT * FROM ${name}`)
        .raw()
        .all()
        .map((row) => `INSERT INTO ${name} VALUES (${row.map(literal).join(', ')});`),
    );
  return [
    ...objects.map((object) => `${object.sql};`),
    ...rows,
    `PRAGMA user_version = ${String(db.pragma('user_version', { simple: true }))};`,
    '',
  ].join('\n');
}

/** `UPDATE_SCHEMA_FIXTURE=1` writes the newest fixture: for the release of a new schema only. */
function writeFixture(file: string): void {
  using folder = temporaryFolder();
  const store = openAt(folder.path);
  scan(store, [{ name: 'web', fails: [0] }, { name: 'db' }], { run: { id: RUN } });
  const { writer } = startScan(store, rulesOf('a', 'b', 'c'), { startedAt: '2026-11-25T08:00:00.000Z' });
  unwrap(
    writer.add([
      { ...evaluated({ name: 'web', content: '2', fails: [0, 1] }, 3), place: { file: 'web.yaml', line: 1, document: 1 } },
    ]),
  );
  unwrap(
    writer.finish(
      ended({
        summary: { rules: ['a'], namespaces: ['shop'], counts: [1, 0, 0, 0, 0, 0], findings: [1] },
        coverage: [],
        requests: [],
      }),
    ),
  );
  store.settings.set({ theme: 'dark' });
  unwrap(store.revisions.add('/w', [REVISION]));
  store.changes.add('/w', CHANGE);
  store.close();
  const db = new Database(store.file);
  writeFileSync(file, dump(db));
  db.close();
}

function restore(folder: string, fixture: string): string {
  const file = path.join(folder, 'plimsoll.db');
  const db = new Database(file);
  db.exec(readFileSync(fixture, 'utf8'));
  db.close();
  return file;
}

if (process.env['UPDATE_SCHEMA_FIXTURE'] !== undefined) writeFixture(FIXTURES.at(-1) ?? '');

describe('migrations', () => {
  it.each(FIXTURES)('lead from %s to the newest schema, and what was stored can be read', (fixture) => {
    using folder = temporaryFolder();
    const file = restore(folder.path, fixture);
    const store = unwrap(openStore({ file }));
    expect([...store.scans.objects(RUN)].map((object) => [object.name, object.findings.length])).toEqual([
      ['web', 1],
      ['db', 0],
    ]);
    expect(store.settings.get('theme')).toBe('dark');
    const later = store.runs.latest(1);
    const [web] = [...store.scans.objects(later?.id ?? '')];
    expect(web).toMatchObject({ name: 'web', place: { file: 'web.yaml', line: 1 } });
    expect(store.scans.body(web?.id ?? 0)).toMatchObject({ kind: 'Deployment', spec: { content: '2' } });
    expect(store.scans.ages(later?.id ?? '').firstSeen(web?.id ?? 0, 'a', 'spec.replicas')).toBe('2026-11-24T08:00:00.000Z');
    scan(store, [{ name: 'new' }]);
    store.close();
    const db = new Database(file);
    expect(db.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length);
    db.close();
  });

  it('keep revisions and changes of schema 3', () => {
    using folder = temporaryFolder();
    const store = unwrap(openStore({ file: restore(folder.path, FIXTURES[2] ?? '') }));
    expect(store.revisions.of('/w', 'strict')).toEqual([{ ...REVISION, number: 1 }]);
    expect(store.changes.get('/w', CHANGE.id)).toEqual(CHANGE);
    store.close();
  });

  it('each lead to the schema that its fixture has: a released one is never edited', () => {
    FIXTURES.forEach((fixture, index) => {
      using made = temporaryFolder();
      using restored = temporaryFolder();
      const fresh = unwrap(connect(path.join(made.path, 'x.db'), MIGRATIONS.slice(0, index + 1)));
      const old = new Database(restore(restored.path, fixture));
      const schema = (db: Connection): unknown =>
        db.prepare(`SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name`).all();
      expect(schema(fresh)).toEqual(schema(old));
      fresh.close();
      old.close();
    });
    expect(FIXTURES).toHaveLength(MIGRATIONS.length);
  });

  it('lose nothing where one fails', () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const run = scan(store, [{ name: 'web' }]);
    store.close();
    const broken = [
      ...MIGRATIONS,
      'CREATE TABLE half (id INTEGER) STRICT; DROP TABLE facts; CREATE TABLE half (id INTEGER) STRICT;',
    ];
    expect(connect(store.file, broken)).toMatchObject({ ok: false, error: { code: 'database', where: store.file } });
    const again = openAt(folder.path);
    expect([...again.scans.objects(run.id)]).toHaveLength(1);
    again.close();
  });

  it('leave a newer database alone, and say so', () => {
    using folder = temporaryFolder();
    openAt(folder.path).close();
    const file = path.join(folder.path, 'plimsoll.db');
    unwrap(connect(file, [...MIGRATIONS, 'CREATE TABLE future (id INTEGER) STRICT'])).close();
    expect(openStore({ file })).toMatchObject({
      ok: false,
      error: { code: 'database', what: 'The history database was written by a newer Plimsoll' },
    });
  });

  it('run once, though two open the database together', () => {
    using folder = temporaryFolder();
    const file = path.join(folder.path, 'plimsoll.db');
    const both = [unwrap(connect(file)), unwrap(connect(file))];
    expect(both.map((db) => db.pragma('user_version', { simple: true }))).toEqual([MIGRATIONS.length, MIGRATIONS.length]);
    for (const db of both) db.close();
  });
});
