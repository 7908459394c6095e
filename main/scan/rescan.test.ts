import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Library, Rule } from '#core/rules/model.ts';
import { libraryHash } from '#core/rules/hash.ts';
import { openLibrary } from '#main/open-library.ts';
import { startApiServer } from '#test/apiserver.ts';
import type { ApiServer } from '#test/apiserver.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { openTestApp, scanCluster, temporaryFolder, unwrap } from '#test/scan-app.ts';
import type { FinishedScan, TestApp } from '#test/scan-app.ts';
import { configMap, deployment, namespace, secret, service } from '#test/scan-objects.ts';

const library = unwrap(openLibrary());

/** The same library with one rule changed. */
function withRule(id: string, change: (rule: Rule) => Rule): Library {
  const rules = library.rules.map((rule) => (rule.id === id ? change(rule) : rule));
  return { ...library, rules, hash: libraryHash(rules, library.matchers, library.defaults) };
}

const verdictsOf = (app: TestApp, scan: FinishedScan, name: string): Readonly<Record<string, number | undefined>> => {
  const object = [...app.store.scans.objects(scan.run.id)].find((candidate) => candidate.name === name);
  const rules = app.store.rulesets.get(scan.run.rulesetId ?? 0).rules;
  return Object.fromEntries(rules.map(({ id }, index) => [id, object?.verdicts[index]]));
};

describe.skipIf(!requireEnvtest(['etcd', 'kube-apiserver']).available)('a second scan of a real API server', () => {
  let server: ApiServer;
  const patch = async (path: string, body: unknown, subresource = ''): Promise<void> => {
    const answer = await server.request('PATCH', `${path}${subresource}`, body, { contentType: 'application/merge-patch+json' });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  };
  const WEB = '/apis/apps/v1/namespaces/shop/deployments/web';

  beforeAll(async () => {
    server = await startApiServer();
    await server.apply([
      namespace('shop'),
      deployment('web', { env: [{ name: 'LOG_LEVEL', value: 'info' }] }),
      deployment('api', { sound: true, labels: { tier: 'back' } }),
      service('web'),
      configMap('settings', { colour: 'plum' }),
      secret('login', { password: 'x' }),
    ]);
  });
  afterAll(() => server.stop());

  it('of the unchanged cluster evaluates nothing, says so, and finds the same', async () => {
    await using app = openTestApp();
    const first = await scanCluster(app, server.kubeconfig);
    expect(first.run).toMatchObject({ number: 1, status: 'complete', covered: 1, kubernetesMinor: '1.36', user: 'admin' });
    expect(first.run.evaluated).toBeGreaterThan(100);
    expect(first.run.evaluated).toBe(first.run.objects);

    const second = await scanCluster(app, server.kubeconfig);
    expect(second.run).toMatchObject({ number: 2, status: 'complete', evaluated: 0 });
    expect(second.run.source.id).toBe(first.run.source.id);
    expect(app.store.scans.sameSet(first.run.id, second.run.id)).toBe(true);
    for (const key of ['objects', 'failing', 'posture'] as const) expect(second.run[key]).toEqual(first.run[key]);
    const diff = unwrap(await app.client.history.diff({ from: first.run.id, to: second.run.id, policy: 'all' }));
    expect(diff).toMatchObject({ counts: { new: 0, fixed: 0, incomparable: 0 }, notes: [] });
    expect(diff.counts.unchanged).toBeGreaterThan(0);
  });

  it('by another process and connection evaluates nothing either', async () => {
    using folder = temporaryFolder();
    const database = `${folder.path}/plimsoll.db`;
    {
      await using app = openTestApp({ database });
      await scanCluster(app, server.kubeconfig);
    }
    await using app = openTestApp({ database });
    expect((await scanCluster(app, server.kubeconfig)).run.evaluated).toBe(0);
  });

  it('after a change of status alone evaluates nothing', async () => {
    await using app = openTestApp();
    await scanCluster(app, server.kubeconfig);
    await patch(WEB, { status: { replicas: 1, observedGeneration: 7 } }, '/status?fieldManager=some-controller');
    expect((await scanCluster(app, server.kubeconfig)).run.evaluated).toBe(0);
    await patch(WEB, { status: { replicas: 2 } }, '/status?fieldManager=another-controller');
    expect((await scanCluster(app, server.kubeconfig)).run.evaluated).toBe(0);
  });

  it('after a write that changed nothing but the resourceVersion evaluates nothing', async () => {
    await using app = openTestApp();
    await scanCluster(app, server.kubeconfig);
    await patch(WEB, {
      metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"apiVersion":"apps/v1"}' } },
    });
    await scanCluster(app, server.kubeconfig);
    await patch(WEB, {
      metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"apiVersion":"apps/v1","x":1}' } },
    });
    expect((await scanCluster(app, server.kubeconfig)).run.evaluated).toBe(0);
  });

  it('after one changed label evaluates exactly one object', async () => {
    await using app = openTestApp();
    await scanCluster(app, server.kubeconfig);
    await patch('/apis/apps/v1/namespaces/shop/deployments/api', { metadata: { labels: { tier: 'middle' } } });
    const second = await scanCluster(app, server.kubeconfig);
    expect(second.run.evaluated).toBe(1);
    expect(second.run.objects).toBe((await scanCluster(app, server.kubeconfig)).run.objects);
  });

  it('after one changed environment value evaluates exactly one object', async () => {
    await using app = openTestApp();
    const first = await scanCluster(app, server.kubeconfig);
    await patch(WEB, {
      spec: {
        template: {
          spec: {
            containers: [{ name: 'web', image: 'registry.example/web:1.2.3', env: [{ name: 'LOG_LEVEL', value: 'debug' }] }],
          },
        },
      },
    });
    const second = await scanCluster(app, server.kubeconfig);
    expect(second.run.evaluated).toBe(1);
    const { added, removed } = app.store.scans.diffSets(first.run.id, second.run.id);
    expect([added.length, removed.length]).toEqual([1, 1]);
  });

  it('after a changed credential evaluates exactly one object, though the stored body says the same', async () => {
    await using app = openTestApp();
    const changed = async (value: string): Promise<void> =>
      patch(WEB, {
        spec: {
          template: {
            spec: { containers: [{ name: 'web', image: 'registry.example/web:1.2.3', env: [{ name: 'DB_PASSWORD', value }] }] },
          },
        },
      });
    await changed('one-1234567');
    const first = await scanCluster(app, server.kubeconfig);
    await changed('two-1234567');
    const second = await scanCluster(app, server.kubeconfig);
    expect(second.run.evaluated).toBe(1);
    const bodyIn = (scan: FinishedScan): unknown => {
      const object = [...app.store.scans.objects(scan.run.id)].find(({ name, kind }) => name === 'web' && kind === 'Deployment');
      return app.store.scans.body(object?.id ?? 0);
    };
    expect(bodyIn(second)).toEqual(bodyIn(first));
  });

  it('after a new and a deleted object evaluates the new one only', async () => {
    await using app = openTestApp();
    await server.apply([deployment('old')]);
    const first = await scanCluster(app, server.kubeconfig);
    await server.request('DELETE', '/apis/apps/v1/namespaces/shop/deployments/old');
    await server.apply([deployment('new')]);
    const second = await scanCluster(app, server.kubeconfig);
    expect(second.run).toMatchObject({ evaluated: 1, objects: first.run.objects });
    const names = [...app.store.scans.objects(second.run.id)].filter(({ kind }) => kind === 'Deployment').map(({ name }) => name);
    expect(names).toContain('new');
    expect(names).not.toContain('old');
  });

  it('with other texts in the library evaluates nothing', async () => {
    using folder = temporaryFolder();
    const database = `${folder.path}/plimsoll.db`;
    {
      await using app = openTestApp({ database });
      await scanCluster(app, server.kubeconfig);
    }
    const reworded = withRule('replicas-min-two', (rule) => ({
      ...rule,
      title: 'Two at least',
      message: 'one is too few',
      severity: 'low',
    }));
    await using app = openTestApp({ database, library: reworded });
    expect((await scanCluster(app, server.kubeconfig)).run.evaluated).toBe(0);
  });

  it('with a changed rule judges all objects by that rule alone, and keeps the other facts', async () => {
    using folder = temporaryFolder();
    const database = `${folder.path}/plimsoll.db`;
    let first: FinishedScan;
    {
      await using app = openTestApp({ database });
      first = await scanCluster(app, server.kubeconfig);
      expect(verdictsOf(app, first, 'api')).toMatchObject({ 'replicas-min-two': 1, 'memory-limit': 1 });
    }
    const changed = withRule('replicas-min-two', (rule) => ({ ...rule, require: 'object.spec.replicas >= 5' }));
    await using app = openTestApp({ database, library: changed });
    const second = await scanCluster(app, server.kubeconfig);
    expect(second.run.evaluated).toBe(second.run.objects);
    const before = verdictsOf(app, first, 'api');
    expect(verdictsOf(app, second, 'api')).toEqual({ ...before, 'replicas-min-two': 2 });
    expect(app.store.scans.diffSets(first.run.id, second.run.id)).toEqual({
      added: new Uint32Array(),
      removed: new Uint32Array(),
    });
    const third = await scanCluster(app, server.kubeconfig);
    expect(third.run.evaluated).toBe(0);
    expect(verdictsOf(app, third, 'api')).toEqual({ ...before, 'replicas-min-two': 2 });
  });
});
