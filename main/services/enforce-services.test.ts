import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { DriftView, EnforceInput, ReplayRow } from '#core/api/enforce.ts';
import { startApiServer } from '#test/apiserver.ts';
import type { ApiServer } from '#test/apiserver.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { openTestApp, scanCluster, temporaryFolder, unwrap } from '#test/scan-app.ts';
import type { FinishedScan, TestApp } from '#test/scan-app.ts';
import { configMap, deployment, namespace, service } from '#test/scan-objects.ts';
import type { Manifest } from '#test/scan-objects.ts';

/*
 * What replay says before an export is what a real API server does after it; what is applied is found again as it was; what
 * somebody changes, deletes or adds shows.
 */

const POLICY = 'all';
const ASKED = { policy: POLICY, target: 'vap', failurePolicy: 'Ignore' as const };

const objects: readonly Manifest[] = [
  deployment('web', { replicas: 1 }),
  deployment('api', { labels: { team: 'platform' }, sound: true }),
  deployment('pay', { namespace: 'pay', annotations: { 'plimsoll.dev/waive.memory-limit': 'measured, needs all' } }),
  deployment('agent', { namespace: 'kube-system' }),
  service('web', 'NodePort'),
  configMap('settings', { colour: 'plum' }),
  configMap('loose', { colour: 'plum' }, 'default'),
];

const REPLICAS = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name: 'two-replicas' },
  spec: {
    matchConstraints: {
      resourceRules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['deployments'] }],
    },
    variables: [{ name: 'wanted', expression: "namespaceObject.metadata.name == 'pay' ? 3 : 2" }],
    validations: [
      {
        expression: 'object.spec.replicas >= variables.wanted',
        messageExpression: "'needs ' + string(variables.wanted) + ' replicas'",
      },
    ],
  },
};
const bindingOf = (policyName: string, more: object = {}) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name: `${policyName}-binding` },
  spec: { policyName, validationActions: ['Deny'], ...more },
});
const WHO_ASKS = {
  ...REPLICAS,
  metadata: { name: 'not-ada' },
  spec: { ...REPLICAS.spec, variables: [], validations: [{ expression: "request.userInfo.username != 'ada'" }] },
};

const foreign = [
  REPLICAS,
  bindingOf('two-replicas', {
    matchResources: { namespaceSelector: { matchExpressions: [{ key: 'exempt', operator: 'DoesNotExist' }] } },
  }),
  WHO_ASKS,
  bindingOf('not-ada'),
];

const rbac = [
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'policy-editor' },
    rules: [{ apiGroups: ['admissionregistration.k8s.io'], resources: ['validatingadmissionpolicies'], verbs: ['patch'] }],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'platform-edits-policies' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'policy-editor' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'platform' }],
  },
];

const pathOf = ({ apiVersion, kind, metadata }: Manifest): string => {
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  return `${root}/namespaces/${String(metadata['namespace'])}/${kind.toLowerCase()}s?dryRun=All`;
};

interface Status {
  readonly message?: string;
}

describe.skipIf(!requireEnvtest(['etcd', 'kube-apiserver']).available)('enforcement on a real cluster', () => {
  using folder = temporaryFolder();
  const out = join(folder.path, 'enforce');
  let server: ApiServer;
  let app: TestApp & AsyncDisposable;
  let scan: FinishedScan;

  /** All pages of them. */
  const rowsOf = async (asked: EnforceInput, outcome: ReplayRow['outcome']): Promise<readonly ReplayRow[]> => {
    const rows: ReplayRow[] = [];
    for (;;) {
      const page = { ...asked, scanId: scan.run.id, outcomes: [outcome], offset: rows.length, limit: 200 };
      const found = unwrap(await app.client.enforce.objects(page));
      rows.push(...found.rows);
      if (found.rows.length === 0) return rows;
    }
  };
  const driftOf = async (of: FinishedScan, more: Partial<EnforceInput> = {}): Promise<DriftView> =>
    unwrap(await app.client.enforce.drift({ ...ASKED, ...more, scanId: of.run.id, offset: 0, limit: 500 }));
  const ours = ({ rows }: DriftView) => rows.filter(({ state }) => state !== 'foreign');

  beforeAll(async () => {
    server = await startApiServer({ users: [{ name: 'nobody' }, { name: 'reader' }] });
    app = openTestApp();
    await server.apply([
      namespace('shop', { team: 'checkout' }),
      namespace('pay', { exempt: 'yes' }),
      ...objects,
      ...foreign,
      ...rbac,
    ]);
    scan = await scanCluster(app, server.kubeconfig, { policy: POLICY });
  }, 60_000);
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await server.stop();
  });

  it('says who could step around it, as RBAC has it', async () => {
    const { bypass } = unwrap(await app.client.enforce.preview({ ...ASKED, scanId: scan.run.id }));
    expect(bypass.unknown).toBeUndefined();
    expect(bypass.who).toContainEqual({
      kind: 'Group',
      name: 'platform',
      may: ['change policies'],
      by: ['platform-edits-policies'],
    });
    expect(bypass.who.at(-1)).toMatchObject({ may: ['everything'] });
    const unknown = unwrap(await app.client.enforce.preview(ASKED)).bypass;
    expect([unknown.who, unknown.unknown]).toEqual([[], 'No scan is chosen.']);
  });

  it('names what is there and would be refused, and is not saved before that is confirmed', async () => {
    const asked = { ...ASKED, scanId: scan.run.id };
    const { failurePolicy: _, ...unsaid } = asked;
    expect(unwrap(await app.client.enforce.preview(unsaid)).needs).toEqual(['failurePolicy', 'confirmation']);
    const { liveFailures } = unwrap(await app.client.enforce.preview(asked));
    expect(liveFailures.find(({ rule }) => rule === 'memory-limit')?.first).toEqual([
      { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'pay', name: 'pay' },
      { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
    ]);
    const refused = await app.client.enforce.save({ ...asked, folder: out });
    expect(refused).toMatchObject({ ok: false, error: { code: 'conflict' } });
    const confirmed = liveFailures.map(({ rule }) => rule);
    const saved = unwrap(await app.client.enforce.save({ ...asked, folder: out, confirmed }));
    expect(saved.commands.tryFirst[0]).toBe(
      `kubectl apply --dry-run=server -f ${join(out, 'validating-admission-policies.yaml')}`,
    );
  });

  it('shows a part of a file as it is saved', async () => {
    const name = 'validating-admission-policies.yaml';
    const whole = readFileSync(join(out, name), 'utf8');
    const part = unwrap(await app.client.enforce.file({ ...ASKED, scanId: scan.run.id, name, offset: 3, limit: 40 }));
    expect(part.text).toBe(whole.split('\n').slice(3, 43).join('\n'));
    expect(part.lines).toBe(whole.split('\n').length);
  });

  it('simulates foreign policies on the objects of the scan', async () => {
    const { rows } = await driftOf(scan);
    const replicas = rows.find(({ name, kind }) => name === 'two-replicas' && kind === 'ValidatingAdmissionPolicy');
    expect(replicas).toMatchObject({ state: 'foreign', simulated: { counts: { denied: 1, notEvaluated: 0 } } });
    const blocked = unwrap(await app.client.enforce.foreign({ scanId: scan.run.id, name: 'two-replicas', offset: 0, limit: 10 }));
    // Only web has fewer than two, and pay is exempt.
    expect(blocked.rows.map(({ object, message, team }) => [object.name, message, team])).toEqual([
      ['web', 'needs 2 replicas', 'checkout'],
    ]);
    const who = rows.find(({ name }) => name === 'not-ada');
    expect(who?.simulated?.counts.denied).toBe(0);
    expect(who?.simulated?.notEvaluated).toContain('who asks');
  });

  it('says before it is applied that everything is missing, and nothing else of ours', async () => {
    const view = await driftOf(scan);
    expect(new Set(ours(view).map(({ state }) => state))).toEqual(new Set(['missing']));
    expect(view.engines.map(({ id, status }) => [id, status])).toEqual([
      ['vap', 'read'],
      ['gatekeeper', 'absent'],
      ['kyverno', 'absent'],
      ['kubewarden', 'absent'],
    ]);
  });

  it(
    'is refused by the real server where replay says so, with the same messages, and nowhere else',
    { timeout: 90_000 },
    async () => {
      for (const one of foreign) {
        const { kind, metadata } = one;
        await server.request(
          'DELETE',
          `/apis/admissionregistration.k8s.io/v1/${kind.toLowerCase().replace(/y$/, 'ie')}s/${metadata.name}`,
        );
      }
      const text = readFileSync(join(out, 'validating-admission-policies.yaml'), 'utf8');
      await server.apply(parseAllDocuments(text).map((document) => document.toJS() as object));
      const denied = await rowsOf(ASKED, 'denied');
      const ruleOf = (message: string): string => /Policy 'plimsoll-([a-z0-9-]+)'/.exec(message)?.[1] ?? '';
      const answers = async () =>
        Promise.all(
          objects.map(async (object) => {
            const { status, body } = await server.request('POST', pathOf(object), object);
            return { object, status, message: (body as Status).message ?? '' };
          }),
        );
      await expect
        // Each policy becomes active by itself.
        .poll(async () => (await answers()).filter(({ status }) => status === 422).length, { timeout: 30_000 })
        .toBeGreaterThanOrEqual(new Set(denied.map(({ object }) => JSON.stringify(object))).size);
      for (const { object, status, message } of await answers()) {
        const said = denied.filter(
          (row) =>
            row.object.kind === object.kind &&
            row.object.name === object.metadata.name &&
            row.object.namespace === object.metadata['namespace'],
        );
        const what = `${object.kind} ${object.metadata.name}: ${status} ${message}`;
        expect([what, status === 422 && message.includes('ValidatingAdmissionPolicy')]).toEqual([what, said.length > 0]);
        const told = message.split('denied request: ')[1];
        if (said.length > 0) expect([what, told]).toEqual([what, said.find(({ rule }) => rule === ruleOf(message))?.message]);
      }
      expect(denied.length).toBeGreaterThan(5);
    },
  );

  it('is found again as it was applied, defaults of the server or not', { timeout: 60_000 }, async () => {
    const view = await driftOf(await scanCluster(app, server.kubeconfig, { policy: POLICY }));
    expect(view.rows.filter(({ state }) => state !== 'same')).toEqual([]);
    expect(view.counts.same).toBeGreaterThan(20);
  });

  it('shows what was changed, deleted, left over or bound to nothing', { timeout: 60_000 }, async () => {
    const base = '/apis/admissionregistration.k8s.io/v1';
    const list = async (kind: string): Promise<readonly Manifest[]> =>
      ((await server.request('GET', `${base}/${kind}`)).body as { readonly items: readonly Manifest[] }).items;
    const [bindings, policies] = [await list('validatingadmissionpolicybindings'), await list('validatingadmissionpolicies')];
    const bindingFor = (rule: string): string =>
      bindings.find(({ spec }) => (spec as { readonly policyName: string }).policyName === `plimsoll-${rule}`)?.metadata.name ??
      '';
    const patch = (path: string, body: object) =>
      server.request('PATCH', path, body, { contentType: 'application/merge-patch+json' });
    await patch(`${base}/validatingadmissionpolicies/plimsoll-memory-limit`, { spec: { failurePolicy: 'Fail' } });
    await server.request('DELETE', `${base}/validatingadmissionpolicybindings/${bindingFor('cpu-limit')}`);
    const left = policies.find(({ metadata }) => metadata.name === 'plimsoll-cpu-limit');
    await server.apply([
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicy',
        metadata: { name: 'plimsoll-of-old', labels: left?.metadata['labels'] },
        spec: left?.['spec'],
      },
    ]);
    const view = await driftOf(await scanCluster(app, server.kubeconfig, { policy: POLICY }));
    const wrong = view.rows.filter(({ state }) => state !== 'same').map(({ state, name }) => `${state} ${name}`);
    expect(wrong.toSorted()).toEqual(
      [
        'changed plimsoll-memory-limit',
        'disabled plimsoll-cpu-limit',
        'extra plimsoll-of-old',
        `missing ${bindingFor('cpu-limit')}`,
      ].toSorted(),
    );
    expect(view.rows.find(({ state }) => state === 'changed')?.detail).toContain('spec.failurePolicy');
    const softer = await driftOf(await scanCluster(app, server.kubeconfig, { policy: POLICY }), { steps: [{ mode: 'warn' }] });
    expect(softer.rows.find(({ name }) => name === bindingFor('no-privileged'))).toMatchObject({ state: 'extra' });
  });

  it('does not say that something is missing where the scan could not look', { timeout: 60_000 }, async () => {
    const blind = await scanCluster(app, server.kubeconfigFor('nobody'), { policy: POLICY });
    const view = await driftOf(blind);
    expect(view.engines[0]).toMatchObject({ id: 'vap', status: 'unread' });
    expect(view.counts.missing).toBe(0);
    const { bypass } = unwrap(await app.client.enforce.preview({ ...ASKED, scanId: blind.run.id }));
    expect(bypass.unknown).toContain('could not read ClusterRoles');
  });

  it('follows the plan through the runs of the source', async () => {
    const { points } = unwrap(await app.client.enforce.history({ ...ASKED, scanId: scan.run.id, runs: 5 }));
    expect(points).toHaveLength(1);
    expect(points[0]?.counts.denied).toBeGreaterThan(2);
  });
});
