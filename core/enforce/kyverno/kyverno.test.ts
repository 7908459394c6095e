import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { denyingPlan, mixedPlan } from '#core/enforce/export.fixture.ts';
import { exceptionObject } from '#core/enforce/kyverno/exceptions.ts';
import { clusterPolicyObject } from '#core/enforce/kyverno/legacy.ts';
import { policyObject } from '#core/enforce/kyverno/objects.ts';
import type { EnforcementPlan, PlannedRule } from '#core/enforce/model.ts';
import { plannedRule } from '#core/enforce/request.fixture.ts';
import { at } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import type { Waiver } from '#core/workspace/model.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { kyvernoApply } from '#test/kyverno.ts';

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library = shipped.value;
const V1 = { version: 'v1', waivers: 'dated' } as const;

const ruleOf = ({ rules }: EnforcementPlan, id: string): PlannedRule => {
  const found = rules.find(({ rule }) => rule === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
};
const made = mixedPlan(library);
const policies = (id: string, from = made): readonly JsonObject[] =>
  ruleOf(from, id).actions.map((action) => policyObject(from, ruleOf(from, id), action, 'bundle', V1));

describe('a ValidatingPolicy', () => {
  it('is one for each action of a rule, in namespaces of its own', () => {
    const [warning, denying] = policies('no-private-key');
    const key = 'kubernetes.io/metadata.name';
    expect(warning).toMatchObject({
      metadata: { name: 'plimsoll-no-private-key-warn' },
      spec: {
        validationActions: ['Warn', 'Audit'],
        matchConstraints: {
          namespaceSelector: { matchExpressions: [{ key, operator: 'NotIn', values: ['kube-system', 'payments'] }] },
        },
      },
    });
    expect(denying).toMatchObject({
      metadata: { name: 'plimsoll-no-private-key-deny' },
      spec: {
        validationActions: ['Deny'],
        matchConstraints: {
          namespaceSelector: {
            matchExpressions: [
              { key, operator: 'In', values: ['payments'] },
              { key, operator: 'NotIn', values: ['kube-system'] },
            ],
          },
          resourceRules: [{ scope: 'Namespaced' }, { scope: 'Namespaced', resources: ['pods/ephemeralcontainers'] }],
        },
      },
    });
    const [auditing] = policies('no-private-key', mixedPlan(library, { steps: [{ mode: 'audit' }] }));
    expect(at(auditing ?? {}, 'spec', 'validationActions')).toEqual(['Audit']);
  });

  it('lets a waiver of whole objects end by itself, on the day after its last', () => {
    const [policy] = policies('replicas-min-two');
    const conditions = at(policy ?? {}, 'spec', 'matchConditions') as unknown as readonly { name: string; expression: string }[];
    const waived = conditions.filter(({ name }) => name === 'not-waived').map(({ expression }) => expression);
    expect(waived).toHaveLength(1);
    expect(waived[0]).toContain("time.now() < timestamp('2027-03-01T00:00:00Z')");
    expect(waived[0]).toContain("object.metadata.name == 'cart'");
    expect(waived[0]).toContain("matches('^legacy-.*$')");
  });

  it('never ends an expression in what Kyverno 1.19 gives another type', () => {
    for (const { expression, conditions } of denyingPlan(library).rules)
      for (const text of [expression, ...conditions.map((one) => one.expression)])
        expect(text.trim()).not.toMatch(/\.orValue\([^()]*\)$/);
  });

  it('is never what Kyverno makes further rules of', () => {
    for (const rule of denyingPlan(library).rules)
      for (const action of rule.actions) {
        const policy = policyObject(made, rule, action, 'bundle', V1);
        expect(at(policy, 'spec', 'autogen', 'podControllers', 'controllers')).toEqual([]);
        const rules = at(policy, 'spec', 'matchConstraints', 'resourceRules') as unknown as readonly {
          resources: readonly string[];
        }[];
        expect(rules.length === 1 && rules[0]?.resources.includes('pods')).toBe(false);
      }
  });
});

describe('a PolicyException', () => {
  it('has one condition, its end, and the reason', () => {
    const rule = ruleOf(made, 'replicas-min-two');
    const [dated, endless] = rule.objectWaivers.map((one) => exceptionObject(rule, one, 'exceptions'));
    expect(dated).toMatchObject({
      metadata: { namespace: 'exceptions' },
      spec: {
        policyRefs: [
          { kind: 'ValidatingPolicy', name: 'plimsoll-replicas-min-two-warn' },
          { kind: 'ValidatingPolicy', name: 'plimsoll-replicas-min-two-deny' },
        ],
        matchConditions: [{ name: 'waived' }],
        expiresAt: '2027-03-01T00:00:00Z',
        reportResult: 'skip',
        properties: { waiver: 'w3', reason: 'it holds a lock', owner: 'ada' },
      },
    });
    expect(at(dated ?? {}, 'spec', 'matchConditions')).toHaveLength(1);
    expect(at(endless ?? {}, 'spec', 'expiresAt')).toBeUndefined();
  });
});

describe.skipIf(!requireEnvtest(['kyverno']).available)('with the real Kyverno', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-kyverno-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const deployment = (name: string, namespace: string): JsonObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { replicas: 1, template: { spec: { containers: [{ name: 'web', image: 'web:1' }] } } },
  });
  const waiver = (name: string, expires?: string): Waiver => ({
    id: `w-${name}`,
    rule: 'replicas-min-two',
    object: { group: 'apps', kind: 'Deployment', namespace: 'shop', name },
    reason: 'for the test',
    ...(expires === undefined ? {} : { expires }),
  });
  // Planned on a day on which both count; judged on one on which one has ended.
  const waivers = [waiver('endless'), waiver('ended', '2020-01-31'), waiver('dated', '2999-12-31')];
  const rule = plannedRule(library, 'replicas-min-two', {}, { waivers, today: '2020-01-01' });
  const [action] = rule.actions;
  if (action === undefined) throw new Error('no action');
  const objects = ['endless', 'ended', 'dated', 'other'].map((name) => deployment(name, 'shop'));
  const failing = async (name: string, policy: JsonObject, exceptions: readonly JsonObject[] = [], sent = objects) =>
    (await kyvernoApply(join(folder, name), [policy], sent, exceptions))
      .filter(({ result }) => result !== 'pass' && result !== 'skip')
      .map(({ result, resources }) => `${resources?.[0]?.name} ${result}`)
      .toSorted();

  it('waivers count until their end, as conditions', { timeout: 120_000 }, async () => {
    expect(await failing('dated', policyObject(made, rule, action, 'b', V1))).toEqual(['ended fail', 'other fail']);
  });

  it('waivers count until their end, as exceptions', { timeout: 120_000 }, async () => {
    const policy = policyObject(made, rule, action, 'b', { version: 'v1', waivers: 'exceptions' });
    const exceptions = rule.objectWaivers.map((one) => exceptionObject(rule, one, 'plimsoll'));
    expect(await failing('exceptions', policy, exceptions)).toEqual(['ended fail', 'other fail']);
    expect(await failing('no-exceptions', policy)).toEqual(['dated fail', 'ended fail', 'endless fail', 'other fail']);
  });

  it('v1beta1 and the legacy ClusterPolicy say the same, without an end', { timeout: 120_000 }, async () => {
    const beta = policyObject(made, rule, action, 'b', { version: 'v1beta1', waivers: 'undated' });
    expect(await failing('beta', beta)).toEqual(['other fail']);
    expect(await failing('legacy', clusterPolicyObject(made, rule, action, 'b'))).toEqual(['other fail']);
  });

  it('a rule on Pods alone says nothing of workloads', { timeout: 120_000 }, async () => {
    const dear = plannedRule(library, 'memory-limit');
    const pods = dear.match.rules
      .filter(({ kinds }) => kinds.includes('Pod'))
      .map((one) => ({
        ...one,
        resources: one.resources.filter((resource) => resource.startsWith('pods')),
        kinds: ['Pod'],
      }));
    const policy = policyObject(made, { ...dear, match: { ...dear.match, rules: pods } }, action, 'b', V1);
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { containers: [{ name: 'web', image: 'web:1' }] },
    };
    expect(await failing('pods', policy, [], [pod, deployment('work', 'shop')])).toEqual(['web fail']);
  });
});
