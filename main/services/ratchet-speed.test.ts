import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { openTestApp, temporaryFolder, tryScan, unwrap } from '#test/scan-app.ts';
import { deployment, service } from '#test/scan-objects.ts';
import { newId } from '#test/store.ts';

const DAY = 86_400_000;
const SCANS = 8;
const COPIES = 25;
const OBJECTS = 150;

/** Runs that are made for the test's sake: each real one again, hour by hour. */
function multiply(file: string): void {
  const db = new Database(file);
  const columns = db.prepare<[], { name: string }>(`SELECT name FROM pragma_table_info('runs')`).all();
  const rows = db.prepare<[], Record<string, unknown>>('SELECT * FROM runs ORDER BY id').all();
  const names = columns.map(({ name }) => name).filter((name) => name !== 'id');
  const insert = db.prepare(`INSERT INTO runs (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')})`);
  let number = 1000;
  for (const row of rows) {
    for (let copy = 1; copy < COPIES; copy += 1) {
      number += 1;
      insert.run({ ...row, ulid: newId(), number, started_ms: Number(row['started_ms']) + copy * 60_000 });
    }
  }
  db.close();
}

it('the ratchet over 200 runs opens in under 300 ms, in a process that has read nothing yet', async () => {
  using root = temporaryFolder();
  const [database, workspace, manifests] = [
    join(root.path, 'plimsoll.db'),
    join(root.path, 'workspace'),
    join(root.path, 'shop'),
  ];
  mkdirSync(workspace);
  writeFileSync(
    join(workspace, 'base.yaml'),
    'apiVersion: plimsoll.dev/v1\nkind: Policy\nname: base\ntitle: Base\nstage: baseline\nrules: {service-no-node-port: warn}\n',
  );
  let last = '';
  {
    let now = Date.parse('2027-01-04T08:00:00Z');
    await using app = openTestApp({ database, workspace, now: () => now });
    for (let scan = 0; scan < SCANS; scan += 1) {
      rmSync(manifests, { recursive: true, force: true });
      mkdirSync(manifests);
      const objects = Array.from({ length: OBJECTS }, (_, index) =>
        index % 2 === 0
          ? deployment(`d${index}`, { namespace: `team-${index % 20}`, replicas: index % (scan + 3) === 0 ? 1 : 2 })
          : service(`s${index}`, 'ClusterIP', `team-${index % 20}`),
      );
      writeFileSync(join(manifests, 'all.yaml'), objects.map((object) => JSON.stringify(object)).join('\n---\n'));
      last = unwrap(await tryScan(app, { type: 'folder', path: manifests }, { name: 'shop' })).run.id;
      now += DAY;
    }
  }
  multiply(database);
  const took: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    await using app = openTestApp({ database, workspace });
    expect(unwrap(await app.client.history.list({ limit: 1 })).total).toBe(SCANS * COPIES);
    const began = performance.now();
    const view = unwrap(await app.client.ratchet.get({ baseline: 'base', strict: 'all', scanId: last }));
    took.push(performance.now() - began);
    expect(view.held).toHaveLength(1);
    expect(view.gap.length + view.ready.length).toBe(app.library.rules.length - 1);
    const passing = [...view.ready, ...view.gap].find(({ rule }) => rule === 'service-no-node-port') ?? view.ready[0];
    expect(passing?.streaks[0]?.runs).toBeGreaterThan(100);
  }
  expect(Math.min(...took)).toBeLessThan(300);
});
