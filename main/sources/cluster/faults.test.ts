import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { CoverageEntry } from '#core/model.ts';
import type { ClusterReader, ListEvent } from '#main/sources/source.ts';
import {
  type FakeApiServer,
  type FakeObject,
  type FakeOptions,
  type FakeRequest,
  startFakeApiServer,
} from '#test/fake-apiserver.ts';
import { CLUSTER_DEFAULTS, type ClusterTuning, openClusterWith } from './open.ts';

let fake: FakeApiServer;
let reader: ClusterReader | undefined;
afterEach(async () => {
  await reader?.close();
  reader = undefined;
  await fake.stop();
});

const FAST: ClusterTuning = {
  transport: { ...CLUSTER_DEFAULTS.transport, totalTimeoutMs: 400 },
  retry: { delaysMs: [10, 20, 40], maxRetryAfterMs: 3000, whenCut: true },
  pageLimit: 10,
};

const forever = (): AbortSignal => new AbortController().signal;

const pods = (count: number): FakeObject[] =>
  Array.from({ length: count }, (_, i) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `p-${i}`, namespace: 'default' },
    spec: {},
  }));
const secret: FakeObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 's', namespace: 'default' },
  type: 'Opaque',
  data: { a: 'CANARY' },
};

interface Read {
  readonly coverage: readonly CoverageEntry[];
  /** Pods as they stand after restarts voided earlier pages. */
  readonly pods: number;
  readonly starts: number;
  readonly text: string;
  readonly events: readonly ListEvent[];
}

async function start(options: FakeOptions): Promise<void> {
  fake = await startFakeApiServer({ objects: [...pods(35), secret], ...options });
}

async function open(tuning: ClusterTuning = FAST, kubeconfig = fake.kubeconfig()): Promise<ClusterReader> {
  const opened = await openClusterWith({ kubeconfig, env: {}, signal: forever() }, tuning);
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  reader = opened.value;
  return opened.value;
}

async function readAll(from: ClusterReader, pause = 0): Promise<Read> {
  const events: ListEvent[] = [];
  let count = 0;
  let starts = 0;
  let text = '';
  for await (const event of from.list({ signal: forever() })) {
    events.push(event);
    if (pause > 0) await sleep(pause);
    if (event.type === 'kind' && event.kind.resource === 'pods') {
      starts += 1;
      count = 0;
    }
    if (event.type !== 'page') continue;
    const page = Buffer.from(event.bytes).toString('utf8');
    text += page;
    if (event.kind.resource === 'pods') count += (JSON.parse(page) as { items: unknown[] }).items.length;
  }
  return {
    events,
    pods: count,
    starts,
    text,
    coverage: events.flatMap((event) => (event.type === 'coverage' ? [event.entry] : [])),
  };
}

const isPods = (request: FakeRequest): boolean => request.path === '/api/v1/pods';
const entryOf = (read: Read, resource: string) => read.coverage.find((entry) => entry.resource === resource);
const podRequests = (): number => fake.requests.filter(isPods).length;

describe('what goes wrong with one kind is a coverage entry, and the others are read', () => {
  it.each([
    ['403', 403, 'forbidden', 1],
    ['404', 404, 'notFound', 1],
    ['405', 405, 'notFound', 1],
    ['406', 406, 'invalid', 1],
    ['429 for ever', 429, 'throttled', 4],
    ['500 for ever', 500, 'serverError', 4],
    ['503 for ever', 503, 'serverError', 4],
    ['a redirect', 302, 'invalid', 1],
  ] as const)('%s', async (_name, status, expected, asked) => {
    await start({
      fault: (request) => (isPods(request) ? { status, headers: { location: 'http://127.0.0.1:1/steal' } } : undefined),
    });
    const read = await readAll(await open());
    expect(entryOf(read, 'pods')).toMatchObject({ status: expected, httpStatus: status, objects: 0 });
    expect(entryOf(read, 'pods')?.reason).toMatch(/\.$/u);
    expect(entryOf(read, 'configmaps')).toMatchObject({ status: 'complete' });
    expect(podRequests()).toBe(asked);
  });

  it.each([
    ['no answer', 'hang', 'timeout'],
    ['a body that stops', 'stall', 'timeout'],
    ['a connection cut in the body', 'cut', 'unreachable'],
    ['JSON cut off', 'truncate', 'invalid'],
    ['no JSON', { status: 200, body: '<html>' }, 'invalid'],
    ['JSON that is no list', { status: 200, body: '{"kind":"Pod"}' }, 'invalid'],
    ['gzip cut off', { status: 200, headers: { 'content-encoding': 'gzip' }, body: 'x' }, 'invalid'],
  ] as const)('%s', async (_name, fault, expected) => {
    await start({ fault: (request) => (isPods(request) ? fault : undefined) });
    const read = await readAll(await open());
    expect(entryOf(read, 'pods')).toMatchObject({ status: expected });
    expect(entryOf(read, 'configmaps')).toMatchObject({ status: 'complete' });
  });

  it('keeps the pages read before the fault, and says that they are not all', async () => {
    await start({ fault: (request) => (isPods(request) && request.query['continue'] === '20' ? { status: 500 } : undefined) });
    const read = await readAll(await open());
    expect(read.pods).toBe(20);
    expect(entryOf(read, 'pods')).toMatchObject({ status: 'serverError' });
  });
});

describe('a server that is busy for a moment', () => {
  it('is asked again after 1, 2 and 4 seconds (scaled here)', async () => {
    await start({
      fault: (request) => (isPods(request) && request.nth < 4 ? { status: request.nth === 2 ? 429 : 503 } : undefined),
    });
    const read = await readAll(await open());
    expect(read.pods).toBe(35);
    expect(entryOf(read, 'pods')).toMatchObject({ status: 'complete' });
  });

  it('is given the time that it asks for', async () => {
    await start({
      fault: (request) =>
        isPods(request) && request.nth === 1 && request.query['continue'] === undefined
          ? { status: 429, headers: { 'retry-after': '1' } }
          : undefined,
    });
    const opened = await open();
    const started = performance.now();
    expect((await readAll(opened)).pods).toBe(35);
    expect(performance.now() - started).toBeGreaterThan(950);
  });

  it('is given up when it asks for too much time', async () => {
    await start({ fault: (request) => (isPods(request) ? { status: 429, headers: { 'retry-after': '3600' } } : undefined) });
    expect(entryOf(await readAll(await open()), 'pods')).toMatchObject({ status: 'throttled' });
    expect(podRequests()).toBe(1);
  });
});

describe('a place lost between two pages (410)', () => {
  it('once: the kind is read again, and earlier pages are void', async () => {
    await start({
      fault: (request) =>
        isPods(request) && request.query['continue'] === '20' && request.nth === 1 ? { status: 410 } : undefined,
    });
    const read = await readAll(await open());
    expect(read).toMatchObject({ pods: 35, starts: 2 });
    expect(entryOf(read, 'pods')).toMatchObject({ status: 'complete' });
  });

  it('twice, with few objects left: the kind is read without pages', async () => {
    await start({ fault: (request) => (isPods(request) && request.query['continue'] === '20' ? { status: 410 } : undefined) });
    const read = await readAll(await open());
    expect(read).toMatchObject({ pods: 35, starts: 3 });
    expect(fake.requests.filter(isPods).at(-1)?.query).toEqual({});
  });

  it('twice, with many objects left: expired', async () => {
    await start({
      objects: pods(5100),
      fault: (request) => (isPods(request) && request.query['continue'] === '20' ? { status: 410 } : undefined),
    });
    const read = await readAll(await open());
    expect(read).toMatchObject({ pods: 20, starts: 2 });
    expect(read.coverage.filter(({ resource }) => resource === 'pods')).toMatchObject([{ status: 'expired', httpStatus: 410 }]);
  });
});

describe('a server that has gone', () => {
  it('does not cost every kind its own retries', async () => {
    let gone = false;
    await start({
      kinds: Array.from({ length: 40 }, (_, i) => `x.example/v1/kind${i}s/Kind${i}`),
      fault: () => (gone ? 'cut' : undefined),
    });
    const opened = await open();
    gone = true;
    const read = await readAll(opened);
    expect(read.coverage.map(({ status }) => status)).toEqual(Array.from({ length: 40 }, () => 'unreachable'));
    expect(fake.requests.length).toBeLessThan(45);
  });

  it('is not asked again and again with a credential that it refuses', async () => {
    let expired = false;
    await start({
      kinds: Array.from({ length: 40 }, (_, i) => `x.example/v1/kind${i}s/Kind${i}`),
      fault: () => (expired ? { status: 401 } : undefined),
    });
    const opened = await open();
    expired = true;
    const before = fake.requests.length;
    const read = await readAll(opened);
    expect(new Set(read.coverage.map(({ status }) => status))).toEqual(new Set(['unauthorized']));
    expect(fake.requests.length - before).toBeLessThan(8);
  });
});

describe('Secrets', () => {
  it('of a server that answers with whole objects are stripped before anyone sees them', async () => {
    await start({ fault: (request) => (request.path === '/api/v1/secrets' ? 'ignoreAccept' : undefined) });
    const read = await readAll(await open());
    expect(fake.requests.find(({ path }) => path === '/api/v1/secrets')?.headers.accept).toBe(
      'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
    );
    expect(read.text).not.toContain('CANARY');
    expect(read.text).toContain('"name":"s"');
    expect(entryOf(read, 'secrets')).toMatchObject({ status: 'metadataOnly' });
  });
});

describe('limits', () => {
  const large = JSON.stringify({ kind: 'PodList', metadata: {}, items: [{ a: 'x'.repeat(200_000) }] });
  const small: ClusterTuning = { ...FAST, transport: { ...FAST.transport, maxBytes: 100_000 } };

  it('a page over the cap is refused as received', async () => {
    await start({ fault: (request) => (isPods(request) ? { status: 200, body: large } : undefined) });
    expect(entryOf(await readAll(await open(small)), 'pods')).toMatchObject({
      status: 'invalid',
      reason: expect.stringContaining('larger than 100000 bytes') as string,
    });
  });

  it('a page over the cap is refused as unpacked', async () => {
    const packed = gzipSync(large);
    fake = await startFakeApiServer({
      fault: (request) => (isPods(request) ? { status: 200, headers: { 'content-encoding': 'gzip' }, bytes: packed } : undefined),
    });
    expect(entryOf(await readAll(await open(small)), 'pods')).toMatchObject({
      status: 'invalid',
      reason: expect.stringContaining('larger than') as string,
    });
  });

  it('packed pages are unpacked', async () => {
    fake = await startFakeApiServer({
      fault: (request) =>
        isPods(request) ? { status: 200, headers: { 'content-encoding': 'gzip' }, bytes: gzipSync(large) } : undefined,
    });
    expect((await readAll(await open())).pods).toBe(1);
  });

  it('never more than four requests and four connections, each with our name', async () => {
    await start({
      objects: pods(200),
      kinds: Array.from({ length: 30 }, (_, i) => (i === 0 ? '/v1/pods/Pod' : `x.example/v1/kind${i}s/Kind${i}`)),
      fault: () => ({ delayMs: 5 }),
    });
    const read = await readAll(await open());
    expect(read.pods).toBe(200);
    expect(fake.maxInFlight()).toBe(4);
    expect(fake.sockets().total).toBeLessThanOrEqual(4);
    expect(new Set(fake.requests.map(({ headers }) => headers['user-agent']))).toEqual(new Set(['plimsoll/0.1.0']));
    expect(fake.requests.filter(isPods)[0]?.query).toEqual({ limit: '10' });
    expect(fake.requests.some(({ query }) => 'resourceVersion' in query || 'watch' in query)).toBe(false);
  });

  it('a slow consumer slows the reading down', async () => {
    await start({ objects: pods(1000) });
    const opened = await open();
    const list = opened.list({ signal: forever() })[Symbol.asyncIterator]();
    await list.next();
    await sleep(200);
    expect(podRequests()).toBeLessThan(10);
    await list.return?.();
    expect(podRequests()).toBeLessThan(12);
  });

  it('a namespace list is read once for all kinds of a limited user', async () => {
    const names = ['a', 'b'].map((name): FakeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
    const inB: FakeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', namespace: 'b' } };
    await start({
      objects: [...names, inB],
      fault: (request) =>
        /^\/api\/v1\/(pods|configmaps|secrets)$|namespaces\/a\//u.test(request.path) ? { status: 403 } : undefined,
    });
    const read = await readAll(await open());
    expect(read.pods).toBe(1);
    expect(read.coverage.filter(({ resource }) => resource === 'pods')).toMatchObject([
      { status: 'forbidden', reason: expect.stringContaining('in 2 of the 3 namespaces') as string },
      { namespace: 'default', status: 'complete' },
      { namespace: 'b', status: 'complete' },
    ]);
    expect(fake.requests.filter(({ path }) => path === '/api/v1/namespaces')).toHaveLength(2);
    expect(fake.requests.filter(({ method }) => method === 'POST')).toHaveLength(4);
  });
});

describe('cancel', () => {
  it('ends requests under way at once, marks the rest, and leaves no socket', async () => {
    await start({
      fault: (request) => (request.path.startsWith('/api/v1/') && request.query['limit'] !== undefined ? 'hang' : undefined),
    });
    const opened = await open({ ...FAST, transport: CLUSTER_DEFAULTS.transport });
    const controller = new AbortController();
    const statuses: string[] = [];
    setTimeout(() => controller.abort(), 100);
    const started = performance.now();
    for await (const event of opened.list({ signal: controller.signal }))
      if (event.type === 'coverage') statuses.push(event.entry.status);
    expect(performance.now() - started).toBeLessThan(1000);
    expect(statuses.filter((status) => status === 'cancelled').length).toBeGreaterThanOrEqual(5);
    await sleep(50);
    expect(fake.sockets().open).toBe(0);
  });

  it('ends a wait between two tries', async () => {
    await start({ fault: (request) => (isPods(request) ? { status: 503, headers: { 'retry-after': '20' } } : undefined) });
    const opened = await open({ ...FAST, retry: CLUSTER_DEFAULTS.retry });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    const started = performance.now();
    for await (const event of opened.list({ signal: controller.signal })) void event;
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('ends connecting', async () => {
    await start({ fault: () => 'hang' });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const opened = await openClusterWith({ kubeconfig: fake.kubeconfig(), env: {}, signal: controller.signal }, CLUSTER_DEFAULTS);
    expect(opened).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    await sleep(50);
    expect(fake.sockets().open).toBe(0);
  });

  it('a consumer who leaves early stops the reading', async () => {
    await start({ objects: pods(1000) });
    const opened = await open();
    for await (const event of opened.list({ signal: forever() })) if (event.type === 'page') break;
    // What was written to a socket before still arrives.
    await sleep(50);
    const asked = fake.requests.length;
    await sleep(100);
    expect(fake.requests.length).toBe(asked);
  });
});

describe('discovery', () => {
  it('falls back to one request per group version on servers without aggregated discovery', async () => {
    await start({
      discovery: 'legacy',
      kinds: [
        '/v1/pods/Pod',
        'apps/v1/deployments/Deployment',
        'autoscaling/v2/horizontalpodautoscalers/HorizontalPodAutoscaler',
        'autoscaling/v1/horizontalpodautoscalers/HorizontalPodAutoscaler',
      ],
    });
    const { facts } = await open();
    expect(facts.kinds.map(({ group, version, resource }) => `${group}/${version}/${resource}`)).toEqual([
      '/v1/pods',
      'apps/v1/deployments',
      'autoscaling/v2/horizontalpodautoscalers',
    ]);
    expect(facts).toMatchObject({ kubernetesMinor: '1.33', uid: 'fake-uid' });
  });

  it('takes the newer group where old servers serve a kind in extensions too', async () => {
    await start({
      kinds: [
        'extensions/v1beta1/ingresses/Ingress',
        'extensions/v1beta1/podsecuritypolicies/PodSecurityPolicy',
        'networking.k8s.io/v1/ingresses/Ingress',
        'policy/v1beta1/podsecuritypolicies/PodSecurityPolicy',
      ],
    });
    expect((await open()).facts.kinds.map(({ group }) => group)).toEqual(['networking.k8s.io', 'policy']);
  });

  it('marks a group that does not answer', async () => {
    await start({ discovery: 'legacy', fault: (request) => (request.path === '/apis/apps/v1' ? { status: 503 } : undefined) });
    const { facts } = await open();
    expect(facts.coverage).toMatchObject([
      { group: 'apps', version: 'v1', resource: '*', status: 'serverError', httpStatus: 503 },
    ]);
    expect(facts.kinds.map(({ group }) => group)).not.toContain('apps');
  });

  it('misses nothing where a group that is left out anyway does not answer', async () => {
    await start({
      discovery: 'legacy',
      kinds: ['/v1/pods/Pod', 'metrics.k8s.io/v1beta1/pods/PodMetrics'],
      fault: (request) => (request.path.startsWith('/apis/metrics') ? { status: 503 } : undefined),
    });
    expect((await open()).facts.coverage).toMatchObject([{ group: 'metrics.k8s.io', status: 'leftOut' }]);
  });

  it('drops names that could reach another path', async () => {
    await start({
      kinds: [
        '/v1/pods/Pod',
        'x.example/v1/..%2f..%2fsecrets/Evil',
        'x.example/v1/pods?watch=true/Evil',
        'UPPER/v1/things/Thing',
      ],
    });
    expect((await open()).facts.kinds.map(({ resource }) => resource)).toEqual(['pods']);
  });
});

describe('a server that cannot be opened', () => {
  const openError = async (kubeconfig = fake.kubeconfig()) => {
    const opened = await openClusterWith({ kubeconfig, env: {}, signal: forever() }, FAST);
    return opened.ok ? undefined : opened.error;
  };

  it.each([
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [302, 'unreachable'],
    [404, 'unreachable'],
    [500, 'unreachable'],
  ] as const)('answers %i', async (status, code) => {
    await start({ fault: () => ({ status }) });
    const error = await openError();
    expect(error).toMatchObject({ code });
    expect(JSON.stringify(error)).not.toContain('fake-token');
    await sleep(20);
    expect(fake.sockets().open).toBe(0);
  });

  it('is not there, does not answer, or is something else', async () => {
    await start({ fault: () => 'hang' });
    expect(await openError()).toMatchObject({
      code: 'unreachable',
      why: expect.stringContaining('no complete answer') as string,
    });
    expect(await openError(fake.kubeconfig({ server: 'http://127.0.0.1:1' }))).toMatchObject({
      code: 'unreachable',
      why: 'nothing listens at that address',
    });
    expect(await openError(fake.kubeconfig({ server: 'http://no-such-host.invalid' }))).toMatchObject({ code: 'tls' });
    expect(await openError(fake.kubeconfig({ server: 'https://no-such-host.invalid' }))).toMatchObject({
      code: 'unreachable',
      why: expect.stringContaining('cannot be resolved') as string,
    });
  });

  it('answers HTML', async () => {
    await start({ fault: () => ({ status: 200, body: '<html>' }) });
    expect(await openError()).toMatchObject({ code: 'unreachable', why: 'its answer to discovery is no discovery document' });
  });

  it('is reached below a path, as behind Rancher', async () => {
    await start({ fault: (request) => (request.path.startsWith('/k8s/clusters/c-1/') ? undefined : { status: 404 }) });
    expect(await openError(fake.kubeconfig({ server: `${fake.url}/k8s/clusters/c-1/` }))).toMatchObject({ code: 'unreachable' });
    expect(fake.requests.every(({ path }) => path.startsWith('/k8s/clusters/c-1/'))).toBe(true);
  });
});
