import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODES, SEVERITIES } from '#core/model.ts';
import { changeTexts, comparePolicies } from '#core/policy/compare.ts';
import { LIBRARY, POLICY } from '#core/policy/small-scan.fixture.ts';
import type { Policy, RuleSetting } from '#core/rules/model.ts';

const policyOf = (rules: Policy['rules']): Policy => ({ ...POLICY, rules });
const compared = (before: Policy['rules'], after: Policy['rules']) => comparePolicies(LIBRARY, policyOf(before), policyOf(after));
const texts = (before: Policy['rules'], after: Policy['rules']) => changeTexts(compared(before, after));

const settings: fc.Arbitrary<RuleSetting> = fc.record(
  {
    mode: fc.constantFrom(...MODES),
    severity: fc.constantFrom(...SEVERITIES),
    message: fc.constantFrom('one', 'two'),
    params: fc.constantFrom({ most: 1 }, { most: 2, least: 0 }),
    scope: fc.constantFrom({ namespaces: ['a'] }, { labels: { tier: 'web' } }),
    reason: fc.string(),
  },
  { requiredKeys: ['mode'] },
);
const policies = fc.dictionary(fc.constantFrom('limits', 'secrets', 'unknown', 'constructor'), settings, { maxKeys: 4 });

describe('two policies compared', () => {
  it('law: a policy does not differ from itself, whatever the order of its rules', () => {
    fc.assert(
      fc.property(policies, (rules) => {
        expect(compared(rules, Object.fromEntries(Object.entries(rules).toReversed()))).toEqual([]);
      }),
    );
  });

  it('law: turned around, what was added is removed and both sides change places', () => {
    fc.assert(
      fc.property(policies, policies, (left, right) => {
        const there = compared(left, right);
        const back = compared(right, left);
        const turned = { added: 'removed', removed: 'added', changed: 'changed' };
        expect(back.map(({ rule, change }) => [rule, change])).toEqual(there.map(({ rule, change }) => [rule, turned[change]]));
        expect(back.map(({ before, after }) => [before, after])).toEqual(there.map(({ before, after }) => [after, before]));
      }),
    );
  });

  it('law: every row has a text that names its rule and says something', () => {
    fc.assert(
      fc.property(policies, policies, (left, right) => {
        for (const text of texts(left, right)) expect(text).toMatch(/^(\+ \S+ \(\w+\)|- \S+|\S+: .+)$/);
      }),
    );
  });

  it('a rule that is off is one that is not there', () => {
    expect(compared({ limits: { mode: 'off' } }, {})).toEqual([]);
    expect(compared({ limits: { mode: 'off' } }, { limits: { mode: 'warn' } })).toMatchObject([
      { change: 'added', rule: 'limits' },
    ]);
    expect(compared({ limits: { mode: 'warn' } }, { limits: { mode: 'off' } })).toMatchObject([{ change: 'removed' }]);
  });

  it("what a policy does not say is the rule's own", () => {
    const [row] = compared({}, { limits: { mode: 'warn' } });
    expect(row?.after).toEqual({ mode: 'warn', severity: 'medium', message: 'container {{container}} has no limit', params: {} });
    expect(compared({ limits: { mode: 'warn' } }, { limits: { mode: 'warn', severity: 'medium' } })).toEqual([]);
  });

  it('a policy that was not there yet has all rules added', () => {
    expect(comparePolicies(LIBRARY, undefined, POLICY).map(({ change }) => change)).toEqual(['added', 'added']);
  });
});

describe('a change in a few words', () => {
  it.each<[string, Policy['rules'], Policy['rules'], string]>([
    ['a new rule', {}, { limits: { mode: 'warn' } }, '+ limits (warn)'],
    ['one that went', { limits: { mode: 'warn' } }, {}, '- limits'],
    ['another mode', { limits: { mode: 'warn' } }, { limits: { mode: 'deny' } }, 'limits: warn → deny'],
    [
      'another severity and message',
      { limits: { mode: 'warn' } },
      { limits: { mode: 'warn', severity: 'high', message: 'no' } },
      'limits: severity medium → high, message changed',
    ],
    [
      'another parameter',
      { limits: { mode: 'warn', params: { most: 3 } } },
      { limits: { mode: 'warn', params: { most: 5, least: [1] } } },
      'limits: least none → [1], most 3 → 5',
    ],
    [
      'another scope',
      { limits: { mode: 'warn' } },
      { limits: { mode: 'warn', scope: { namespaces: ['shop-*'], exceptNamespaces: ['shop-x'], labels: { tier: 'web' } } } },
      'limits: scope shop-* not shop-x tier=web',
    ],
    [
      'no scope any more',
      { limits: { mode: 'warn', scope: { namespaces: ['a'] } } },
      { limits: { mode: 'warn' } },
      'limits: scope everywhere',
    ],
  ])('%s', (_name, before, after, text) => {
    expect(texts(before, after)).toEqual([text]);
  });

  it('a long value is cut', () => {
    const [text] = texts({}, { limits: { mode: 'warn' } });
    expect(text?.length).toBeLessThan(30);
    const [long] = texts({ limits: { mode: 'warn' } }, { limits: { mode: 'warn', params: { words: 'x'.repeat(500) } } });
    expect(long).toMatch(/^limits: words none → "x+…$/);
    expect(long?.length).toBeLessThan(70);
  });
});
