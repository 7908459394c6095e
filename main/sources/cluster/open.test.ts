import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CoverageEntry } from '#core/model.ts';
import type { ClusterReader, ListEvent } from '#main/sources/source.ts';
import { type ApiServer, startApiServer } from '#test/apiserver.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { CLUSTER_DEFAULTS, openCluster, openClusterWith } from './open.ts';

const forever = (): AbortSignal => new AbortController().signal;

async function open(kubeconfig: string, pageLimit = 500): Promise<ClusterReader> {
  const opened = await openClusterWith(
    { kubeconfig, env: { PATH: process.env['PATH'] }, signal: forever() },
    { ...CLUSTER_DEFAULTS, pageLimit },
  );
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  return opened.value;
}

interface Item {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations?: Record<string, string> };
}

interface Read {
  readonly events: readonly ListEvent[];
  readonly coverage: readonly CoverageEntry[];
  /** `resource namespace/name` of all objects, with `kind` events voiding earlier pages. */
  readonly objects: readonly string[];
  readonly text: string;
}

async function readAll(reader: ClusterReader, namespaces?: readonly string[]): Promise<Read> {
  const events: ListEvent[] = [];
  const byKind = new Map<string, Item[]>();
  let text = '';
  for await (const event of reader.list({ signal: forever(), ...(namespaces === undefined ? {} : { namespaces }) })) {
    events.push(event);
    if (event.type === 'kind') byKind.set(event.kind.resource, []);
    if (event.type !== 'page') continue;
    const page = Buffer.from(event.bytes).toString('utf8');
    text += page;
    byKind.get(event.kind.resource)?.push(...(JSON.parse(page) as { items: Item[] }).items);
  }
  const objects = [...byKind].flatMap(([resource, items]) =>
    items.map(({ metadata }) => `${resource} ${metadata.namespace ?? ''}/${metadata.name}`),
  );
  return {
    events,
    coverage: events.flatMap((event) => (event.type === 'coverage' ? [event.entry] : [])),
    objects: objects.toSorted(),
    text,
  };
}

const find = (coverage: readonly CoverageEntry[], resource: string, namespace?: string) =>
  coverage.find((entry) => entry.resource === resource && entry.namespace === namespace);

const configMap = (namespace: string, name: string): unknown => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace, name },
  data: { text: '"},{"metadata":{"continue":"evil"}}' },
});

const crd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'baskets.shop.example' },
  spec: {
    group: 'shop.example',
    scope: 'Namespaced',
    names: { plural: 'baskets', kind: 'Basket' },
    versions: ['v1alpha1', 'v1'].map((name) => ({
      name,
      served: true,
      storage: name === 'v1',
      schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    })),
  },
};

const SECRET = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    namespace: 'shop',
    name: 'password',
    annotations: {
      note: 'kept',
      'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({
        apiVersion: 'v1',
        kind: 'Secret',
        stringData: { a: 'CANARY-applied' },
      }),
    },
  },
  stringData: { password: 'CANARY-data' },
};

const role = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
  metadata: { namespace: 'shop', name: 'look' },
  rules: [{ apiGroups: [''], resources: ['configmaps', 'pods'], verbs: ['list'] }],
};
const binding = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: { namespace: 'shop', name: 'look' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'look' },
  subjects: [{ kind: 'User', name: 'limited' }],
};

const available = requireEnvtest(['etcd', 'kube-apiserver-1.36', 'kube-apiserver-1.30']).available;

describe.skipIf(!available).each(['1.36', '1.30'] as const)('a cluster of version %s', (version) => {
  let api: ApiServer;
  beforeAll(async () => {
    api = await startApiServer({ version, users: [{ name: 'limited' }] });
    const names = Array.from({ length: 23 }, (_, i) => `settings-${String(i).padStart(2, '0')}`);
    await api.apply([
      ...['shop', 'back'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
      crd,
      ...names.map((name) => configMap('shop', name)),
      ...names.map((name) => configMap('back', name)),
      ...names.map((name) => ({
        apiVersion: 'shop.example/v1',
        kind: 'Basket',
        metadata: { namespace: 'shop', name },
        spec: { text: '"]},{' },
      })),
      SECRET,
      role,
      binding,
    ]);
  });
  afterAll(() => api.stop());

  it('says who it is and what it serves, each kind once at the preferred version', async () => {
    const reader = await open(api.kubeconfig);
    const { facts } = reader;
    expect(facts).toMatchObject({
      kubernetesMinor: version,
      server: new URL(api.url).host,
      contextName: 'test-admin',
      user: 'admin',
    });
    expect(facts.uid).toMatch(/^[0-9a-f-]{36}$/u);
    const ids = facts.kinds.map(({ group, resource }) => `${group}/${resource}`);
    expect(new Set(ids).size).toBe(ids.length);
    const versionOf = (group: string, resource: string) =>
      facts.kinds.find((kind) => kind.group === group && kind.resource === resource)?.version;
    expect(versionOf('autoscaling', 'horizontalpodautoscalers')).toBe('v2');
    expect(versionOf('shop.example', 'baskets')).toBe('v1');
    expect(versionOf('apps', 'deployments')).toBe('v1');
    expect(facts.kinds.filter(({ metadataOnly }) => metadataOnly).map(({ resource }) => resource)).toEqual(['secrets']);
    await reader.close();
  });

  it('leaves out events in both groups and other noise, with a reason each', async () => {
    const reader = await open(api.kubeconfig);
    const left = reader.facts.coverage.filter(({ status }) => status === 'leftOut');
    const names = left.map(({ group, resource }) => `${group}/${resource}`);
    expect(names).toEqual(
      expect.arrayContaining([
        '/events',
        'events.k8s.io/events',
        'coordination.k8s.io/leases',
        '/componentstatuses',
        '/endpoints',
        'discovery.k8s.io/endpointslices',
      ]),
    );
    expect(left.every(({ reason }) => (reason ?? '').length > 20)).toBe(true);
    expect(reader.facts.kinds.some(({ resource }) => names.some((name) => name.endsWith(`/${resource}`)))).toBe(false);
    await reader.close();
  });

  it('reads every object of built-in kinds and custom resources over many pages', async () => {
    const reader = await open(api.kubeconfig, 10);
    const { objects, coverage, events } = await readAll(reader);
    expect(objects.filter((object) => object.startsWith('configmaps shop/settings-'))).toHaveLength(23);
    expect(objects.filter((object) => object.startsWith('configmaps back/settings-'))).toHaveLength(23);
    expect(objects.filter((object) => object.startsWith('baskets shop/settings-'))).toHaveLength(23);
    expect(events.filter((event) => event.type === 'page' && event.kind.resource === 'baskets')).toHaveLength(3);
    expect(
      events.flatMap((event) => (event.type === 'page' && event.kind.resource === 'baskets' ? [event.remaining] : [])),
    ).toEqual([13, 3, 0]);
    expect(coverage.filter(({ status }) => !['complete', 'leftOut', 'metadataOnly'].includes(status))).toEqual([]);
    await reader.close();
  });

  it('hands out pages in memory of their own', async () => {
    const reader = await open(api.kubeconfig);
    for await (const event of reader.list({ signal: forever() }))
      if (event.type === 'page') expect(event.bytes.buffer.byteLength).toBe(event.bytes.byteLength);
    await reader.close();
  });

  it('reads Secrets as metadata, without the copy of the data in last-applied', async () => {
    const reader = await open(api.kubeconfig);
    const { objects, coverage, text } = await readAll(reader);
    expect(objects).toContain('secrets shop/password');
    expect(text).not.toContain('CANARY');
    expect(text).not.toContain(Buffer.from('CANARY-data').toString('base64'));
    expect(text).toContain('"note":"kept"');
    expect(text).toContain(JSON.stringify(JSON.stringify({ apiVersion: 'v1', kind: 'Secret' })));
    expect(find(coverage, 'secrets')).toMatchObject({ status: 'metadataOnly' });
    await reader.close();
  });

  it('falls back to the namespaces that a limited user may read, and says what was not read', async () => {
    const reader = await open(api.kubeconfigFor('limited', 'shop'));
    expect(reader.facts).toMatchObject({ user: 'limited' });
    expect(reader.facts.uid).toBeUndefined();
    expect(reader.facts.provisionalId).toMatch(/^[0-9a-f]{64}$/u);
    const { objects, coverage } = await readAll(reader);
    expect(new Set(objects.map((object) => object.split('/')[0]))).toEqual(new Set(['configmaps shop']));
    expect(find(coverage, 'configmaps')).toMatchObject({
      status: 'forbidden',
      httpStatus: 403,
      reason: expect.stringContaining('in 1 of the 1 namespaces') as string,
    });
    expect(find(coverage, 'configmaps', 'shop')).toMatchObject({ status: 'complete' });
    expect(find(coverage, 'pods', 'shop')).toMatchObject({ status: 'complete' });
    expect(find(coverage, 'secrets')).toMatchObject({ status: 'forbidden' });
    expect(find(coverage, 'secrets', 'shop')).toBeUndefined();
    expect(find(coverage, 'namespaces')).toMatchObject({ status: 'forbidden' });
    expect(coverage.filter(({ namespace, status }) => namespace === undefined && status === 'complete')).toEqual([]);
    // One question about the rules of the namespace instead of a refused request for each kind.
    const asked = reader.requests().filter(({ path }) => path.includes('/namespaces/shop/'));
    expect(asked.map(({ status }) => status)).toEqual([200, 200]);
    await reader.close();
  });

  it('restricts a scan to the namespaces given, and says when one does not exist', async () => {
    const reader = await open(api.kubeconfig);
    const { objects, coverage } = await readAll(reader, ['back', 'gone']);
    expect(
      objects.filter((object) => object.startsWith('configmaps ')).every((object) => object.startsWith('configmaps back/')),
    ).toBe(true);
    expect(objects.filter((object) => object.startsWith('namespaces '))).toEqual(['namespaces /back']);
    expect(objects.some((object) => object.startsWith('clusterroles '))).toBe(true);
    expect(find(coverage, 'configmaps', 'back')).toMatchObject({ status: 'complete' });
    expect(find(coverage, 'namespaces', 'gone')).toMatchObject({
      status: 'notFound',
      reason: 'There is no namespace of this name.',
    });
    await reader.close();
  });
});

describe.skipIf(!available)('signing in to a real server', () => {
  let api: ApiServer;
  beforeAll(async () => {
    api = await startApiServer({ users: [{ name: 'limited' }] });
  });
  afterAll(() => api.stop());

  const withUser = (name: string, user: string): string => {
    const file = join(api.dir, name);
    writeFileSync(
      file,
      `clusters: [{name: c, cluster: {server: "${api.url}", certificate-authority: certs/apiserver.crt}}]\nusers: [{name: u, user: ${user}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\ncurrent-context: x\n`,
    );
    return file;
  };

  const userOf = async (kubeconfig: string): Promise<string | undefined> => {
    const reader = await open(kubeconfig);
    await reader.close();
    return reader.facts.user;
  };

  it('with a client certificate', async () => {
    expect(await userOf(api.certificateKubeconfigFor('carol', ['system:masters']))).toBe('carol');
  });

  it('with a token file, read again after a 401', async () => {
    writeFileSync(join(api.dir, 'token'), 'wrong\n');
    const file = withUser('token-file', '{tokenFile: token}');
    const refused = await openCluster({ kubeconfig: file, env: {}, signal: forever() });
    expect(refused.ok ? undefined : refused.error.code).toBe('unauthorized');
    writeFileSync(join(api.dir, 'token'), `${api.token('limited')}\n`);
    expect(await userOf(file)).toBe('limited');
  });

  it('with an exec plugin', async () => {
    const script = join(api.dir, 'plugin');
    const answer = {
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token: api.token('limited') },
    };
    writeFileSync(script, `#!/bin/sh\necho '${JSON.stringify(answer)}'\n`);
    chmodSync(script, 0o755);
    expect(
      await userOf(
        withUser('exec', '{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, interactiveMode: Never}}'),
      ),
    ).toBe('limited');
  });

  it('as another user, with groups', async () => {
    const user = `{token: ${api.token('admin')}, as: dora, as-groups: ["system:masters", other], as-uid: "7", as-user-extra: {"example.com/Why%": [a, b]}}`;
    const reader = await open(withUser('as', user));
    expect(reader.facts.user).toBe('dora');
    await reader.close();
  });

  it('refuses a wrong token without quoting it, and asks once', async () => {
    const file = withUser('wrong', '{token: CANARY-wrong-token}');
    const refused = await openCluster({ kubeconfig: file, env: {}, signal: forever() });
    expect(refused).toMatchObject({
      ok: false,
      error: { code: 'unauthorized', where: expect.stringContaining('context "x"') as string },
    });
    expect(JSON.stringify(refused)).not.toContain('CANARY');
  });

  it('keeps credentials out of the request log', async () => {
    const reader = await open(api.kubeconfig);
    await readAll(reader);
    const log = reader.requests();
    expect(log.length).toBeGreaterThan(40);
    expect(JSON.stringify(log)).not.toContain(api.token('admin'));
    expect(Object.keys(log[0] ?? {}).toSorted()).toEqual(['bytes', 'ms', 'path', 'status', 'verb']);
    expect(new Set(log.map(({ verb }) => verb))).toEqual(new Set(['GET', 'POST']));
    await reader.close();
  });

  it('marks the group of a broken aggregated API, and reads the rest', async () => {
    await api.apply([
      {
        apiVersion: 'apiregistration.k8s.io/v1',
        kind: 'APIService',
        metadata: { name: 'v1.broken.example' },
        spec: {
          group: 'broken.example',
          version: 'v1',
          groupPriorityMinimum: 100,
          versionPriority: 100,
          insecureSkipTLSVerify: true,
          service: { namespace: 'default', name: 'nobody' },
        },
      },
    ]);
    const broken = async (): Promise<CoverageEntry | undefined> => {
      const reader = await open(api.kubeconfig);
      await reader.close();
      return reader.facts.coverage.find(({ group }) => group === 'broken.example');
    };
    await vi.waitUntil(async () => (await broken()) !== undefined, { timeout: 20_000, interval: 300 });
    expect(await broken()).toMatchObject({
      group: 'broken.example',
      resource: '*',
      status: 'serverError',
      reason: expect.stringContaining('does not answer') as string,
    });
  });

  it('ends within a second of a cancel', async () => {
    await api.apply(Array.from({ length: 60 }, (_, i) => configMap('default', `many-${i}`)));
    const reader = await open(api.kubeconfig, 2);
    const controller = new AbortController();
    let cancelledAt = 0;
    const statuses: string[] = [];
    for await (const event of reader.list({ signal: controller.signal })) {
      if (event.type === 'page' && cancelledAt === 0) {
        cancelledAt = performance.now();
        controller.abort();
      }
      if (event.type === 'coverage') statuses.push(event.entry.status);
    }
    expect(performance.now() - cancelledAt).toBeLessThan(1000);
    expect(statuses).toContain('cancelled');
    expect(statuses).toHaveLength(reader.facts.kinds.length + reader.facts.coverage.length);
  });
});
