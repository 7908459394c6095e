import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLibrary } from '#main/open-library.ts';
import { startApiServer } from '#test/apiserver.ts';
import type { ApiServer } from '#test/apiserver.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { runCli } from '#test/run-cli.ts';
import { openTestApp, scanCluster, temporaryFolder, unwrap } from '#test/scan-app.ts';
import { deployment, namespace, service } from '#test/scan-objects.ts';

const library = unwrap(openLibrary());

const role = (rules: readonly unknown[], inNamespace: string) => [
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'reader', namespace: inNamespace }, rules },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'reader', namespace: inNamespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: inNamespace === 'clean' ? 'neat' : 'dev' }],
  },
];

const EVERYTHING = [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list'] }];

describe.skipIf(!requireEnvtest(['etcd', 'kube-apiserver']).available)('a user with a Role in one namespace only', () => {
  let server: ApiServer;
  beforeAll(async () => {
    server = await startApiServer({ users: [{ name: 'dev' }, { name: 'neat' }] });
    await server.apply([
      namespace('shop'),
      namespace('clean'),
      namespace('vault'),
      ...role(EVERYTHING, 'shop'),
      ...role(EVERYTHING, 'clean'),
      deployment('web'),
      service('web', 'NodePort'),
      deployment('hidden', { namespace: 'vault' }),
      deployment('neat', { namespace: 'clean', sound: true }),
    ]);
  });
  afterAll(() => server.stop());

  it('sees its namespace judged, and everything else named as not read', async () => {
    await using app = openTestApp();
    const { run } = await scanCluster(app, server.kubeconfigFor('dev', 'shop'));
    expect(run).toMatchObject({ status: 'incomplete', user: 'dev' });
    expect(run.covered).toBeLessThan(0.2);

    const objects = [...app.store.scans.objects(run.id)];
    expect(new Set(objects.map((object) => object.namespace))).toEqual(new Set(['shop']));
    expect(objects.map(({ name }) => name)).toContain('web');

    const { entries, covered } = unwrap(await app.client.scans.coverage({ scanId: run.id }));
    expect(covered).toBe(run.covered);
    const deployments = entries.filter(({ resource }) => resource === 'deployments');
    expect(deployments).toMatchObject([
      { status: 'forbidden', httpStatus: 403, reason: expect.stringContaining('1 of the 1 namespaces known') as string },
      { namespace: 'shop', status: 'complete', objects: 1 },
    ]);
    for (const resource of ['namespaces', 'nodes', 'clusterroles', 'persistentvolumes'])
      expect(entries.filter((entry) => entry.resource === resource)).toMatchObject([{ status: 'forbidden', objects: 0 }]);
  });

  it('gets no baseline that holds a rule which needed what was not read, and no pass for it', async () => {
    await using app = openTestApp();
    const { run } = await scanCluster(app, server.kubeconfigFor('neat', 'clean'));
    for (const policy of ['default', 'all']) {
      const overview = unwrap(await app.client.overview.get({ scanId: run.id, policy }));
      expect(overview.baseline.holds).toEqual([]);
      expect(overview.baseline.notApplicable).toEqual([]);
      const { holds, fails, notApplicable, notEvaluated } = overview.baseline;
      expect([...holds, ...fails, ...notApplicable, ...notEvaluated].toSorted()).toEqual(
        overview.rules.map(({ rule }) => rule).toSorted(),
      );
    }
    // The object that was read passes by itself, and is counted: only the rule as a whole stays open.
    const rules = unwrap(await app.client.rules.list({ policy: 'all', scanId: run.id }));
    expect(rules.find(({ id }) => id === 'memory-limit')?.counts).toMatchObject({ pass: 1, fail: 0 });
    expect(rules).toHaveLength(library.rules.length);
  });

  it('is not told that others’ findings are fixed when a scan with more rights came before', async () => {
    await using app = openTestApp();
    const admin = await scanCluster(app, server.kubeconfig);
    const dev = await scanCluster(app, server.kubeconfigFor('dev', 'shop'));
    // The identity of the cluster may not be read (kube-system), but its address and CA are the same.
    expect(dev.run.source.id).toBe(admin.run.source.id);
    const { counts, fixed, incomparable } = unwrap(
      await app.client.history.diff({ from: admin.run.id, to: dev.run.id, policy: 'all' }),
    );
    expect(fixed).toEqual([]);
    expect(counts.new).toBe(0);
    expect(counts.unchanged).toBeGreaterThan(0);
    expect(new Set(incomparable.map(({ finding }) => finding.object.namespace))).toContain('vault');
  });

  it('that asks for its namespace alone is complete for all kinds in it, and open about the others', async () => {
    await using app = openTestApp();
    const { run } = await scanCluster(app, server.kubeconfigFor('neat', 'clean'), { namespaces: ['clean'] });
    expect(run.status).toBe('incomplete');
    const { entries } = unwrap(await app.client.scans.coverage({ scanId: run.id }));
    expect(entries.filter(({ resource }) => resource === 'deployments')).toMatchObject([
      { namespace: 'clean', status: 'complete', objects: 1 },
    ]);
    const { baseline } = unwrap(await app.client.overview.get({ scanId: run.id, policy: 'default' }));
    expect(baseline.holds).toContain('memory-limit');
  });

  it('gets the exit codes of decisions.md 24', async () => {
    using folder = temporaryFolder();
    const scan = (user: string, inNamespace: string, ...args: string[]) =>
      runCli([
        'scan',
        '--kubeconfig',
        server.kubeconfigFor(user, inNamespace),
        '--db',
        join(folder.path, 'plimsoll.db'),
        ...args,
      ]);
    const findings = await scan('dev', 'shop');
    expect([findings.code, findings.stderr]).toEqual([2, expect.any(String)]);
    expect((await scan('dev', 'shop', '--allow-incomplete')).code).toBe(2);
    const open = await scan('neat', 'clean');
    expect(open.code).toBe(1);
    expect(open.stderr).toMatch(/not read completely: .*--allow-incomplete/u);
    expect((await scan('neat', 'clean', '--allow-incomplete')).code).toBe(0);
  });
});
