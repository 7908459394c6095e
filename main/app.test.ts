import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openApp } from '#main/app.ts';
import { startFakeApiServer } from '#test/fake-apiserver.ts';
import type { FakeApiServer } from '#test/fake-apiserver.ts';
import { FAST, openTestApp, scanCluster, temporaryFolder, tryScan, unwrap } from '#test/scan-app.ts';
import { deployment, namespace } from '#test/scan-objects.ts';

const startFake = (count: number): Promise<FakeApiServer> =>
  startFakeApiServer({
    objects: [namespace('shop'), ...Array.from({ length: count }, (_, index) => deployment(`web-${index}`))],
    fault: ({ path }) => (path === '/apis/apps/v1/deployments' ? { delayMs: 5 } : undefined),
  });

describe('opening an app', () => {
  it('on a file that is no database, or in a folder that cannot be, is an error that says so', () => {
    using folder = temporaryFolder();
    const text = join(folder.path, 'notes.txt');
    writeFileSync(text, 'not a database, though it is longer than one page header of a hundred bytes would be: '.repeat(20));
    for (const database of [text, join(text, 'below', 'plimsoll.db')]) {
      const opened = openApp({ database, env: {} });
      expect(opened).toMatchObject({ ok: false, error: { code: 'database', where: database } });
    }
  });

  it('on a kubeconfig that is not there names where it looked', async () => {
    await using app = openTestApp();
    const outcome = await tryScan(app, { type: 'context', context: '', kubeconfig: '/nonexistent/kubeconfig' });
    expect(outcome).toMatchObject({ ok: false, error: { code: 'kubeconfig' } });
    expect(JSON.stringify(outcome)).toContain('/nonexistent/kubeconfig');
  });
});

describe('several at once', () => {
  it('two apps on one database scan two clusters side by side', async () => {
    using folder = temporaryFolder();
    const database = join(folder.path, 'plimsoll.db');
    const fakes = await Promise.all([startFake(120), startFake(80)]);
    {
      await using one = openTestApp({ database, tuning: FAST });
      await using two = openTestApp({ database, tuning: FAST });
      const [first, second] = await Promise.all([
        scanCluster(one, fakes[0].kubeconfig()),
        scanCluster(two, fakes[1].kubeconfig()),
      ]);
      expect(first?.run).toMatchObject({ status: 'complete', objects: 121 });
      expect(second?.run).toMatchObject({ status: 'complete', objects: 81 });
    }
    await Promise.all(fakes.map((fake) => fake.stop()));
  });

  it('two scans of one cluster at the same time are two runs, and the next evaluates nothing', async () => {
    const fake = await startFake(60);
    {
      await using app = openTestApp({ tuning: FAST });
      const runs = await Promise.all([scanCluster(app, fake.kubeconfig()), scanCluster(app, fake.kubeconfig())]);
      expect(runs.map(({ run }) => run.status)).toEqual(['complete', 'complete']);
      expect(new Set(runs.map(({ run }) => run.number))).toEqual(new Set([1, 2]));
      expect((await scanCluster(app, fake.kubeconfig())).run).toMatchObject({ number: 3, evaluated: 0, objects: 61 });
    }
    await fake.stop();
  });

  it('a scan goes on while another run is deleted', async () => {
    const fake = await startFake(150);
    {
      await using app = openTestApp({ tuning: FAST });
      const first = await scanCluster(app, fake.kubeconfig());
      const { scanId } = unwrap(
        await app.scans.start({ type: 'context', context: '', kubeconfig: fake.kubeconfig() }, { policy: 'default' }),
      );
      const done = app.scans.wait(scanId);
      expect(await app.client.history.delete({ scanId })).toMatchObject({ ok: false, error: { code: 'busy' } });
      unwrap(await app.client.history.delete({ scanId: first.run.id }));
      expect(unwrap(await (done ?? Promise.reject(new Error('it does not run')))).run).toMatchObject({
        status: 'complete',
        objects: 151,
      });
      expect([...app.store.scans.objects(scanId)]).toHaveLength(151);
    }
    await fake.stop();
  });
});
