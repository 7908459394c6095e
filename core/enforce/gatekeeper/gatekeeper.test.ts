import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { denyingPlan, mixedPlan } from '#core/enforce/export.fixture.ts';
import { gatekeeperPlan } from '#core/enforce/gatekeeper/index.ts';
import { constraintKind, constraintObject, gatekeeperConditions, templateObject } from '#core/enforce/gatekeeper/objects.ts';
import { at, textAt } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { gatorVerify } from '#test/gator.ts';
import type { GatorCase } from '#test/gator.ts';

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library = shipped.value;
const made = mixedPlan(library);
const ruleOf = (id: string, from = made) => {
  const found = from.rules.find(({ rule }) => rule === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
};
const constraints = (id: string): readonly JsonObject[] =>
  ruleOf(id).actions.map((action) => constraintObject(made, ruleOf(id), action));
const source = (id: string): JsonObject => {
  const [target] = at(templateObject(made, ruleOf(id), 'bundle'), 'spec', 'targets') as unknown as readonly [
    { code: readonly [{ engine: string; source: JsonObject }] },
  ];
  expect(target.code.map(({ engine }) => engine)).toEqual(['K8sNativeValidation']);
  return target.code[0].source;
};

describe('a ConstraintTemplate', () => {
  it('is named as its kind in lower case, and no two are alike', () => {
    const names = library.rules.map(({ id }) => constraintKind(id));
    expect(constraintKind('memory-limit')).toBe('PlimsollMemoryLimit');
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[A-Z][A-Za-z0-9]{0,62}$/);
    const template = templateObject(made, ruleOf('no-host-port'), 'bundle');
    expect(textAt(template, 'metadata', 'name')).toBe('plimsollnohostport');
    expect(at(template, 'spec', 'crd', 'spec', 'names')).toEqual({ kind: 'PlimsollNoHostPort' });
  });

  it('has its conditions where Gatekeeper reads them, makes no other policies, and fails as planned', () => {
    expect(Object.keys(source('no-host-port'))).toContain('matchCondition');
    expect(Object.keys(source('no-host-port'))).not.toContain('matchConditions');
    expect(source('no-host-port')).toMatchObject({ generateVAP: false, failurePolicy: 'Ignore' });
    const failing = mixedPlan(library, { failurePolicy: 'Fail' });
    expect(JSON.stringify(templateObject(failing, ruleOf('no-host-port', failing), 'b'))).toContain('"failurePolicy":"Fail"');
  });

  it('uses nothing that Gatekeeper does not know', () => {
    for (const rule of denyingPlan(library).rules) {
      const text = JSON.stringify(templateObject(made, rule, 'bundle'));
      expect(text).not.toMatch(/\bparams\b|\bauthorizer\b|namespaceObject/);
      for (const { name } of rule.variables) expect(name).not.toMatch(/^(params|anyObject|variables|gatekeeper_internal_.*)$/);
    }
  });

  it('judges what is created and updated, and what audits look at; of all kinds no subresource, lease or event', () => {
    const conditions = gatekeeperConditions(ruleOf('no-private-key'));
    expect(conditions.map(({ name }) => name)).toEqual([
      'judged-operation',
      'no-subresource',
      'not-excepted',
      'not-being-deleted',
      'not-by-a-controller',
      'changed',
      'not-in-excluded-namespaces',
    ]);
    expect(conditions[0]?.expression).toBe("request.operation in ['', 'CREATE', 'UPDATE']");
    const once = gatekeeperConditions(ruleOf('no-default-namespace', denyingPlan(library)));
    expect(once[0]?.expression).toBe("request.operation in ['', 'CREATE']");
  });
});

describe('constraints', () => {
  it('say what happens, where, and to which kinds', () => {
    const [warning, denying] = constraints('no-private-key');
    expect(warning).toMatchObject({
      kind: 'PlimsollNoPrivateKey',
      metadata: { name: 'plimsoll-no-private-key-warn' },
      spec: {
        enforcementAction: 'warn',
        match: { kinds: [{ apiGroups: ['*'], kinds: ['*'] }], excludedNamespaces: ['kube-system', 'payments'] },
      },
    });
    expect(denying).toMatchObject({
      spec: {
        enforcementAction: 'deny',
        match: { scope: 'Namespaced', namespaces: ['payments'], excludedNamespaces: ['kube-system'] },
      },
    });
    const audit = mixedPlan(library, { steps: [{ mode: 'audit' }] });
    const [only] = ruleOf('no-host-port', audit).actions.map((action) =>
      constraintObject(audit, ruleOf('no-host-port', audit), action),
    );
    expect(at(only ?? {}, 'spec', 'enforcementAction')).toBe('dryrun');
    expect(at(only ?? {}, 'spec', 'match', 'kinds')).toContainEqual({ apiGroups: ['batch'], kinds: ['CronJob', 'Job'] });
  });
});

describe('what costs more than Gatekeeper gives', () => {
  const whole = denyingPlan(library);

  it('is nothing that ships', () => {
    expect(gatekeeperPlan(whole)).toEqual(whole);
  });

  it('is left out, with the reason', () => {
    const dear = ruleOf('image-tag-explicit', whole);
    const costly = {
      ...dear,
      maxCost: 1_000_000,
      expression: Array.from({ length: 80 }, () => `(${dear.expression})`).join(' && '),
    };
    const { rules, skipped } = gatekeeperPlan({ ...whole, rules: [costly, ruleOf('cpu-limit', whole)] });
    expect(rules.map(({ rule }) => rule)).toEqual(['cpu-limit']);
    expect(skipped).toEqual([
      {
        rule: 'image-tag-explicit',
        title: dear.title,
        why: 'on a large Pod it costs more than the 1,000,000 units that Gatekeeper gives a template',
      },
    ]);
  });
});

describe.skipIf(!requireEnvtest(['gator']).available)('with the real gator', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-gator-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const pod: JsonObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'shop', ownerReferences: [{ kind: 'ReplicaSet', name: 'web', controller: true }] },
    spec: { containers: [{ name: 'web', image: 'web:1' }] },
  };
  const review = (request: JsonObject): JsonObject => ({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '1',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      name: 'web',
      namespace: 'shop',
      userInfo: { username: 'ada' },
      ...request,
    },
  });
  const says = ['container web has no memory limit'];
  const controller = { username: 'system:serviceaccount:kube-system:replicaset-controller' };

  it(
    'objects that go are let go, controllers make what is judged itself, and audits have no user',
    { timeout: 120_000 },
    async () => {
      const failing = denyingPlan(library, { failurePolicy: 'Fail' });
      const rule = ruleOf('memory-limit', failing);
      const [action] = rule.actions;
      if (action === undefined) throw new Error('no action');
      const cases: readonly GatorCase[] = [
        { name: 'created by a person', object: review({ operation: 'CREATE', object: pod }), says },
        { name: 'created by a controller', object: review({ operation: 'CREATE', object: pod, userInfo: controller }) },
        { name: 'deleted', object: review({ operation: 'DELETE', oldObject: pod }) },
        { name: 'audited', object: pod, says },
        { name: 'without a user', object: review({ operation: 'CREATE', object: pod, userInfo: {} }), says },
      ];
      const suite = {
        name: 'guards',
        template: templateObject(failing, rule, 'b'),
        constraint: constraintObject(failing, rule, action),
        cases,
      };
      expect(await gatorVerify(folder, [suite])).toEqual([]);
    },
  );

  it('leases, events and subresources are none of a rule about all kinds', { timeout: 120_000 }, async () => {
    const failing = denyingPlan(library, { failurePolicy: 'Fail' });
    const rule = ruleOf('no-aws-key', failing);
    const [action] = rule.actions;
    if (action === undefined) throw new Error('no action');
    const holding = (apiVersion: string, kind: string): JsonObject => ({
      apiVersion,
      kind,
      metadata: { name: 'web', namespace: 'shop', annotations: { key: 'AKIAIOSFODNN7EXAMPLE' } },
    });
    const asked = (group: string, kind: string, resource: string, more: JsonObject = {}) =>
      review({
        operation: 'CREATE',
        kind: { group, version: 'v1', kind },
        resource: { group, version: 'v1', resource },
        object: holding(group === '' ? 'v1' : `${group}/v1`, kind),
        ...more,
      });
    const cases: readonly GatorCase[] = [
      {
        name: 'an object',
        object: asked('', 'ConfigMap', 'configmaps'),
        says: ['ConfigMap web holds an AWS access key in plain text'],
      },
      { name: 'a lease', object: asked('coordination.k8s.io', 'Lease', 'leases') },
      { name: 'an event', object: asked('', 'Event', 'events') },
      { name: 'a subresource', object: asked('apps', 'Scale', 'deployments', { subResource: 'scale' }) },
    ];
    const suite = {
      name: 'kinds',
      template: templateObject(failing, rule, 'b'),
      constraint: constraintObject(failing, rule, action),
      cases,
    };
    expect(await gatorVerify(join(folder, 'any'), [suite])).toEqual([]);
  });
});
