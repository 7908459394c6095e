import { describe, expect, it } from 'vitest';
import type { Step } from '#core/enforce/actions.ts';
import type { Action, EnforcementPlan } from '#core/enforce/model.ts';
import { plan } from '#core/enforce/plan.ts';
import { OPTIONS } from '#core/enforce/request.fixture.ts';
import { planSeveral } from '#core/enforce/several.ts';
import { vapObjects } from '#core/enforce/vap/objects.ts';
import { textAt } from '#core/json.ts';
import type { Library, Policy, RuleSetting } from '#core/rules/model.ts';
import { loadShippedLibrary } from '#main/library.ts';

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library: Library = shipped.value;

const policy = (name: string, rules: Readonly<Record<string, RuleSetting>>): Policy => ({
  name,
  title: '',
  description: '',
  rules,
});
const SHOP = policy('shop', {
  'memory-limit': { mode: 'deny' },
  'replicas-min-two': { mode: 'warn' },
  'no-host-port': { mode: 'warn' },
});
const PAY = policy('pay', {
  'memory-limit': { mode: 'warn' },
  'replicas-min-two': { mode: 'deny', params: { lowest: 3 } },
  'no-privileged': { mode: 'deny' },
});
const PLACED = [{ policy: SHOP }, { policy: PAY, namespaces: ['payments', 'checkout'] }];
const ruleIn = ({ rules }: EnforcementPlan, id: string) => rules.filter(({ rule }) => rule === id);

/** What is done in a namespace with what fails. */
const modesAt = (actions: readonly Action[], namespace: string) =>
  actions
    .filter(({ namespaces, exceptNamespaces = [] }) => namespaces?.includes(namespace) ?? !exceptNamespaces.includes(namespace))
    .map(({ mode }) => mode);

describe('a plan of several policies', () => {
  const made = planSeveral(PLACED, library, OPTIONS);

  it('has one policy of the engine where they judge alike, with the actions of each', () => {
    const [one, ...more] = ruleIn(made, 'memory-limit');
    expect([one?.policies, one?.variant, more]).toEqual([['shop', 'pay'], undefined, []]);
    expect(one?.actions).toEqual([
      { mode: 'deny', exceptNamespaces: ['checkout', 'payments'], policy: 'shop' },
      { mode: 'warn', namespaces: ['checkout', 'payments'], policy: 'pay' },
    ]);
  });

  it('has a variant where they do not', () => {
    const [one, other] = ruleIn(made, 'replicas-min-two');
    expect([one?.policies, one?.variant]).toEqual([['shop'], undefined]);
    expect([other?.policies, other?.variant?.length]).toEqual([['pay'], 6]);
    expect(other?.expression).toContain('>= 3');
    const waiver = { id: 'w', rule: 'memory-limit', policies: ['pay'], namespaces: ['payments'], reason: 'measured' };
    expect(ruleIn(planSeveral(PLACED, library, { ...OPTIONS, waivers: [waiver] }), 'memory-limit')).toHaveLength(2);
  });

  it.each<readonly Step[][]>([
    [[]],
    [[{ mode: 'warn' }]],
    [[{ mode: 'audit' }, { mode: 'deny', namespaces: ['payments', 'web'] }]],
    [[{ mode: 'warn', namespaces: ['payments', 'checkout', 'web'] }]],
  ])('does in each namespace what the policy that counts there says: %j', (steps) => {
    const options = { ...OPTIONS, steps };
    const several = planSeveral(PLACED, library, options);
    for (const namespace of ['web', 'other', 'payments', 'checkout']) {
      const alone = plan(namespace === 'payments' || namespace === 'checkout' ? PAY : SHOP, library, options);
      for (const { id } of library.rules) {
        const expected = ruleIn(alone, id).flatMap(({ actions }) => modesAt(actions, namespace));
        expect([id, ruleIn(several, id).flatMap(({ actions }) => modesAt(actions, namespace))]).toEqual([id, expected]);
      }
    }
  });

  it('refuses where one of them does, and fails as it does', () => {
    const failing = planSeveral(PLACED, library, { ...OPTIONS, failurePolicy: 'Fail' });
    expect(ruleIn(failing, 'memory-limit').map(({ failurePolicy }) => failurePolicy)).toEqual(['Fail']);
    expect(ruleIn(failing, 'no-host-port').map(({ failurePolicy }) => failurePolicy)).toEqual(['Ignore']);
  });

  it('has names that are unique, the same each time, and no rule’s', () => {
    const names = (from: EnforcementPlan) =>
      from.rules.flatMap((rule) =>
        vapObjects(from, rule, 'b').map((one) => `${textAt(one, 'kind')} ${textAt(one, 'metadata', 'name')}`),
      );
    expect(new Set(names(made)).size).toBe(names(made).length);
    expect(names(planSeveral(PLACED, library, OPTIONS))).toEqual(names(made));
    const { variant = '' } = ruleIn(made, 'replicas-min-two')[1] ?? {};
    const clash = library.rules.flatMap((rule) =>
      rule.id === 'replicas-min-two' ? [rule, { ...rule, id: `replicas-min-two-${variant}` }] : [rule],
    );
    const [, other] = ruleIn(planSeveral(PLACED, { ...library, rules: clash }, OPTIONS), 'replicas-min-two');
    expect([other?.variant?.length, other?.variant === variant]).toEqual([6, false]);
  });

  it('is a plan like any other where there is one', () => {
    expect(planSeveral([{ policy: SHOP }], library, OPTIONS)).toEqual(plan(SHOP, library, OPTIONS));
  });
});
