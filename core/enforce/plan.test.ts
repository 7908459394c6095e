import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SYSTEM_NAMESPACES } from '#core/enforce/model.ts';
import { plan } from '#core/enforce/plan.ts';
import { OPTIONS, outcomeOf, plannedRule } from '#core/enforce/request.fixture.ts';
import type { JsonObject } from '#core/json.ts';
import { findPolicy } from '#core/policy/policies.ts';
import { scopeTest } from '#core/policy/scope.ts';
import type { Library, Rule } from '#core/rules/model.ts';
import { loadShippedLibrary } from '#main/library.ts';

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library: Library = shipped.value;
const every = findPolicy(library, 'all');
if (!every.ok) throw new Error('no policy all');
const all = every.value;

const container = (name: string, memory?: string): JsonObject => ({
  name,
  image: 'web:1',
  ...(memory === undefined ? {} : { resources: { limits: { memory } } }),
});
const deployment = (containers: readonly JsonObject[], extra: JsonObject = {}, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', ...metadata },
  spec: { replicas: 2, ...extra, template: { spec: { containers } } },
});

/** The library with one rule changed. */
const withRule = (id: string, changed: Partial<Rule>): Library => ({
  ...library,
  rules: library.rules.map((rule) => (rule.id === id ? { ...rule, ...changed } : rule)),
});
const planOfAll = (changed: Library, options: Partial<typeof OPTIONS> = {}) => plan(all, changed, { ...OPTIONS, ...options });

describe('a plan', () => {
  it('has every rule that is on, planned or skipped, in the order of the library', () => {
    const { rules, skipped } = planOfAll(library);
    expect(rules.map(({ rule }) => rule)).toEqual(library.rules.map(({ id }) => id));
    expect(skipped).toEqual([]);
    const off = plan({ ...all, rules: { 'cpu-limit': { mode: 'off' } } }, library, OPTIONS);
    expect([off.rules, off.skipped]).toEqual([[], []]);
  });

  it('is the same whenever it is made', () => {
    expect(planOfAll(library)).toEqual(planOfAll(library));
  });

  it('suits the oldest server with ValidatingAdmissionPolicy v1, and the two before', () => {
    expect(planOfAll(library, { minor: 28 }).skipped).toEqual([
      expect.objectContaining({ rule: 'pss-host-probes', why: 'it has nothing to judge at Kubernetes 1.28' }),
      expect.objectContaining({ rule: 'pss-proc-mount-restricted' }),
    ]);
  });

  it('is written for one version where rules depend on it, and says which', () => {
    const ofSysctls = (minor?: number) =>
      planOfAll(library, minor === undefined ? {} : { minor }).rules.find(({ rule }) => rule === 'pss-sysctls');
    expect(ofSysctls(31)?.expression).not.toContain('tcp_rmem');
    expect(ofSysctls(32)?.expression).toContain('tcp_rmem');
    expect([ofSysctls(31), ofSysctls(32), ofSysctls()].map((rule) => rule?.judgedAsMinor)).toEqual([31, 32, 37]);
    const others = planOfAll(library, { minor: 31 }).rules.filter(({ rule }) => rule === 'cpu-limit');
    expect(others.map(({ judgedAsMinor }) => judgedAsMinor)).toEqual([undefined]);
  });

  it.each<[string, Partial<Rule>, string]>([
    ['needs other objects', { scope: 'cluster' }, 'it needs other objects of the cluster, and admission sees one object alone'],
    [
      'uses what the server does not know yet',
      { require: 'has(it.host) && isIP(it.host)' },
      'it needs Kubernetes 1.31, and the plan is for 1.30',
    ],
    ['gives no boolean', { require: 'size(it)' }, 'no API server takes it'],
    ['judges kinds that are gone', { match: 'gone' }, 'no API server serves the kinds that it judges any more'],
  ])('skips a rule that %s, and says why', (_, changed, why) => {
    const gone = {
      name: 'gone',
      kinds: [{ group: 'extensions', versions: ['v1beta1'], kind: 'Ingress', resource: 'ingresses', legacy: true as const }],
    };
    const made = withRule('ingress-host-explicit', changed);
    const matchers = { ...made.matchers, matchers: { ...made.matchers.matchers, gone } };
    const { rules, skipped } = planOfAll({ ...made, matchers });
    expect(rules).toHaveLength(library.rules.length - 1);
    expect(skipped.map((one) => [one.rule, one.why.slice(0, why.length)])).toEqual([['ingress-host-explicit', why]]);
  });

  it('takes a rule that a newer server knows, where the cluster is that new', () => {
    const made = withRule('ingress-host-explicit', { require: 'has(it.host) && isIP(it.host)' });
    const { rules } = planOfAll(made, { minor: 31 });
    expect(rules.find(({ rule }) => rule === 'ingress-host-explicit')?.minimumMinor).toBe(31);
  });

  it('writes parameters of the policy into the expression', () => {
    const planned = plannedRule(library, 'replicas-min-two', { params: { lowest: 3 } });
    expect(planned.expression).toContain('>= 3');
    expect(outcomeOf(planned, { object: deployment([]) })).toEqual({
      result: 'fails',
      message: 'Deployment web has fewer than 3 replicas',
    });
  });

  it('never refuses where no rule denies, whatever is chosen for those that do', () => {
    const policies = (steps: (typeof OPTIONS)['steps']) =>
      new Set(
        planOfAll(library, { failurePolicy: 'Fail', ...(steps === undefined ? {} : { steps }) }).rules.map(
          ({ failurePolicy }) => failurePolicy,
        ),
      );
    expect(policies([{ mode: 'warn' }])).toEqual(new Set(['Ignore']));
    expect(policies([{ mode: 'warn' }, { mode: 'deny', namespaces: ['shop'] }])).toEqual(new Set(['Fail']));
  });
});

describe('actions', () => {
  const actions = (mode: 'audit' | 'warn' | 'deny', steps: NonNullable<(typeof OPTIONS)['steps']>) =>
    plannedRule(library, 'memory-limit', { mode }, { steps }).actions;

  it('are what the policy says, everywhere', () => {
    expect(actions('deny', [])).toEqual([{ mode: 'deny' }]);
  });

  it('go no further than the step, and never further than the policy', () => {
    expect(actions('deny', [{ mode: 'audit' }])).toEqual([{ mode: 'audit' }]);
    expect(actions('audit', [{ mode: 'deny' }])).toEqual([{ mode: 'audit' }]);
  });

  it('differ by namespace, each namespace in one', () => {
    const steps = [
      { mode: 'warn' as const },
      { mode: 'deny' as const, namespaces: ['b', 'a'] },
      { mode: 'audit' as const, namespaces: ['c'] },
    ];
    expect(actions('deny', steps)).toEqual([
      { mode: 'warn', exceptNamespaces: ['a', 'b', 'c'] },
      { mode: 'deny', namespaces: ['a', 'b'] },
      { mode: 'audit', namespaces: ['c'] },
    ]);
    expect(actions('warn', steps)).toEqual([
      { mode: 'warn', exceptNamespaces: ['c'] },
      { mode: 'audit', namespaces: ['c'] },
    ]);
  });
});

describe('what is there already', () => {
  const rule = plannedRule(library, 'memory-limit');
  const failing = deployment([container('web')]);

  it('may be scaled, although it fails', () => {
    expect(outcomeOf(rule, { object: deployment([container('web')], { replicas: 9 }), oldObject: failing }).result).toBe(
      'skipped',
    );
  });

  it('is judged once its template changes, and refused if it fails', () => {
    expect(outcomeOf(rule, { object: deployment([container('web'), container('log', '1Gi')]), oldObject: failing }).result).toBe(
      'fails',
    );
    expect(outcomeOf(rule, { object: deployment([container('web', '1Gi')]), oldObject: failing }).result).toBe('passes');
  });

  it('may go', () => {
    const going = deployment([container('log')], {}, { deletionTimestamp: '2026-11-29T00:00:00Z' });
    expect(outcomeOf(rule, { object: going, oldObject: failing }).result).toBe('skipped');
  });

  const user = 'system:serviceaccount:kube-system:replicaset-controller';
  const pod = (owner: JsonObject): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-1', namespace: 'shop', ownerReferences: [owner] },
    spec: { containers: [container('web')] },
  });

  it('gets its Pods from a controller of Kubernetes, but from nobody else', () => {
    const owner = { kind: 'ReplicaSet', name: 'web', controller: true };
    expect(outcomeOf(rule, { object: pod(owner), user }).result).toBe('skipped');
    expect(outcomeOf(rule, { object: pod(owner) }).result).toBe('fails');
    expect(outcomeOf(rule, { object: pod({ ...owner, kind: 'Widget' }), user }).result).toBe('fails');
    expect(outcomeOf(rule, { object: pod({ ...owner, controller: false }), user }).result).toBe('fails');
  });

  it('is updated by a controller of Kubernetes', () => {
    expect(outcomeOf(rule, { object: deployment([container('log')]), oldObject: failing, user }).result).toBe('skipped');
  });

  it('is not asked again where no update can change what the rule looks at', () => {
    expect(plannedRule(library, 'no-default-namespace').match.operations).toEqual(['CREATE']);
  });
});

describe('where a rule counts', () => {
  const patterns = fc.array(fc.constantFrom('shop', 'shop-*', '*-dev', 'a.b', '*', 'kube-system', 's*p'), { maxLength: 3 });
  const scopes = fc.record(
    {
      namespaces: patterns,
      exceptNamespaces: patterns,
      labels: fc.dictionary(fc.constantFrom('team', "o'k"), fc.constantFrom('web', "it's")),
    },
    { requiredKeys: [] },
  );
  const metadata = fc.record(
    {
      namespace: fc.constantFrom('shop', 'shop-prod', 'web-dev', 'aXb', 'sp', 'soap'),
      labels: fc.dictionary(fc.constantFrom('team', "o'k", 'x'), fc.constantFrom('web', "it's")),
    },
    { requiredKeys: [] },
  );

  it('is the scope of the policy, exactly as a scan has it', () => {
    fc.assert(
      fc.property(scopes, metadata, (scope, own) => {
        const rule = plannedRule(library, 'memory-limit', { scope });
        const { namespace: _, ...rest } = deployment([container('web')])['metadata'] as JsonObject;
        const object = { ...deployment([container('web')]), metadata: { ...rest, ...own } };
        const inScope = scopeTest(scope)({
          labels: own.labels ?? {},
          ...(own.namespace === undefined ? {} : { namespace: own.namespace }),
        });
        expect(outcomeOf(rule, { object }).result).toBe(inScope ? 'fails' : 'skipped');
      }),
      { numRuns: 150 },
    );
  });

  it('leaves out excluded namespaces: patterns here, names by the selectors of the targets', () => {
    const rule = plannedRule(library, 'memory-limit', {}, { excludedNamespaces: [...SYSTEM_NAMESPACES, 'team-*'] });
    const at = (namespace: string) => outcomeOf(rule, { object: deployment([container('web')], {}, { namespace }) }).result;
    expect([at('team-a'), at('shop')]).toEqual(['skipped', 'fails']);
  });
});
