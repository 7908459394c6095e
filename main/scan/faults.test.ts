import { afterEach, describe, expect, it } from 'vitest';
import type { CoverageEntry } from '#core/model.ts';
import { startFakeApiServer } from '#test/fake-apiserver.ts';
import type { FakeApiServer, FakeObject, FakeOptions, FakeRequest, Fault } from '#test/fake-apiserver.ts';
import { FAST, openTestApp, scanCluster, tryScan, unwrap } from '#test/scan-app.ts';
import type { FinishedScan, TestApp } from '#test/scan-app.ts';
import { deployment, namespace, secret } from '#test/scan-objects.ts';

/** Faults of the server, seen from the end of the pipeline: what is stored, and what is said of it (decisions.md 10, 14, 24). */

let fake: FakeApiServer;
afterEach(() => fake.stop());

const DEPLOYMENTS = 35;
const isDeployments = (request: FakeRequest): boolean => request.path === '/apis/apps/v1/deployments';
const isSecondPage = (request: FakeRequest): boolean => isDeployments(request) && request.query['continue'] === '10';

const objects = (): FakeObject[] => [
  namespace('shop'),
  secret('login', { password: 'x' }),
  ...Array.from({ length: DEPLOYMENTS }, (_, index) => {
    const object = deployment(`web-${index}`, { sound: true });
    const uid = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    return { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(index + 1) } };
  }),
];

async function start(options: FakeOptions): Promise<void> {
  fake = await startFakeApiServer({ objects: objects(), ...options });
}

const entryOf = (app: TestApp, scan: FinishedScan, resource: string): CoverageEntry | undefined =>
  app.store.runs.coverage(scan.run.id).find((entry) => entry.resource === resource);

const deploymentsOf = (app: TestApp, scan: FinishedScan): readonly string[] =>
  [...app.store.scans.objects(scan.run.id)].filter(({ kind }) => kind === 'Deployment').map(({ name }) => name);

const overviewOf = async (app: TestApp, scan: FinishedScan) =>
  unwrap(await app.client.overview.get({ scanId: scan.run.id, policy: 'default' }));

describe('a kind that could not be read', () => {
  it.each<[string, Fault, CoverageEntry['status']]>([
    ['403', { status: 403 }, 'forbidden'],
    ['404', { status: 404 }, 'notFound'],
    ['429 for ever', { status: 429 }, 'throttled'],
    ['500 for ever', { status: 500 }, 'serverError'],
    ['503 for ever', { status: 503 }, 'serverError'],
    ['no answer', 'hang', 'timeout'],
    ['an answer that stops', 'stall', 'timeout'],
    ['a connection that is cut', 'cut', 'unreachable'],
    ['truncated JSON', 'truncate', 'invalid'],
    ['no JSON at all', { status: 200, body: '<html></html>' }, 'invalid'],
    [
      'a list with a broken item in it',
      { status: 200, body: '{"kind":"DeploymentList","apiVersion":"apps/v1","metadata":{},"items":[{"metadata":]}' },
      'invalid',
    ],
    [
      'a list with an item that is no object',
      { status: 200, body: '{"kind":"DeploymentList","apiVersion":"apps/v1","metadata":{},"items":[7]}' },
      'invalid',
    ],
  ])('%s: a coverage entry, an incomplete run, and no rule that needed it holds', async (_name, fault, status) => {
    await start({ fault: (request) => (isDeployments(request) ? fault : undefined) });
    await using app = openTestApp({ tuning: FAST });
    const scan = await scanCluster(app, fake.kubeconfig());

    expect(entryOf(app, scan, 'deployments')).toMatchObject({
      status,
      objects: 0,
      reason: expect.stringMatching(/\.$/) as string,
    });
    expect(entryOf(app, scan, 'namespaces')).toMatchObject({ status: 'complete', objects: 1 });
    expect(scan.errors).toEqual([]);
    expect(scan.run.status).toBe('incomplete');
    expect(scan.run.covered).toBeLessThan(1);
    const { baseline, posture } = await overviewOf(app, scan);
    expect(baseline.notEvaluated).toEqual(expect.arrayContaining(['memory-limit', 'liveness-probe', 'no-default-namespace']));
    expect(baseline.holds).toEqual([]);
    expect(posture.covered).toBe(scan.run.covered);
  });

  it('keeps the pages that came before the fault, and says that they are not all', async () => {
    await start({
      fault: (request) => (isDeployments(request) && request.query['continue'] === '20' ? { status: 500 } : undefined),
    });
    await using app = openTestApp({ tuning: FAST });
    const scan = await scanCluster(app, fake.kubeconfig());
    expect(entryOf(app, scan, 'deployments')).toMatchObject({ status: 'serverError', objects: 20 });
    expect(deploymentsOf(app, scan)).toHaveLength(20);
    expect((await overviewOf(app, scan)).baseline.holds).toEqual([]);
  });

  it('judges the others on a page with one that cannot be judged', async () => {
    const depth = 100_000;
    const deep = `{"metadata":{"name":"deep"},"spec":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`;
    const good = JSON.stringify(deployment('good'));
    const body = `{"kind":"DeploymentList","apiVersion":"apps/v1","metadata":{},"items":[${deep},${good}]}`;
    await start({ fault: (request) => (isDeployments(request) ? { status: 200, body } : undefined) });
    await using app = openTestApp({ tuning: FAST });
    const scan = await scanCluster(app, fake.kubeconfig());
    expect(deploymentsOf(app, scan)).toEqual(['good']);
    expect(entryOf(app, scan, 'deployments')).toMatchObject({
      status: 'invalid',
      objects: 1,
      reason: expect.stringContaining('nested too deeply') as string,
    });
  });

  it('is not taken for fixed in the next comparison', async () => {
    let broken = false;
    await start({
      objects: [namespace('shop'), deployment('web')],
      fault: (request) => (broken && isDeployments(request) ? { status: 500 } : undefined),
    });
    await using app = openTestApp({ tuning: FAST });
    const first = await scanCluster(app, fake.kubeconfig());
    broken = true;
    const second = await scanCluster(app, fake.kubeconfig());
    const { counts, incomparable } = unwrap(
      await app.client.history.diff({ from: first.run.id, to: second.run.id, policy: 'default' }),
    );
    expect(counts).toMatchObject({ new: 0, fixed: 0, unchanged: 0 });
    expect(counts.incomparable).toBeGreaterThan(3);
    expect(incomparable[0]?.reason).toContain('Deployment');
    expect((await overviewOf(app, second)).fixedFindings).toBe(0);
  });
});

describe('a fault that passes', () => {
  it.each([429, 500, 503])('%i, then an answer: the run is complete', async (status) => {
    await start({ fault: (request) => (isDeployments(request) && request.nth === 1 ? { status } : undefined) });
    await using app = openTestApp({ tuning: FAST });
    const scan = await scanCluster(app, fake.kubeconfig());
    expect(scan.run).toMatchObject({ status: 'complete', covered: 1 });
    expect(entryOf(app, scan, 'deployments')).toMatchObject({ status: 'complete', objects: DEPLOYMENTS });
  });

  it('410 once: the kind is read again, and nothing counts twice', async () => {
    await start({
      fault: (request) =>
        isDeployments(request) && request.query['continue'] === '20' && request.nth === 1 ? { status: 410 } : undefined,
    });
    await using app = openTestApp({ tuning: FAST });
    const scan = await scanCluster(app, fake.kubeconfig());
    expect(scan.run).toMatchObject({ status: 'complete', objects: DEPLOYMENTS + 2, evaluated: DEPLOYMENTS + 2 });
    expect(entryOf(app, scan, 'deployments')).toMatchObject({ status: 'complete', objects: DEPLOYMENTS });
    expect(new Set(deploymentsOf(app, scan)).size).toBe(DEPLOYMENTS);
    expect(deploymentsOf(app, scan)).toHaveLength(DEPLOYMENTS);
    expect((await scanCluster(app, fake.kubeconfig())).run).toMatchObject({ objects: DEPLOYMENTS + 2, evaluated: 0 });
  });

  it('410 twice: the kind is read whole, and nothing counts twice', async () => {
    await start({
      fault: (request) => (isDeployments(request) && request.query['continue'] === '20' ? { status: 410 } : undefined),
    });
    await using app = openTestApp({ tuning: FAST });
    const scan = await scanCluster(app, fake.kubeconfig());
    expect(scan.run).toMatchObject({ status: 'complete', objects: DEPLOYMENTS + 2, evaluated: DEPLOYMENTS + 2 });
    expect(entryOf(app, scan, 'deployments')).toMatchObject({ status: 'complete', objects: DEPLOYMENTS });
  });

  it('an object that is deleted while the kind is read again is gone', async () => {
    const all = objects();
    let again = false;
    await start({
      objects: all,
      fault: (request) => {
        if (again || !isSecondPage(request)) return undefined;
        again = true;
        all.splice(
          all.findIndex(({ metadata }) => metadata.name === 'web-3'),
          1,
        );
        return { status: 410 };
      },
    });
    await using app = openTestApp({ tuning: FAST });
    const scan = await scanCluster(app, fake.kubeconfig());
    expect(deploymentsOf(app, scan)).not.toContain('web-3');
    expect(deploymentsOf(app, scan)).toHaveLength(DEPLOYMENTS - 1);
  });

  it('a page that comes twice without a word of the server counts once', async () => {
    const body = { kind: 'DeploymentList', apiVersion: 'apps/v1', metadata: { continue: '20' }, items: objects().slice(2, 12) };
    await start({ fault: (request) => (isSecondPage(request) ? { status: 200, body: JSON.stringify(body) } : undefined) });
    await using app = openTestApp({ tuning: FAST });
    const scan = await scanCluster(app, fake.kubeconfig());
    expect(deploymentsOf(app, scan)).toHaveLength(25);
    expect(new Set(deploymentsOf(app, scan)).size).toBe(25);
    expect(scan.run.objects).toBe(27);
  });
});

describe('a server that cannot be scanned at all', () => {
  it.each<[string, Fault, string]>([
    ['401', { status: 401 }, 'unauthorized'],
    ['no API server', { status: 200, body: '<html>' }, 'unreachable'],
    ['connections that are cut', 'cut', 'unreachable'],
  ])('%s: an error that says so, no run, and the listeners are told', async (_name, fault, code) => {
    await start({ fault: () => fault });
    await using app = openTestApp({ tuning: FAST });
    const outcome = await tryScan(app, { type: 'context', context: '', kubeconfig: fake.kubeconfig() });
    expect(outcome).toMatchObject({ ok: false, error: { code } });
    expect(app.store.runs.list({}).total).toBe(0);
    expect(app.events.filter(({ type }) => type === 'finished')).toMatchObject([{ status: 'failed', error: { code } }]);
  });

  it('a server that goes away in the middle: the run ends incomplete', async () => {
    let gone = false;
    await start({
      fault: (request) => {
        if (isSecondPage(request)) gone = true;
        return gone ? 'cut' : undefined;
      },
    });
    await using app = openTestApp({ tuning: FAST });
    const scan = await scanCluster(app, fake.kubeconfig());
    expect(scan.run.status).toBe('incomplete');
    expect(entryOf(app, scan, 'deployments')).toMatchObject({ status: 'unreachable', objects: 10 });
  });
});

describe('the database, while a scan runs', () => {
  it('that was closed under it: an error, not an exception', async () => {
    await start({ fault: (request) => (isSecondPage(request) ? { delayMs: 150 } : undefined) });
    await using app = openTestApp({ tuning: FAST });
    const { scanId } = unwrap(
      await app.scans.start({ type: 'context', context: '', kubeconfig: fake.kubeconfig() }, { policy: 'default' }),
    );
    const done = app.scans.wait(scanId);
    app.store.close();
    expect(await done).toMatchObject({ ok: false, error: { code: 'internal' } });
  });
});
