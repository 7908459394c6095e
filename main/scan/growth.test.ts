import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { startFakeApiServer } from '#test/fake-apiserver.ts';
import { openTestApp, scanCluster } from '#test/scan-app.ts';
import { deployment, namespace } from '#test/scan-objects.ts';

const OBJECTS = 10_000;
const NAMESPACES = 50;

/** Bytes that the database takes once everything is written. */
function sizeOf(file: string): number {
  const db = new Database(file);
  db.pragma('wal_checkpoint(TRUNCATE)');
  const pages = Number(db.pragma('page_count', { simple: true })) - Number(db.pragma('freelist_count', { simple: true }));
  const size = pages * Number(db.pragma('page_size', { simple: true }));
  db.close();
  return size;
}

it('the database grows by less than 100 kB with an unchanged scan of 10,000 objects', async () => {
  const names = Array.from({ length: NAMESPACES }, (_, index) => `team-${index}`);
  const fake = await startFakeApiServer({
    objects: [
      ...names.map((name) => namespace(name)),
      ...Array.from({ length: OBJECTS - NAMESPACES }, (_, index) =>
        deployment(`web-${index}`, { namespace: `team-${index % NAMESPACES}`, replicas: 1 + (index % 3) }),
      ),
    ],
  });
  {
    await using app = openTestApp();
    const first = await scanCluster(app, fake.kubeconfig());
    expect(first.run).toMatchObject({ status: 'complete', objects: OBJECTS });
    const sizes = [sizeOf(app.database)];
    for (let scan = 0; scan < 3; scan += 1) {
      expect((await scanCluster(app, fake.kubeconfig())).run).toMatchObject({ evaluated: 0, objects: OBJECTS });
      sizes.push(sizeOf(app.database));
    }
    const grown = sizes.slice(1).map((size, index) => size - (sizes[index] ?? 0));
    expect(Math.max(...grown)).toBeLessThan(100_000);
  }
  await fake.stop();
}, 120_000);
