import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { ScanEvent } from '#core/api/scans.ts';
import { CLUSTER_DEFAULTS } from '#main/sources/cluster/open.ts';
import { startFakeApiServer } from '#test/fake-apiserver.ts';
import type { FakeApiServer, FakeObject, FakeOptions, FakeRequest } from '#test/fake-apiserver.ts';
import { openTestApp, scanCluster, unwrap } from '#test/scan-app.ts';
import type { TestApp } from '#test/scan-app.ts';
import { deployment, namespace } from '#test/scan-objects.ts';

let fake: FakeApiServer;
afterEach(() => fake.stop());

/** The timeouts that users have: nothing here may wait for one of them. */
const SMALL_PAGES = { ...CLUSTER_DEFAULTS, pageLimit: 10 };
const OBJECTS = 400;

const objects = (): FakeObject[] => [
  namespace('shop'),
  ...Array.from({ length: OBJECTS }, (_, index) => {
    const object = deployment(`web-${index}`);
    const uid = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    return { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(index + 1) } };
  }),
];

const isDeployments = (request: FakeRequest): boolean => request.path === '/apis/apps/v1/deployments';

async function start(options: FakeOptions): Promise<void> {
  fake = await startFakeApiServer({ objects: objects(), ...options });
}

const target = () => ({ type: 'context', context: '', kubeconfig: fake.kubeconfig() }) as const;

/** What keeps a process alive, by kind and number. */
const resources = (): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

const LEFT_BEHIND = ['TCPSocketWrap', 'TLSWrap', 'Timeout', 'MessagePort', 'Worker', 'GetAddrInfoReqWrap'];

/** Nothing more than before; the fake server's ends of the sockets live in this process too, and close a moment after ours. */
async function expectNothingLeft(before: Readonly<Record<string, number>>): Promise<void> {
  const left = (): readonly string[] => {
    const counts = resources();
    return LEFT_BEHIND.filter((name) => (counts[name] ?? 0) > (before[name] ?? 0));
  };
  await expect.poll(left, { timeout: 2000, interval: 20 }).toEqual([]);
  await expect.poll(() => fake.sockets().open, { timeout: 2000, interval: 20 }).toBe(0);
}

const told = (app: TestApp, test: (event: ScanEvent) => boolean): Promise<void> =>
  new Promise((resolve) => {
    const stop = app.scans.subscribe((event) => {
      if (!test(event)) return;
      stop();
      resolve();
    });
  });

const read = (objectsRead: number) => (event: ScanEvent) => event.type === 'progress' && event.progress.objects >= objectsRead;

describe('cancelling a scan', () => {
  it('that reads slow pages ends it in under a second, and keeps apart what was read', async () => {
    await start({ fault: (request) => (isDeployments(request) ? { delayMs: 25 } : undefined) });
    await using app = openTestApp({ tuning: SMALL_PAGES });
    const { scanId } = unwrap(await app.scans.start(target(), { policy: 'default' }));
    const done = app.scans.wait(scanId);
    await told(app, read(30));
    const asked = performance.now();
    expect(unwrap(await app.client.scans.cancel({ scanId }))).toEqual({ cancelled: true });
    const { run } = unwrap(await (done ?? Promise.reject(new Error('it does not run'))));
    expect(performance.now() - asked).toBeLessThan(1000);

    expect(run).toMatchObject({ id: scanId, status: 'cancelled', error: { code: 'cancelled' } });
    expect(run.objects).toBeGreaterThanOrEqual(30);
    expect(run.objects).toBeLessThan(OBJECTS);
    expect(run.covered).toBeLessThan(1);
    const coverage = app.store.runs.coverage(scanId);
    expect(coverage.find(({ resource }) => resource === 'deployments')).toMatchObject({ status: 'cancelled' });
    expect(app.events.filter(({ type }) => type === 'finished')).toEqual([{ type: 'finished', scanId, status: 'cancelled' }]);
    // What was read can be looked at, and says what it is.
    const overview = unwrap(await app.client.overview.get({ scanId, policy: 'default' }));
    expect(overview.objects).toBe(run.objects);
    expect(overview.baseline.holds).toEqual([]);
    expect(unwrap(await app.client.history.list({})).runs).toMatchObject([{ id: scanId, status: 'cancelled' }]);
  });

  it('leaves it out of trends, and never makes it what the next scan or comparison stands on', async () => {
    let slow = false;
    await start({ fault: (request) => (slow && isDeployments(request) ? { delayMs: 25 } : undefined) });
    await using app = openTestApp({ tuning: SMALL_PAGES });
    const first = await scanCluster(app, fake.kubeconfig());
    slow = true;
    const { scanId } = unwrap(await app.scans.start(target(), { policy: 'default' }));
    const done = app.scans.wait(scanId);
    await told(app, read(30));
    app.scans.cancel(scanId);
    await done;
    slow = false;
    const third = await scanCluster(app, fake.kubeconfig());

    expect(third.run).toMatchObject({ number: 3, status: 'complete', evaluated: 0, objects: OBJECTS + 1 });
    const overview = unwrap(await app.client.overview.get({ scanId: third.run.id, policy: 'default' }));
    expect(overview).toMatchObject({ comparedWith: first.run.id, newFindings: 0, fixedFindings: 0 });
    expect(overview.trend.map((point) => point.scanId)).toEqual([first.run.id, third.run.id]);
    expect(
      unwrap(await app.client.rules.get({ id: 'memory-limit', policy: 'default', scanId: third.run.id })).history,
    ).toHaveLength(2);
    expect(unwrap(await app.client.history.diff({ from: first.run.id, to: scanId, policy: 'default' })).counts.fixed).toBe(0);
    expect(unwrap(await app.client.history.delete({ scanId }))).toEqual({ deleted: true });
    expect([...app.store.scans.objects(third.run.id)]).toHaveLength(OBJECTS + 1);
  });

  it('of a first scan leaves the second to evaluate everything', async () => {
    let slow = true;
    await start({ fault: (request) => (slow && isDeployments(request) ? { delayMs: 25 } : undefined) });
    await using app = openTestApp({ tuning: SMALL_PAGES });
    const { scanId } = unwrap(await app.scans.start(target(), { policy: 'default' }));
    const done = app.scans.wait(scanId);
    await told(app, read(30));
    app.scans.cancel(scanId);
    await done;
    slow = false;
    expect((await scanCluster(app, fake.kubeconfig())).run).toMatchObject({
      status: 'complete',
      objects: OBJECTS + 1,
      evaluated: OBJECTS + 1,
    });
  });

  it.each([
    ['while it connects', (request: FakeRequest) => request.path === '/api'],
    ['while no page comes', isDeployments],
  ])('%s ends it in under a second and leaves no socket, thread or timer', async (_name, hangs) => {
    await start({ fault: (request) => (hangs(request) ? 'hang' : undefined) });
    await using app = openTestApp({ tuning: SMALL_PAGES });
    const before = resources();
    const starting = app.scans.start(target(), { policy: 'default' });
    await sleep(150);
    const asked = performance.now();
    const [event] = app.events;
    const scanId = event?.type === 'progress' ? event.progress.scanId : '';
    const done = app.scans.wait(scanId);
    expect(app.scans.cancel(scanId)).toBe(true);
    await starting;
    await done;
    expect(performance.now() - asked).toBeLessThan(1000);
    expect(app.events.at(-2)).toMatchObject({ type: 'finished', scanId, status: 'cancelled' });
    await expectNothingLeft(before);
  });

  it('while it connects makes no run', async () => {
    await start({ fault: () => 'hang' });
    await using app = openTestApp({ tuning: SMALL_PAGES });
    const starting = app.scans.start(target(), { policy: 'default' });
    await sleep(50);
    const [event] = app.events;
    app.scans.cancel(event?.type === 'progress' ? event.progress.scanId : '');
    expect(await starting).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(app.store.runs.list({}).total).toBe(0);
  });

  it('while threads judge large pages ends them too', async () => {
    const many = Array.from({ length: 3000 }, (_, index) => deployment(`web-${index}`));
    await start({ objects: many });
    await using app = openTestApp();
    const before = resources();
    const { scanId } = unwrap(await app.scans.start(target(), { policy: 'default' }));
    const done = app.scans.wait(scanId);
    await told(app, read(1));
    const asked = performance.now();
    app.scans.cancel(scanId);
    await done;
    expect(performance.now() - asked).toBeLessThan(1000);
    await expectNothingLeft(before);
  });

  it('that is over, or never was, changes nothing', async () => {
    await start({});
    await using app = openTestApp();
    const { run } = await scanCluster(app, fake.kubeconfig());
    expect(unwrap(await app.client.scans.cancel({ scanId: run.id }))).toEqual({ cancelled: false });
    expect(app.store.runs.get(run.id)).toMatchObject({ status: 'complete' });
  });

  it('happens to all scans when the app closes', async () => {
    await start({ fault: (request) => (isDeployments(request) ? 'hang' : undefined) });
    const app = openTestApp({ tuning: SMALL_PAGES });
    const before = performance.now();
    unwrap(await app.scans.start(target(), { policy: 'default' }));
    await app[Symbol.asyncDispose]();
    expect(performance.now() - before).toBeLessThan(2000);
    expect(app.events.at(-2)).toMatchObject({ type: 'finished', status: 'cancelled' });
  });
});

describe('a scan that ends by itself', () => {
  it('leaves no socket, thread or timer', async () => {
    await start({});
    await using app = openTestApp();
    const before = resources();
    await scanCluster(app, fake.kubeconfig());
    await expectNothingLeft(before);
  });
});
