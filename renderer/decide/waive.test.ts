import { describe, expect, it } from 'vitest';
import { RULE_SEEDS, rowsOf } from '../testing/data.ts';
import { waiverOf } from './WaiveDialog.tsx';

const seed = RULE_SEEDS[0];
const finding = seed === undefined ? undefined : rowsOf(seed, 1)[0];
if (finding === undefined) throw new Error('no finding');
const { object, container, path, rule } = finding;
const named = { group: 'apps', kind: object.kind, namespace: object.namespace, name: object.name };

describe('a waiver for a finding', () => {
  it.each([
    ['place', { rule, object: named, path }],
    ['container', { rule, object: named, container }],
    ['object', { rule, object: named }],
    ['namespace', { rule, namespaces: [object.namespace] }],
  ] as const)('reaches as far as this %s', (reach, wanted) => {
    expect(waiverOf({ ...finding, object: { ...object, apiVersion: 'apps/v1' } }, reach)).toEqual(wanted);
  });

  it('of a cluster-scoped object never reaches a namespace', () => {
    const { namespace: _namespace, ...clusterScoped } = object;
    expect(waiverOf({ ...finding, object: clusterScoped }, 'namespace')).toHaveProperty('object');
  });
});
