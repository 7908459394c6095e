import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { JsonReport } from '#core/report/json.ts';
import { startApiServer } from '#test/apiserver.ts';
import type { ApiServer } from '#test/apiserver.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { runCli } from '#test/run-cli.ts';
import type { CliResult } from '#test/run-cli.ts';
import { deployment, namespace, secret, service } from '#test/scan-objects.ts';

/*
 * The exported objects are applied to a real API server, and the container's own command line is run with the token of the exported
 * ServiceAccount: it reads all that the policy's rules look at, and may do nothing else.
 */

const POLICY = `apiVersion: plimsoll.dev/v1
kind: Policy
name: shop
title: Shop
description: For tests.
rules: {memory-limit: deny, service-no-node-port: warn}
---
apiVersion: plimsoll.dev/v1
kind: Policy
name: everything
title: Everything
description: For tests.
rules: {no-aws-key: deny, memory-limit: deny}
`;
const USER = 'system:serviceaccount:plimsoll:plimsoll-scan';
const VERBS = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'impersonate',
  'escalate',
  'bind',
];

interface KubeObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly rules?: readonly { readonly apiGroups: string[]; readonly resources: string[]; readonly verbs: string[] }[];
  readonly data?: Readonly<Record<string, string>>;
}
interface CronJob {
  readonly spec: { jobTemplate: { spec: { template: { spec: { containers: readonly { command: readonly string[] }[] } } } } };
}

describe.skipIf(!requireEnvtest(['etcd', 'kube-apiserver']).available)('the CronJob, on a real API server', () => {
  let server: ApiServer;
  const at = (...parts: readonly string[]): string => join(server.dir, ...parts);

  beforeAll(async () => {
    server = await startApiServer();
    mkdirSync(at('ws'));
    writeFileSync(at('ws', 'shop.yaml'), POLICY);
    await server.apply([
      namespace('plimsoll', { 'pod-security.kubernetes.io/enforce': 'restricted' }),
      namespace('shop'),
      namespace('vault'),
      deployment('web'),
      deployment('sound', { namespace: 'vault', sound: true }),
      service('web', 'NodePort'),
      secret('token', { password: 'plimsoll-must-not-see-this' }),
    ]);
    const scan = await runCli(['scan', '--kubeconfig', server.kubeconfig, '--db', at('db'), '--quiet', '-o', 'json']);
    expect(scan.code).toBe(2);
  }, 120_000);
  afterAll(() => server.stop());

  /** Exports and applies, with the API server's own validation. */
  async function installed(...args: readonly string[]): Promise<readonly KubeObject[]> {
    const out = at('out');
    const { code, stderr } = await runCli([
      'enforce',
      'export',
      '--target',
      'cronjob',
      '--set',
      'image=registry.example/plimsoll:0.1.0',
      '--out',
      out,
      '--workspace',
      at('ws'),
      '--db',
      at('db'),
      ...args,
    ]);
    expect([code, stderr]).toEqual([0, '']);
    const text = readFileSync(join(out, 'plimsoll-cronjob.yaml'), 'utf8');
    const objects = parseAllDocuments(text).map((document) => document.toJS() as KubeObject);
    const applied = await server.apply(objects);
    expect(applied.map(({ status }) => status < 300)).toEqual(objects.map(() => true));
    return objects;
  }

  /** The container's command line; what the kubelet would mount lies in a folder. */
  async function runJob(objects: readonly KubeObject[], drop: readonly string[] = []): Promise<CliResult> {
    const mounted = at('mounted');
    mkdirSync(join(mounted, 'workspace'), { recursive: true });
    const granted = await server.request('POST', '/api/v1/namespaces/plimsoll/serviceaccounts/plimsoll-scan/token', {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 3600 },
    });
    expect(granted.status).toBe(201);
    writeFileSync(join(mounted, 'token'), (granted.body as { status: { token: string } }).status.token);
    writeFileSync(join(mounted, 'ca.crt'), readFileSync(server.caFile));
    const data = objects.find(({ kind }) => kind === 'ConfigMap')?.data ?? {};
    const kubeconfig = (data['kubeconfig'] ?? '')
      .replaceAll('https://kubernetes.default.svc', server.url)
      .replaceAll('/var/run/plimsoll', mounted);
    writeFileSync(join(mounted, 'kubeconfig'), kubeconfig);
    writeFileSync(join(mounted, 'workspace', 'workspace.yaml'), data['workspace.yaml'] ?? '');
    const job = objects.find(({ kind }) => kind === 'CronJob') as unknown as CronJob;
    const [, ...words] = job.spec.jobTemplate.spec.template.spec.containers[0]?.command ?? [];
    const places = { '/etc/plimsoll': mounted, '/data': mounted };
    const args = words
      .filter((word) => !drop.includes(word))
      .map((word) => Object.entries(places).reduce((text, [from, to]) => text.replace(new RegExp(`^${from}`), to), word));
    return runCli(args, { HOME: mounted });
  }

  /** What the ServiceAccount may do at all, as the API server's own authorizer says. */
  async function allowed(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const { group, resources } of await everyResource())
      for (const resource of resources)
        for (const verb of VERBS) {
          const answer = await server.request('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
            apiVersion: 'authorization.k8s.io/v1',
            kind: 'SubjectAccessReview',
            spec: {
              user: USER,
              groups: ['system:serviceaccounts', 'system:serviceaccounts:plimsoll', 'system:authenticated'],
              resourceAttributes: { group, resource: resource.split('/')[0], subresource: resource.split('/')[1], verb },
            },
          });
          if ((answer.body as { status: { allowed: boolean } }).status.allowed) found.push(`${verb} ${group}/${resource}`);
        }
    return found.toSorted();
  }

  async function everyResource() {
    const groups = (await server.request('GET', '/apis')).body as {
      groups: { name: string; preferredVersion: { groupVersion: string } }[];
    };
    const paths = [
      { group: '', path: '/api/v1' },
      ...groups.groups.map(({ name, preferredVersion }) => ({ group: name, path: `/apis/${preferredVersion.groupVersion}` })),
    ];
    return Promise.all(
      paths.map(async ({ group, path }) => {
        const { resources } = (await server.request('GET', path)).body as { resources: { name: string }[] };
        return { group, resources: resources.map(({ name }) => name) };
      }),
    );
  }

  /** What everybody may who is signed in: questions about oneself (system:basic-user). */
  const EVERYBODY = [
    'create authentication.k8s.io/selfsubjectreviews',
    'create authorization.k8s.io/selfsubjectaccessreviews',
    'create authorization.k8s.io/selfsubjectrulesreviews',
  ];

  it('reads all that its policy looks at, and its rights reach no further', { timeout: 300_000 }, async () => {
    const objects = await installed('-p', 'shop');
    const { code, stdout, stderr } = await runJob(objects);
    expect([code, stderr]).toEqual([2, '']);
    expect(stdout).not.toContain('plimsoll-must-not-see-this');
    const report = JSON.parse(stdout) as JsonReport;
    expect(report.run.status).toBe('complete');
    expect(report.summary.covered).toBe(1);
    expect(report.findings.map(({ rule, object }) => [rule, object.namespace, object.name])).toEqual([
      ['memory-limit', 'shop', 'web'],
      ['service-no-node-port', 'shop', 'web'],
    ]);
    const asked = report.coverage.filter(({ status }) => status !== 'leftOut' && status !== 'notAsked');
    expect(new Set(asked.map(({ status }) => status))).toEqual(new Set(['complete']));

    const listed = new Set(asked.map(({ group, resource }) => `list ${group}/${resource}`));
    const served = new Set(
      (await everyResource()).flatMap(({ group, resources }) => resources.map((one) => `list ${group}/${one}`)),
    );
    const granted = objects
      .flatMap(({ rules = [] }) => rules)
      .flatMap(({ apiGroups: [group = ''], resources, verbs: [verb = ''] }) => resources.map((one) => `${verb} ${group}/${one}`));
    const may = await allowed();
    expect(may).toEqual([...listed, ...EVERYBODY].toSorted());
    // What is granted and not served is there for clusters that have it.
    expect(granted.filter((one) => !listed.has(one) && served.has(one))).toEqual([]);
  });

  it('has Pods that are admitted at the level restricted', { timeout: 120_000 }, async () => {
    const objects = await installed('-p', 'shop');
    const job = objects.find(({ kind }) => kind === 'CronJob') as unknown as CronJob;
    const { spec } = job.spec.jobTemplate.spec.template;
    const create = (pod: object) =>
      server.request('POST', '/api/v1/namespaces/plimsoll/pods?dryRun=All', {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'scan' },
        spec: pod,
      });
    expect(await create(spec)).toMatchObject({ status: 201, warnings: [] });
    expect(await create({ ...spec, hostNetwork: true })).toMatchObject({ status: 403 });
  });

  it('is told of everything that it may not read when it asks for more', { timeout: 120_000 }, async () => {
    const objects = await installed('-p', 'shop');
    const { stdout } = await runJob(objects, ['--policy-kinds', '--without-secrets']);
    const { coverage, run } = JSON.parse(stdout) as JsonReport;
    expect(run.status).toBe('incomplete');
    expect(coverage.find(({ resource }) => resource === 'secrets')).toMatchObject({
      status: 'forbidden',
      httpStatus: 403,
    });
    expect(coverage.find(({ resource }) => resource === 'configmaps')).toMatchObject({ status: 'forbidden' });
  });

  it(
    'with rules about every kind, reads every kind but Secrets, and takes nothing to hold for those',
    { timeout: 300_000 },
    async () => {
      const objects = await installed('-p', 'everything', '--run', 'latest');
      const { code, stdout, stderr } = await runJob(objects);
      expect([code, stderr]).toEqual([2, '']);
      const { coverage, summary, run } = JSON.parse(stdout) as JsonReport;
      expect([run.status, summary.covered]).toEqual(['complete', 1]);
      expect(coverage.filter(({ status }) => status === 'notAsked').map(({ resource }) => resource)).toEqual(['secrets']);
      expect(summary.baseline.notEvaluated).toEqual([
        { rule: 'no-aws-key', reason: expect.stringContaining('--without-secrets') as string },
      ]);
      const may = await allowed();
      expect(may.filter((right) => right.includes('secrets') || !/^(list|create .*self)/.test(right))).toEqual([]);
      expect(may.length).toBeGreaterThan(30);
    },
  );

  it('reads names of Secrets only where that was asked for, and never their data', { timeout: 120_000 }, async () => {
    const objects = await installed('-p', 'everything', '--run', 'latest', '--set', 'secrets=names');
    const { code, stdout } = await runJob(objects);
    expect([code, stdout.includes('plimsoll-must-not-see-this')]).toEqual([2, false]);
    const { coverage, summary } = JSON.parse(stdout) as JsonReport;
    expect(coverage.find(({ resource }) => resource === 'secrets')).toMatchObject({ status: 'metadataOnly' });
    expect(summary.baseline.holds).toEqual(['no-aws-key']);
  });
});
