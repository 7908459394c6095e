import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { DriftView } from '#core/api/enforce.ts';
import type { JsonObject } from '#core/json.ts';
import { startApiServer } from '#test/apiserver.ts';
import type { ApiResponse, ApiServer } from '#test/apiserver.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { runCliHere } from '#test/run-cli-here.ts';
import type { CliResult } from '#test/run-cli.ts';

/*
 * From the first scan to a refused request, on a real API server with real controllers: what was audited is what gets blocked, what
 * was there before goes on living, and what is waived passes for as long as it is waived.
 */

const SHOP = fileURLToPath(new URL('../docs/guide/shop.yaml', import.meta.url));
const START = Date.UTC(2026, 2, 2, 8);
const DAY = 86_400_000;
const BASELINE = 'prod-baseline';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/shop/deployments';

const WORKSPACE = `apiVersion: plimsoll.dev/v1
kind: Workspace
name: shop
products: [{ name: store }]
environments: [{ name: production, order: 1, production: true }]
sources: [{ name: shop-prod, kind: cluster, product: store, environment: production }]
bindings: [{ product: store, namespaces: [shop, billing], policies: { strict: strict } }]
`;
const STRICT = `apiVersion: plimsoll.dev/v1
kind: Policy
name: strict
title: What we want
stage: strict
extends: datree-default
`;

interface Faults {
  readonly privileged?: boolean;
  readonly memory?: false;
}

const deployment = (name: string, { privileged = false, memory }: Faults = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'shop' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [
          {
            name,
            image: 'registry.example/shop:2.4.1',
            resources: {
              requests: { cpu: '100m', memory: '64Mi' },
              limits: { cpu: '200m', ...(memory === false ? {} : { memory: '128Mi' }) },
            },
            livenessProbe: { httpGet: { path: '/healthz', port: 8080 } },
            readinessProbe: { httpGet: { path: '/healthz', port: 8080 } },
            securityContext: privileged ? { privileged } : { allowPrivilegeEscalation: false },
          },
        ],
      },
    },
  },
});

describe.skipIf(!requireEnvtest(['etcd', 'kube-apiserver', 'kube-controller-manager']).available)(
  'from a scan to what a cluster enforces',
  () => {
    const home = mkdtempSync(join(tmpdir(), 'plimsoll-enforce-'));
    const workspace = join(home, 'workspace');
    let api: ApiServer;

    beforeAll(async () => {
      api = await startApiServer({ controllers: true, controllerAccounts: true });
      writeFileSync(join(home, 'kubeconfig'), readFileSync(api.kubeconfig, 'utf8').replaceAll('test-admin', 'shop-prod'));
      vi.stubEnv('HOME', home);
      vi.stubEnv('KUBECONFIG', join(home, 'kubeconfig'));
      vi.stubEnv('XDG_DATA_HOME', join(home, 'data'));
      vi.stubEnv('PLIMSOLL_WORKSPACE', workspace);
      mkdirSync(join(workspace, 'policies'), { recursive: true });
      writeFileSync(join(workspace, 'workspace.yaml'), WORKSPACE);
      writeFileSync(join(workspace, 'policies', 'strict.yaml'), STRICT);
      vi.useFakeTimers({ toFake: ['Date'], now: START });
      await api.apply(documentsOf(SHOP));
    }, 120_000);
    afterAll(async () => {
      vi.useRealTimers();
      vi.unstubAllEnvs();
      await api?.stop();
      rmSync(home, { recursive: true, force: true });
    });

    const documentsOf = (path: string): readonly JsonObject[] =>
      parseAllDocuments(readFileSync(path, 'utf8')).map((document) => document.toJS() as JsonObject);
    const run = (command: string, ...more: readonly string[]): Promise<CliResult> => runCliHere([...command.split(' '), ...more]);
    async function done(command: string, ...more: readonly string[]): Promise<string> {
      const { code, stdout, stderr } = await run(command, ...more);
      expect(`${command}: ${code} ${code === 0 ? '' : stdout + stderr}`).toBe(`${command}: 0 `);
      return stdout;
    }
    /** Findings are no failure of a scan. */
    async function scan(): Promise<void> {
      const { code, stderr } = await run('scan --context shop-prod -p strict --quiet');
      if (code !== 0 && code !== 2) throw new Error(stderr);
    }
    const onDay = (day: number): void => {
      vi.setSystemTime(START + day * DAY);
    };
    async function until<T>(what: string, ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
      for (let turn = 0; turn < 240; turn += 1) {
        const answer = await ask();
        if (holds(answer)) return answer;
        await new Promise((resume) => setTimeout(resume, 250));
      }
      throw new Error(`never: ${what}`);
    }
    const created = (object: JsonObject, dryRun = false): Promise<ApiResponse> =>
      api.request('POST', `${DEPLOYMENTS}${dryRun ? '?dryRun=All' : ''}`, object);
    const said = ({ body }: ApiResponse): string => JSON.stringify(body);
    const replicas = (name: string): Promise<number> =>
      api
        .request('GET', `${DEPLOYMENTS}/${name}`)
        .then(({ body }) => (body as { status?: { replicas?: number } }).status?.replicas ?? 0);
    const podsOf = (name: string): Promise<readonly string[]> =>
      api
        .request('GET', `/api/v1/namespaces/shop/pods?labelSelector=app%3D${name}`)
        .then(({ body }) => (body as { items: readonly { metadata: { name: string } }[] }).items.map((pod) => pod.metadata.name));
    const exported = (folder: string): string => join(home, folder, 'validating-admission-policies.yaml');
    const drift = async (): Promise<DriftView> =>
      JSON.parse((await run(`enforce drift -p ${BASELINE} --failure-policy Ignore -o json`)).stdout) as DriftView;

    it('begins with a baseline of what holds', { timeout: 60_000 }, async () => {
      await scan();
      const proposed = await done(`policy baseline ${BASELINE} --apply --reason`, 'it holds');
      expect(proposed).toContain(BASELINE);
      expect(proposed).not.toContain('fails anywhere');
    });

    it('warns of what violates it, and admits it', { timeout: 90_000 }, async () => {
      await done(`enforce export -p ${BASELINE} --mode warn --out ${join(home, 'warn')}`);
      await api.apply(documentsOf(exported('warn')));
      const risky = deployment('risky', { privileged: true });
      const warned = await until(
        'a warning',
        () => created(risky, true),
        ({ warnings }) => warnings.length > 0,
      );
      expect(warned.status).toBe(201);
      const answer = await created(risky);
      expect(answer.status).toBe(201);
      expect(answer.warnings.join()).toMatch(/'plimsoll-no-privileged' with binding 'plimsoll-warn-\w+': container risky/);
      expect((await created(deployment('sound'), true)).warnings).toEqual([]);
      await until(
        'Pods of risky',
        () => replicas('risky'),
        (count) => count === 2,
      );
    });

    it('takes in a rule that has held for a week', { timeout: 120_000 }, async () => {
      expect((await run(`promote memory-limit --to ${BASELINE} --reason`, 'too early')).code).not.toBe(0);
      // Nothing runs Pods here, so that a rolling update would never end.
      await api.request('DELETE', `${DEPLOYMENTS}/cart`);
      await until(
        'the ReplicaSet of cart is gone',
        () => api.request('GET', '/apis/apps/v1/namespaces/shop/replicasets?labelSelector=app%3Dcart'),
        ({ body }) => (body as { items: readonly unknown[] }).items.length === 0,
      );
      expect((await created(deployment('cart'))).status).toBe(201);
      for (let day = 1; day <= 8; day += 1) {
        onDay(day);
        await scan();
      }
      await done(`promote memory-limit --to ${BASELINE} --reason`, 'clean for a week');
    });

    it('refuses to export a rule that denies until what it would hit is seen', { timeout: 60_000 }, async () => {
      const file = join(workspace, 'policies', `${BASELINE}.yaml`);
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/\bwarn\b/g, 'deny'));
      const deny = `enforce export -p ${BASELINE} --out ${join(home, 'deny')}`;
      expect((await run(deny)).stderr).toContain('--failure-policy');
      const unseen = await run(`${deny} --failure-policy Ignore`);
      expect(unseen.code).toBe(1);
      expect(unseen.stderr).toContain('no-privileged');
      expect(unseen.stderr).toContain('risky');
      const replayed = await run(`enforce replay -p ${BASELINE}`);
      expect(replayed.code).toBe(2);
      expect(replayed.stdout).toMatch(/denied\s+no-privileged\s+Deployment shop\/risky\s+container risky/);
      await done(`${deny} --failure-policy Ignore --yes`);
    });

    it('refuses what violates it, by the message of the rule', { timeout: 90_000 }, async () => {
      await api.apply(documentsOf(exported('deny')));
      const before = parseAllDocuments(readFileSync(join(home, 'warn', 'rollback.yaml'), 'utf8')).map(
        (document) => document.toJS() as { kind: string; metadata: { name: string } },
      );
      // The bindings that warned go: the policies stay, under the same names.
      for (const { kind, metadata } of before)
        if (kind === 'ValidatingAdmissionPolicyBinding')
          await api.request('DELETE', `/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/${metadata.name}`);
      const greedy = deployment('greedy', { memory: false });
      const refused = await until(
        'a refusal',
        () => created(greedy, true),
        ({ status }) => status === 422,
      );
      expect(said(refused)).toContain("'plimsoll-memory-limit'");
      expect(said(refused)).toContain('container greedy has no memory limit');
      expect((await created(greedy)).status).toBe(422);
      expect((await created(deployment('risky-too', { privileged: true }))).status).toBe(422);
      expect((await created(deployment('sound'))).status).toBe(201);
    });

    it('lets what violated it before be scaled, and its Pods come up', { timeout: 90_000 }, async () => {
      const scaled = await api.request(
        'PATCH',
        `${DEPLOYMENTS}/risky`,
        { spec: { replicas: 3 } },
        { contentType: 'application/merge-patch+json' },
      );
      expect(scaled.status).toBe(200);
      await until(
        'a third Pod of risky',
        () => replicas('risky'),
        (count) => count === 3,
      );
      const old = await podsOf('risky');
      await api.request('DELETE', '/api/v1/namespaces/shop/pods?labelSelector=app%3Drisky', { gracePeriodSeconds: 0 });
      await until(
        'other Pods of risky',
        () => podsOf('risky'),
        (names) => names.length === 3 && names.every((name) => !old.includes(name)),
      );
      const image = { spec: { template: { spec: { containers: [{ name: 'risky', image: 'registry.example/shop:2.5.0' }] } } } };
      const changed = await api.request('PATCH', `${DEPLOYMENTS}/risky`, image, {
        contentType: 'application/strategic-merge-patch+json',
      });
      expect(changed.status).toBe(422);
      expect(said(changed)).toContain("'plimsoll-no-privileged'");
    });

    it('passes what is waived until the waiver ends, and drift says so', { timeout: 180_000 }, async () => {
      const agent = deployment('agent', { privileged: true });
      await scan();
      expect((await drift()).rows.filter(({ state }) => state !== 'same')).toEqual([]);
      await done('waive no-privileged --object Deployment/shop/agent --expires 2026-03-12 --reason', 'it loads a module');
      const again = `enforce export -p ${BASELINE} --failure-policy Ignore --yes --out ${join(home, 'deny')}`;
      expect((await run(`enforce check ${join(home, 'deny')} -p ${BASELINE} --failure-policy Ignore`)).code).toBe(2);
      await done(again);
      await done(`enforce check ${join(home, 'deny')} -p ${BASELINE} --failure-policy Ignore`);
      await api.apply(documentsOf(exported('deny')));
      await until(
        'the waiver',
        () => created(agent, true),
        ({ status }) => status === 201,
      );
      expect((await created(agent)).status).toBe(201);
      await until(
        'Pods of agent',
        () => replicas('agent'),
        (count) => count === 2,
      );
      await scan();
      expect((await drift()).rows.filter(({ state }) => state !== 'same')).toEqual([]);

      onDay(12);
      await scan();
      const ended = await drift();
      expect(ended.rows.find(({ state }) => state === 'expired')).toMatchObject({ name: 'plimsoll-no-privileged' });
      expect((await run(`enforce check ${join(home, 'deny')} -p ${BASELINE} --failure-policy Ignore`)).code).toBe(2);
      await done(again);
      await api.apply(documentsOf(exported('deny')));
      await until(
        'the end of the waiver',
        () => created({ ...agent, metadata: { name: 'agent-too', namespace: 'shop' } }, true),
        ({ status }) => status === 422,
      );
      await api.request('DELETE', `${DEPLOYMENTS}/agent`);
      await until(
        'the refusal of what was waived',
        () => created(agent, true),
        ({ status }) => status === 422,
      );
      await scan();
      expect((await drift()).rows.filter(({ state }) => state !== 'same')).toEqual([]);
    });

    it('sees what somebody changed or took away by hand, and what is of others', { timeout: 90_000 }, async () => {
      const policies = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies';
      const patched = await api.request(
        'PATCH',
        `${policies}/plimsoll-memory-limit`,
        { spec: { matchConditions: [{ name: 'off', expression: 'false' }] } },
        { contentType: 'application/merge-patch+json' },
      );
      expect(patched.status).toBe(200);
      expect((await api.request('DELETE', `${policies}/plimsoll-cpu-limit`)).status).toBe(200);
      await api.apply([
        {
          apiVersion: 'admissionregistration.k8s.io/v1',
          kind: 'ValidatingAdmissionPolicy',
          metadata: { name: 'ours-three-replicas' },
          spec: {
            matchConstraints: {
              resourceRules: [
                { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['deployments'] },
              ],
            },
            validations: [{ expression: 'object.spec.replicas >= 3', message: 'three at least' }],
          },
        },
        {
          apiVersion: 'admissionregistration.k8s.io/v1',
          kind: 'ValidatingAdmissionPolicyBinding',
          metadata: { name: 'ours-three-replicas' },
          spec: { policyName: 'ours-three-replicas', validationActions: ['Warn'] },
        },
      ]);
      await scan();
      const { rows, counts } = await drift();
      const stateOf = (name: string) => rows.find((row) => row.name === name)?.state;
      expect(stateOf('plimsoll-memory-limit')).toBe('changed');
      expect(stateOf('plimsoll-cpu-limit')).toBe('missing');
      expect(counts.foreign).toBeGreaterThanOrEqual(1);
      const foreign = rows.find(({ name, simulated }) => name === 'ours-three-replicas' && simulated !== undefined);
      // cart and sound have two replicas, ledger one, risky three.
      expect(foreign?.simulated?.counts).toMatchObject({ warned: 3, denied: 0 });
    });
  },
);
