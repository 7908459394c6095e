import { describe, expect, it } from 'vitest';
import type { FactFinding, ScanObject } from '#core/inventory/model.ts';
import { policyRules, project } from '#core/policy/project.ts';
import type { Projection } from '#core/policy/project.ts';
import { LIBRARY, objectOf, ownedBy, POLICY, POLICY_RULES, RULE_SET, RULES, seen } from '#core/policy/small-scan.fixture.ts';

const deployment = (verdict: 'pass' | 'fail' | 'notApplicable', more: Partial<ScanObject> = {}) =>
  objectOf('apps/Deployment', 'web', { limits: verdict }, { uid: 'd', ...more });
const replicaSet = (verdict: 'pass' | 'fail', more: Partial<ScanObject> = {}) =>
  objectOf(
    'apps/ReplicaSet',
    'web-1',
    { limits: verdict },
    { uid: 'r', owner: { kind: 'Deployment', name: 'web', uid: 'd' }, ...more },
  );
const pod = (verdict: 'pass' | 'fail' | 'error' | 'notEvaluated', name = 'web-1-a', more: Partial<ScanObject> = {}) =>
  objectOf('Pod', name, { limits: verdict }, { uid: name, owner: { kind: 'ReplicaSet', name: 'web-1', uid: 'r' }, ...more });

const counts = (projection: Projection) => projection.rules[0]?.counts;
const judged = (projection: Projection) =>
  projection.judgements.map(({ object, verdict, owned }) => [object.name, verdict, owned]);

describe('an owned object is counted at its owner', () => {
  it('once, at the topmost owner that fails too', () => {
    const { projection } = seen([deployment('fail'), replicaSet('fail'), pod('fail'), pod('fail', 'web-1-b')]);
    expect(judged(projection)).toEqual([['web', 'fail', 3]]);
    expect(counts(projection)).toMatchObject({ fail: 1, pass: 0 });
    expect(projection).toMatchObject({ objects: 1, owned: 3 });
  });

  it('at the topmost one that was read', () => {
    expect(judged(seen([replicaSet('fail'), pod('fail')]).projection)).toEqual([['web-1', 'fail', 1]]);
    expect(judged(seen([pod('fail')]).projection)).toEqual([['web-1-a', 'fail', 0]]);
  });

  it('or in the middle, where a rollout left an old template behind', () => {
    const { projection } = seen([deployment('pass'), replicaSet('fail'), pod('fail')]);
    expect(judged(projection)).toEqual([['web-1', 'fail', 1]]);
    expect(counts(projection)).toMatchObject({ fail: 1, pass: 1 });
  });

  it('unless every owner passes: a container injected at admission stays the Pod’s', () => {
    const { projection } = seen([deployment('pass'), replicaSet('pass'), pod('fail')]);
    expect(judged(projection)).toEqual([['web-1-a', 'fail', 0]]);
    expect(counts(projection)).toMatchObject({ fail: 1, pass: 1 });
  });

  it('place by place: what only the Pod has stays the Pod’s although its owner fails elsewhere', () => {
    const at = (path: string): FactFinding => ({ rule: 0, path });
    const owner = deployment('fail', { findings: [at('spec.template.spec.containers[name=web].resources')] });
    const one = pod('fail', 'a', {
      owner: { kind: 'Deployment', name: 'web', uid: 'd' },
      findings: [at('spec.containers[name=web].resources'), at('spec.containers[name=injected].resources')],
    });
    const { projection, findings } = seen([owner, one]);
    expect(judged(projection)).toEqual([
      ['web', 'fail', 1],
      ['a', 'fail', 0],
    ]);
    expect(findings.map(({ path }) => path)).toEqual([
      'spec.template.spec.containers[name=web].resources',
      'spec.containers[name=injected].resources',
    ]);
  });

  it('and what could not be judged stays open, whatever its owners say', () => {
    for (const verdict of ['error', 'notEvaluated'] as const) {
      expect(
        judged(
          seen([deployment('pass'), pod(verdict, 'a', { owner: { kind: 'Deployment', name: 'web', uid: 'd' } })]).projection,
        ),
      ).toEqual([['a', verdict, 0]]);
    }
  });

  it('with passes too, but where the rule says nothing of the owner', () => {
    const owner = { kind: 'Deployment', name: 'web', uid: 'd' };
    expect(counts(seen([deployment('pass'), pod('pass', 'a', { owner })]).projection)).toMatchObject({ pass: 1 });
    expect(counts(seen([deployment('notApplicable'), pod('pass', 'a', { owner })]).projection)).toMatchObject({
      pass: 1,
      notApplicable: 1,
    });
  });
});

describe('a ReplicaSet with no replicas', () => {
  const idle = replicaSet('fail', { idle: true });

  it('is left out of all counts', () => {
    const { projection } = seen([deployment('pass'), idle]);
    expect(counts(projection)).toMatchObject({ pass: 1, fail: 0 });
    expect(projection).toMatchObject({ objects: 1, owned: 0 });
  });

  it('speaks for none of its Pods: one that still runs and fails is counted', () => {
    expect(judged(seen([deployment('pass'), idle, pod('fail')]).projection)).toEqual([['web-1-a', 'fail', 0]]);
    expect(judged(seen([deployment('fail'), idle, pod('fail')]).projection)).toEqual([['web', 'fail', 1]]);
  });
});

describe('owners that make no sense', () => {
  const fail = { limits: 'fail' } as const;

  it('own nothing in a circle: each failure is counted', () => {
    const a = objectOf('Pod', 'a', fail, { uid: 'a', owner: { kind: 'Pod', name: 'b', uid: 'b' } });
    const b = objectOf('Pod', 'b', fail, { uid: 'b', owner: { kind: 'Pod', name: 'a', uid: 'a' } });
    const self = objectOf('Pod', 'self', fail, { uid: 's', owner: { kind: 'Pod', name: 'self', uid: 's' } });
    expect(judged(seen([a, b, self]).projection)).toEqual([
      ['a', 'fail', 0],
      ['b', 'fail', 0],
      ['self', 'fail', 0],
    ]);
  });

  it('and what hangs on a circle is counted in it', () => {
    const a = objectOf('Pod', 'a', fail, { uid: 'a', owner: { kind: 'Pod', name: 'b', uid: 'b' } });
    const b = objectOf('Pod', 'b', { limits: 'pass' }, { uid: 'b', owner: { kind: 'Pod', name: 'a', uid: 'a' } });
    const child = objectOf('Pod', 'child', fail, { uid: 'c', ...ownedBy(b) });
    expect(judged(seen([child, a, b]).projection)).toEqual([['a', 'fail', 1]]);
  });

  it('need a name of their own: no uid is no owner', () => {
    const nameless = objectOf('apps/Deployment', 'web', fail, { uid: '' });
    expect(judged(seen([nameless, objectOf('Pod', 'p', fail, ownedBy(nameless))]).projection)).toHaveLength(2);
  });
});

describe('a waiver', () => {
  const waived = (waivers: Record<string, string>) => objectOf('Pod', 'web', { limits: 'fail', secrets: 'fail' }, { waivers });

  it.each(['limits', 'LIMITS_KEY'])('by %s turns a failure into `waived`, never into a pass', (name) => {
    const { projection, findings } = seen([waived({ [name]: 'until March' })]);
    expect(counts(projection)).toMatchObject({ waived: 1, pass: 0, fail: 0 });
    expect(findings.map(({ rule, verdict, reason }) => [rule.rule.id, verdict, reason])).toEqual([
      ['limits', 'waived', 'until March'],
      ['secrets', 'fail', undefined],
    ]);
  });

  it('changes nothing of any other verdict', () => {
    for (const verdict of ['pass', 'error', 'notEvaluated', 'notApplicable'] as const) {
      const { projection } = seen([objectOf('Pod', 'web', { limits: verdict }, { waivers: { limits: 'x' } })]);
      expect(counts(projection)).toMatchObject({ waived: 0, [verdict]: 1 });
    }
  });

  it('is read from own names only', () => {
    const { projection } = seen(
      [waived({})],
      policyRules(
        { ...POLICY, rules: { limits: { mode: 'deny' } } },
        RULES.map((rule) => ({ ...rule, aliases: { datree: ['constructor', 'toString'] } })),
        RULE_SET,
      ),
    );
    expect(counts(projection)).toMatchObject({ waived: 0, fail: 1 });
  });

  it('of the owner covers what it owns', () => {
    const owner = deployment('fail', { waivers: { limits: 'known' } });
    expect(judged(seen([owner, replicaSet('fail'), pod('fail')]).projection)).toEqual([['web', 'waived', 2]]);
  });
});

describe('the rules of a policy', () => {
  it('are those that it switches on and the facts know, with its words on them', () => {
    const policy = {
      ...POLICY,
      rules: { limits: { mode: 'audit', severity: 'high', message: 'set a limit' }, secrets: { mode: 'off' } },
    } as const;
    expect(policyRules(policy, RULES, RULE_SET)).toEqual([
      { rule: RULES[0], index: 0, severity: 'high', message: 'set a limit', mode: 'audit', params: RULES[0]?.params },
    ]);
    expect(
      policyRules(POLICY, RULES, { rules: [{ id: 'secrets', factKey: '' }] }).map(({ rule, index }) => [rule.id, index]),
    ).toEqual([['secrets', 0]]);
    expect(policyRules(POLICY, LIBRARY.rules, { rules: [] })).toEqual([]);
  });

  it('take a verdict that the facts do not have for not applicable, and an unknown code for not evaluated', () => {
    const object = { ...objectOf('Pod', 'web', {}), verdicts: Uint8Array.of(9) };
    expect(project([object], POLICY_RULES).rules.map((row) => [row.counts.notEvaluated, row.counts.notApplicable])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });
});

describe('counts', () => {
  it('stand by namespace too; cluster-scoped objects under the empty name', () => {
    const node = objectOf('Node', 'n1', { secrets: 'pass' });
    const { namespace: _, ...clusterScoped } = node;
    const { projection } = seen([
      clusterScoped,
      objectOf('Pod', 'a', { secrets: 'fail' }),
      objectOf('Pod', 'b', { secrets: 'pass' }, { namespace: 'ops' }),
    ]);
    const secrets = projection.rules[1];
    expect([...(secrets?.byNamespace ?? [])].map(([name, { pass, fail }]) => [name, pass, fail])).toEqual([
      ['', 1, 0],
      ['shop', 0, 1],
      ['ops', 1, 0],
    ]);
    expect(secrets?.counts).toMatchObject({ pass: 2, fail: 1 });
  });
});
