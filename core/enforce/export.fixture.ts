import type { EnforcementPlan } from '#core/enforce/model.ts';
import { plan } from '#core/enforce/plan.ts';
import type { PlanOptions } from '#core/enforce/plan.ts';
import { OPTIONS } from '#core/enforce/request.fixture.ts';
import type { Library } from '#core/rules/model.ts';
import type { Waiver } from '#core/workspace/model.ts';

const RULES = ['no-host-port', 'no-private-key', 'replicas-min-two'];

const WAIVERS: readonly Waiver[] = [
  { id: 'w1', rule: 'no-host-port', container: 'web', reason: 'it is measured first', expires: '2027-01-31' },
  { id: 'w2', rule: 'no-private-key', path: 'metadata.annotations.note', reason: 'an example' },
  {
    id: 'w3',
    rule: 'replicas-min-two',
    object: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'cart' },
    reason: 'it holds a lock',
    owner: 'ada',
    expires: '2027-02-28',
  },
  { id: 'w4', rule: 'replicas-min-two', namespaces: ['legacy-*'], reason: 'it goes away' },
];

/** A plan that has everything: rules on Pods and on any kind, warnings here and refusals there, waivers of all sorts. */
export function mixedPlan(library: Library, options: Partial<PlanOptions> = {}): EnforcementPlan {
  const rules = library.rules.filter(({ id }) => RULES.includes(id));
  const modes = Object.fromEntries(rules.map(({ id }) => [id, { mode: 'deny' as const }]));
  return plan({ name: 'shop', title: '', description: '', rules: modes }, library, {
    ...OPTIONS,
    steps: [{ mode: 'warn' }, { mode: 'deny', namespaces: ['payments'] }],
    excludedNamespaces: ['kube-system', 'team-*'],
    waivers: WAIVERS,
    ...options,
  });
}

/** Every rule of a library, refusing. */
export function denyingPlan(library: Library, options: Partial<PlanOptions> = {}): EnforcementPlan {
  const rules = Object.fromEntries(library.rules.map(({ id }) => [id, { mode: 'deny' as const }]));
  return plan({ name: 'every', title: '', description: '', rules }, library, { ...OPTIONS, ...options });
}
