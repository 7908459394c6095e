import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTAINER_SECURITY, POD_SECURITY } from '#core/enforce/ci/pods.ts';
import { missingControls } from '#core/enforce/psa/facts.ts';
import { psaFiles } from '#core/enforce/psa/files.ts';
import { PSS_CONTROLS } from '#core/enforce/psa/levels.ts';
import type { PsaPlan } from '#core/enforce/psa/plan.ts';
import { ruleOf } from '#core/evaluate/small-rules.fixture.ts';
import type { JsonObject } from '#core/json.ts';
import type { Library, Rule } from '#core/rules/model.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { psaOfScan } from '#main/enforce/psa.ts';
import { writeExport } from '#main/enforce/write.ts';
import { startApiServer } from '#test/apiserver.ts';
import type { ApiServer } from '#test/apiserver.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { runCliHere } from '#test/run-cli-here.ts';
import { openTestApp, scanCluster, unwrap } from '#test/scan-app.ts';

/*
 * The labels are put on a real cluster, whose own admission then says whether the levels were right: what is there is let in
 * again, and at the next level exactly those objects are refused that were named.
 */

const shipped = unwrap(loadShippedLibrary());

const pss = (id: string, level: string, control: string, require: string): Rule => ({
  ...ruleOf({ id, require, match: 'podTemplates', forEach: 'podSpec' }),
  frameworks: [{ id: 'PSS', level, control }],
});
const SOME: readonly Rule[] = [
  pss('no-host', 'baseline', 'hostNamespaces', '!has(it.hostNetwork) || !it.hostNetwork'),
  pss(
    'no-root',
    'restricted',
    'runAsNonRoot',
    'has(it.securityContext) && has(it.securityContext.runAsNonRoot) && it.securityContext.runAsNonRoot',
  ),
];

/** The shipped rules where they are complete; else two of our own, and Pods that differ in nothing but these two controls. */
const isComplete = missingControls(shipped).length === 0;
const library: Library = isComplete ? shipped : { ...shipped, rules: SOME };
const controls = isComplete ? PSS_CONTROLS : { baseline: ['hostNamespaces'], restricted: ['runAsNonRoot'] };

const without = (object: JsonObject, key: string): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

type Sort = 'restricted' | 'baseline' | 'privileged';
function podSpec(sort: Sort): JsonObject {
  const [pod, container] =
    sort === 'restricted'
      ? [POD_SECURITY, CONTAINER_SECURITY]
      : [without(POD_SECURITY, 'runAsNonRoot'), without(CONTAINER_SECURITY, 'runAsNonRoot')];
  return {
    ...(sort === 'privileged' ? { hostNetwork: true } : {}),
    securityContext: pod,
    containers: [{ name: 'web', image: 'registry.example/web:1', securityContext: container }],
  };
}

interface Workload {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: JsonObject;
  /** Of its Pods. */
  readonly pods: JsonObject;
}

const pod = (inNamespace: string, name: string, sort: Sort): Workload => ({
  kind: 'Pod',
  metadata: { name, namespace: inNamespace },
  spec: podSpec(sort),
  pods: podSpec(sort),
});
const deployment = (inNamespace: string, name: string, sort: Sort): Workload => ({
  kind: 'Deployment',
  metadata: { name, namespace: inNamespace },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: podSpec(sort) },
  },
  pods: podSpec(sort),
});
const objectOf = ({ kind, metadata, spec }: Workload) => ({
  apiVersion: kind === 'Pod' ? 'v1' : 'apps/v1',
  kind,
  metadata,
  spec,
});
const namespace = (name: string, labels: JsonObject = {}) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
});

const ENFORCE = 'pod-security.kubernetes.io/enforce';
const WORKLOADS: readonly Workload[] = [
  pod('shop', 'web', 'restricted'),
  deployment('shop', 'api', 'restricted'),
  pod('build', 'runner', 'baseline'),
  pod('build', 'cache', 'restricted'),
  deployment('old', 'legacy', 'baseline'),
  pod('agents', 'node', 'privileged'),
  pod('agents', 'helper', 'baseline'),
  pod('strict', 'left', 'restricted'),
];

describe.skipIf(!requireEnvtest(['etcd', 'kube-apiserver']).available)('labels made from a scan of a real cluster', () => {
  let server: ApiServer;
  let made: PsaPlan;
  let asBefore: PsaPlan;
  let lacking: ReturnType<typeof psaOfScan>;
  let unknown: ReturnType<typeof psaOfScan>;
  beforeAll(async () => {
    server = await startApiServer();
    await server.apply([
      ...['shop', 'build', 'old', 'agents', 'bare'].map((name) => namespace(name)),
      namespace('strict', { [ENFORCE]: 'restricted' }),
      ...WORKLOADS.map((one) => objectOf(one)),
    ]);
    await using app = openTestApp({ library });
    const { run } = await scanCluster(app, server.kubeconfig);
    const request = { scanId: run.id, excludedNamespaces: ['kube-*', 'default'], controls };
    made = unwrap(psaOfScan(app, request));
    asBefore = unwrap(psaOfScan(app, { ...request, minor: 33 }));
    unknown = psaOfScan(app, { ...request, minor: 38 });
    lacking = psaOfScan(app, { ...request, controls: { ...controls, baseline: ['hostNamespaces', 'hostTelepathy'] } });
  }, 120_000);
  afterAll(() => server.stop());

  const admits = async (inNamespace: string, { metadata, pods }: Workload) => {
    const answer = await server.request('POST', `/api/v1/namespaces/${inNamespace}/pods?dryRun=All`, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `${metadata.name}-again` },
      spec: pods,
    });
    return { ok: answer.status === 201, warnings: answer.warnings, said: JSON.stringify(answer.body) };
  };

  it('are those of the strictest level that is met', () => {
    expect(made.minor).toBe(36);
    expect(
      made.namespaces.map(({ name, standing }) => [name, standing.type === 'meets' ? standing.level : standing.type]),
    ).toEqual([
      ['agents', 'privileged'],
      ['bare', 'empty'],
      ['build', 'baseline'],
      ['old', 'baseline'],
      ['shop', 'restricted'],
      ['strict', 'restricted'],
    ]);
    expect(made.namespaces.find(({ name }) => name === 'strict')?.labels?.labels).not.toHaveProperty(ENFORCE);
  });

  it('are told for another version of the standards, from what was stored', () => {
    const standings = ({ namespaces }: PsaPlan) => namespaces.map(({ name, standing }) => [name, standing]);
    expect(standings(asBefore)).toEqual(standings(made));
    const [labels] = asBefore.namespaces.flatMap(({ name, labels: own }) => (name === 'shop' && own !== undefined ? [own] : []));
    expect(labels?.labels[`${ENFORCE}-version`]).toBe('v1.33');
  });

  it('are not told for a version that nobody here knows', () => {
    expect(unknown).toMatchObject({ ok: false, error: { next: expect.stringContaining('--kubernetes 1.37') as string } });
  });

  it('on the command line are files, or the controls that no rule stands for', { timeout: 120_000 }, async () => {
    const at = (name: string): string => join(server.dir, name);
    const own = ['--db', at('cli.db'), '--workspace', at('no-workspace')];
    const scan = ['scan', '--kubeconfig', server.kubeconfig, '--without-secrets', '--quiet', '-o', `json=${at('report.json')}`];
    expect([0, 2]).toContain((await runCliHere([...scan, ...own])).code);
    const out = ['enforce', 'export', '--target', 'psa', '--out', at('psa'), '-o', 'json'];
    const { code, stdout, stderr } = await runCliHere([...out, ...own]);
    if (!isComplete) {
      expect([code, stderr]).toEqual([1, expect.stringContaining('missing: appArmorProfile') as string]);
      return;
    }
    expect([code, stderr]).toEqual([0, '']);
    const told = JSON.parse(stdout) as { kubernetes: string; namespaces: { name: string; level?: string }[]; files: string[] };
    expect([told.kubernetes, told.files.length]).toEqual(['1.36', 4]);
    expect(told.namespaces.map(({ name, level }) => [name, level])).toContainEqual(['build', 'baseline']);
    expect(told.namespaces.map(({ name }) => name)).not.toContain('kube-system');
  });

  it('are not told at all where no rule looked at some control', () => {
    expect(lacking).toMatchObject({ ok: false, error: { why: expect.stringContaining('missing: hostTelepathy') as string } });
  });

  it('let in again what is there, and warn of what the next level would refuse', { timeout: 60_000 }, async () => {
    const patches = psaFiles(made, 'a scan').flatMap((file) => ('documents' in file ? file.documents : []));
    await server.apply(patches);
    const now = (await server.request('GET', '/api/v1/namespaces/build')).body as {
      metadata: { labels: Record<string, string> };
    };
    expect(now.metadata.labels).toMatchObject({ [ENFORCE]: 'baseline', [`${ENFORCE}-version`]: 'v1.36' });
    for (const workload of WORKLOADS) {
      const { ok, said } = await admits(workload.metadata.namespace, workload);
      expect([workload.metadata.name, ok ? 'let in' : said]).toEqual([workload.metadata.name, 'let in']);
    }
    const [runner, cache] = WORKLOADS.filter(({ metadata }) => metadata.namespace === 'build');
    if (runner === undefined || cache === undefined) throw new Error('both are there');
    expect((await admits('build', runner)).warnings.join('\n')).toContain('would violate PodSecurity "restricted:v1.36"');
    expect((await admits('build', cache)).warnings).toEqual([]);
  });

  it('name exactly what the next level refuses', { timeout: 60_000 }, async () => {
    for (const { name, standing } of made.namespaces) {
      if (standing.type !== 'meets' || standing.next === undefined) continue;
      const judge = `next-${name}`;
      await server.apply([namespace(judge, { [ENFORCE]: standing.next.level, [`${ENFORCE}-version`]: 'v1.36' })]);
      const named = new Set(standing.next.refused.flatMap(({ failing }) => failing));
      for (const workload of WORKLOADS.filter(({ metadata }) => metadata.namespace === name)) {
        const { ok } = await admits(judge, workload);
        expect([name, workload.metadata.name, ok]).toEqual([
          name,
          workload.metadata.name,
          !named.has(`${workload.kind}/${workload.metadata.name}`),
        ]);
      }
    }
  });

  it('are commands that a shell runs as they were meant', () => {
    const folder = join(server.dir, 'labels');
    const [, bin] = [mkdirSync(join(folder, 'bin'), { recursive: true }), join(folder, 'bin')];
    writeFileSync(join(bin, 'kubectl'), '#!/bin/sh\nfor word in "$@"; do printf "%s|" "$word"; done\necho\n', { mode: 0o755 });
    unwrap(writeExport(psaFiles(made, 'a scan'), folder, '0.1.0'));
    const env = { PATH: `${bin}:/usr/bin:/bin`, DRY_RUN: 'server' };
    const lines = execFileSync('sh', [join(folder, 'pod-security-labels.sh')], { encoding: 'utf8', env })
      .trim()
      .split('\n');
    expect(lines).toHaveLength(5);
    expect(lines.find((line) => line.includes('|shop|'))).toBe(
      ['label', '--overwrite', '--dry-run=server', 'namespace', 'shop', ...labelWords('restricted', 'restricted'), ''].join('|'),
    );
    const back = execFileSync('sh', [join(folder, 'rollback.sh')], { encoding: 'utf8', env: { PATH: env.PATH } });
    expect(back).toContain(`label|--overwrite|--dry-run=none|namespace|shop|${ENFORCE}-|`);
    expect(readFileSync(join(folder, 'next-level.txt'), 'utf8')).toContain('Pod/node');
  });

  const labelWords = (enforce: string, next: string): readonly string[] =>
    [
      ['enforce', enforce],
      ['warn', next],
      ['audit', next],
    ].flatMap(([mode, level]) => [
      `pod-security.kubernetes.io/${mode}=${level}`,
      `pod-security.kubernetes.io/${mode}-version=v1.36`,
    ]);
});
