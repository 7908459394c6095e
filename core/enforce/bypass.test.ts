import { describe, expect, it } from 'vitest';
import { bypassers } from '#core/enforce/bypass.ts';

const role = (name: string, rule: object, namespace?: string) => ({
  kind: namespace === undefined ? 'ClusterRole' : 'Role',
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  rules: [rule as never],
});
const binding = (name: string, roleName: string, subject: object, namespace?: string, kind = 'ClusterRole') => ({
  kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  roleRef: { kind, name: roleName },
  subjects: [subject as never],
});
const ada = { kind: 'User', name: 'ada' };
const POLICIES = { apiGroups: ['admissionregistration.k8s.io'], resources: ['validatingadmissionpolicies'], verbs: ['patch'] };
const told = (objects: Parameters<typeof bypassers>[0], target = 'vap') =>
  bypassers(objects, target).map(({ name, may, by }) => [name, may.join(), by.join()]);

describe('who may bypass an export', () => {
  it('is who may change policies, bindings or labels of namespaces', () => {
    expect(told([role('r', POLICIES), binding('b', 'r', ada)])).toEqual([['ada', 'change policies', 'b']]);
    const labels = { apiGroups: [''], resources: ['namespaces'], verbs: ['update'] };
    expect(told([role('r', labels), binding('b', 'r', ada)])).toEqual([['ada', 'change labels of namespaces', 'b']]);
  });

  it('is nobody who only reads or makes them, nor whom a role gives something else', () => {
    expect(told([role('r', { ...POLICIES, verbs: ['get', 'list', 'create'] }), binding('b', 'r', ada)])).toEqual([]);
    expect(told([role('r', { ...POLICIES, resources: ['mutatingwebhookconfigurations'] }), binding('b', 'r', ada)])).toEqual([]);
    expect(told([binding('b', 'r', ada)])).toEqual([]);
  });

  it('names those who may do everything last', () => {
    const everything = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };
    const objects = [
      role('all', everything),
      role('r', POLICIES),
      binding('admins', 'all', { kind: 'Group', name: 'admins' }),
      binding('b', 'r', { kind: 'User', name: 'zoe' }),
    ];
    expect(told(objects)).toEqual([
      ['zoe', 'change policies', 'b'],
      ['admins', 'everything', 'admins'],
    ]);
  });

  it('reaches the labels of one namespace by a binding in it, and no policy', () => {
    const both = { apiGroups: ['*'], resources: ['namespaces', 'validatingadmissionpolicies'], verbs: ['patch'] };
    expect(told([role('r', both), binding('b', 'r', ada, 'shop')])).toEqual([
      ['ada', 'change labels of the namespace shop', 'b'],
    ]);
    expect(told([role('r', both, 'shop'), binding('b', 'r', ada, 'shop', 'Role')])).toEqual([
      ['ada', 'change labels of the namespace shop', 'b'],
    ]);
  });

  it('depends on the engine', () => {
    const webhooks = {
      apiGroups: ['admissionregistration.k8s.io'],
      resources: ['validatingwebhookconfigurations'],
      verbs: ['*'],
    };
    const objects = [role('r', webhooks), binding('b', 'r', ada)];
    expect([told(objects), told(objects, 'kyverno')]).toEqual([[], [['ada', 'change the webhook of the engine', 'b']]]);
  });
});
