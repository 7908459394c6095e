import { describe, expect, it } from 'vitest';
import { differences } from '#core/enforce/drift/compare.ts';
import { driftOf, isUntouched } from '#core/enforce/drift/drift.ts';
import type { DriftInput } from '#core/enforce/drift/drift.ts';
import { plannedRule, OPTIONS } from '#core/enforce/request.fixture.ts';
import { vapObjects } from '#core/enforce/vap/objects.ts';
import { isObject, own } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import { LIBRARY } from '#core/policy/small-scan.fixture.ts';

const rule = plannedRule(LIBRARY, 'limits');
const plan = {
  policy: 'shop',
  minor: 30,
  excludedNamespaces: ['kube-system'],
  rules: [rule],
  skipped: [],
  onUpdate: 'template-changed' as const,
  annotationWaivers: [],
};
const wanted = vapObjects(plan, rule, 'bundle');
const [policy, binding] = wanted;
if (policy === undefined || binding === undefined) throw new Error('a rule has a policy and a binding');

const inside = (object: JsonObject, key: string): JsonObject => {
  const value = own(object, key);
  return isObject(value) ? value : {};
};
const withSpec = (object: JsonObject, more: JsonObject): JsonObject => ({
  ...object,
  spec: { ...inside(object, 'spec'), ...more },
});
const annotated = (object: JsonObject, more: JsonObject): JsonObject => ({
  ...object,
  metadata: {
    ...inside(object, 'metadata'),
    annotations: { ...inside(inside(object, 'metadata'), 'annotations'), ...more },
  },
});

/** As API servers give it back (k8s.io/kubernetes/pkg/apis/admissionregistration/v1/defaults.go). */
const served = (object: JsonObject): JsonObject =>
  object['kind'] === 'ValidatingAdmissionPolicy'
    ? withSpec(object, {
        matchConstraints: {
          ...inside(inside(object, 'spec'), 'matchConstraints'),
          namespaceSelector: {},
          objectSelector: {},
        },
      })
    : withSpec(object, {
        matchResources: {
          ...inside(inside(object, 'spec'), 'matchResources'),
          matchPolicy: 'Equivalent',
          objectSelector: {},
        },
      });

const states = (installed: readonly JsonObject[], more: Partial<DriftInput> = {}) =>
  driftOf({ target: 'vap', wanted, installed, namespaces: new Map(), today: OPTIONS.today, ...more }).map(
    ({ state, kind, detail }) => [state, kind.replace('ValidatingAdmission', ''), detail] as const,
  );

describe('what is installed', () => {
  it('is the same, whatever the server filled in', () => {
    expect(states([served(policy), served(binding)]).map(([state]) => state)).toEqual(['same', 'same']);
    expect([policy, binding].every((object) => isUntouched(served(object)))).toBe(true);
  });

  it('is missing, changed, extra or foreign', () => {
    expect(states([policy]).map(([state]) => state)).toEqual(['missing', 'disabled']);
    const changed = withSpec(policy, { failurePolicy: 'Fail' });
    expect(states([changed, binding])[0]).toEqual(['changed', 'Policy', 'was changed after it was exported: spec.failurePolicy']);
    expect(states([policy, binding], { wanted: [] }).map(([state]) => state)).toEqual(['extra', 'extra']);
    const theirs = { ...policy, metadata: { name: 'theirs' } };
    expect(states([policy, binding, theirs])[0]?.[0]).toBe('foreign');
    const imposter = { ...policy, metadata: { name: own(inside(policy, 'metadata'), 'name') ?? '' } };
    expect(states([imposter, binding])[0]?.[0]).toBe('changed');
  });

  it('is stale where nobody touched it since an earlier export', () => {
    const earlier = plannedRule(LIBRARY, 'limits', { message: 'an earlier message' });
    const [before] = vapObjects({ ...plan, rules: [earlier] }, earlier, 'bundle before');
    expect(states([served(before ?? {}), binding]).map(([state]) => state)).toEqual(['stale', 'same']);
    const renamed = annotated(policy, { 'plimsoll.dev/bundle': 'another' });
    expect(states([renamed, binding]).map(([state]) => state)).toEqual(['stale', 'same']);
  });

  it('is expired when a waiver in it has ended', () => {
    const waived = annotated(policy, { 'plimsoll.dev/waiver-expires': '2026-11-28' });
    expect(states([waived, binding])[0]?.slice(0, 1)).toEqual(['expired']);
    expect(states([waived, binding], { today: '2026-11-28' }).map(([state]) => state)).toEqual(['same', 'same']);
  });

  it('is disabled where it is bound to namespaces that are not there', () => {
    const named = { ...plan, rules: [{ ...rule, actions: [{ mode: 'deny' as const, namespaces: ['pay'] }] }] };
    const objects = vapObjects(named, named.rules[0] ?? rule, 'bundle');
    const seen = (name: string) =>
      states(objects, { wanted: objects, namespaces: new Map([[name, {}]]) }).map(([state]) => state);
    expect([seen('shop'), seen('pay')]).toEqual([
      ['disabled', 'same'],
      ['same', 'same'],
    ]);
  });

  it('is not said to be missing where it could not be read', () => {
    expect(states([], { unread: 'forbidden' })).toEqual([]);
  });

  it('is not said to be without effect where its bindings could not be read', () => {
    expect(states([policy]).map(([state]) => state)).toEqual(['missing', 'disabled']);
    expect(states([policy], { unread: 'forbidden' }).map(([state]) => state)).toEqual(['same']);
  });

  it('is switched off by Gatekeeper’s label, where Gatekeeper is there', () => {
    const namespaces = new Map([['pay', { 'admission.gatekeeper.sh/ignore': '' }]]);
    const template = { apiVersion: 'templates.gatekeeper.sh/v1', kind: 'ConstraintTemplate', metadata: { name: 'x' } };
    expect(states([policy, binding], { namespaces }).map(([state]) => state)).toEqual(['same', 'same']);
    expect(states([policy, binding, template], { namespaces })[0]?.slice(0, 2)).toEqual(['disabled', 'Namespace']);
  });
});

describe('the places in which content differs', () => {
  it('are named, and what is empty is none', () => {
    expect(differences({ a: { b: 1 } }, { a: { b: 1, c: {}, d: [] } })).toEqual([]);
    expect(differences({ a: { b: 1, c: [1, 2] } }, { a: { b: 2, c: [1], d: true } })).toEqual(['a.b', 'a.c', 'a.d']);
    expect(differences({ a: '*' }, { a: 'x' })).toEqual(['a']);
    // `admission: false` switches a ClusterPolicy off.
    expect(differences({}, { admission: false })).toEqual(['admission']);
  });
});
