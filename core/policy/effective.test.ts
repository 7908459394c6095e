import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODES, SEVERITIES } from '#core/model.ts';
import { isReserved, policyBook, settingOf } from '#core/policy/effective.ts';
import type { EffectivePolicy } from '#core/policy/effective.ts';
import { SETTING_FIELDS } from '#core/policy/model.ts';
import type { OwnSetting, PolicyDocument } from '#core/policy/model.ts';
import { LIBRARY, POLICY } from '#core/policy/small-scan.fixture.ts';
import type { Library } from '#core/rules/model.ts';

const library: Library = { ...LIBRARY, policies: [{ ...POLICY, name: 'datree-default' }] };
const documentOf = (name: string, rules: PolicyDocument['rules'] = {}, more: Partial<PolicyDocument> = {}): PolicyDocument => ({
  name,
  title: name,
  description: '',
  rules,
  ...more,
});

function effective(documents: readonly PolicyDocument[], name: string): EffectivePolicy {
  const found = policyBook(library, documents).find(name);
  if (!found.ok) throw new Error(found.error.what);
  return found.value;
}

const errorOf = (documents: readonly PolicyDocument[], name: string) => {
  const found = policyBook(library, documents).find(name);
  return found.ok ? undefined : found.error;
};

const settings: fc.Arbitrary<OwnSetting> = fc.record(
  {
    mode: fc.constantFrom(...MODES),
    severity: fc.constantFrom(...SEVERITIES),
    message: fc.constantFrom('one', 'two'),
    params: fc.constantFrom({ most: 1 }, { most: 2 }, {}),
    scope: fc.constantFrom({ namespaces: ['a-*'] }, {}),
    reason: fc.constantFrom('because', 'why not'),
  },
  { requiredKeys: [] },
);
const rulesOf = fc.dictionary(fc.constantFrom('limits', 'secrets', 'unknown-rule', 'constructor'), settings, { maxKeys: 4 });
/** A chain of up to five policies, the first extending the second and so on; the last may extend a template. */
const chains = fc.tuple(fc.array(rulesOf, { minLength: 1, maxLength: 5 }), fc.boolean()).map(([layers, template]) =>
  layers.map((rules, index) => {
    const parent = index + 1 < layers.length ? `p${index + 1}` : template ? 'datree-default' : undefined;
    return documentOf(`p${index}`, rules, parent === undefined ? {} : { extends: parent });
  }),
);

describe('inheritance', () => {
  it('law: a child that says nothing equals its parent', () => {
    fc.assert(
      fc.property(chains, (documents) => {
        const parent = effective(documents, 'p0');
        const child = effective([...documents, documentOf('child', {}, { extends: 'p0' })], 'child');
        expect(child.rules).toEqual(parent.rules);
        expect(child.origins).toEqual(parent.origins);
        expect(child.stage).toBe(parent.stage);
        expect(child.chain).toEqual(['child', ...parent.chain]);
      }),
    );
  });

  it("law: a policy's own field wins, and a field it leaves out is its parent's", () => {
    fc.assert(
      fc.property(chains, rulesOf, (documents, rules) => {
        const parent = effective(documents, 'p0');
        const child = effective([...documents, documentOf('child', rules, { extends: 'p0' })], 'child');
        for (const [id, own] of Object.entries(rules)) {
          for (const field of SETTING_FIELDS) {
            const wanted = own[field] ?? settingOf(parent, id)?.[field] ?? (field === 'mode' ? 'deny' : undefined);
            expect(settingOf(child, id)?.[field]).toEqual(wanted);
          }
        }
      }),
    );
  });

  it('law: origins name exactly the nearest layer that says a field, for every field that is set', () => {
    fc.assert(
      fc.property(chains, (documents) => {
        const policy = effective(documents, 'p0');
        const layers = [...documents, { name: 'datree-default', rules: POLICY.rules }].filter(({ name }) =>
          policy.chain.includes(name),
        );
        for (const [id, setting] of Object.entries(policy.rules)) {
          for (const field of SETTING_FIELDS) {
            const layer = layers.find(({ rules }) => Object.hasOwn(rules, id) && rules[id]?.[field] !== undefined);
            const outermost = layers.findLast(({ rules }) => Object.hasOwn(rules, id));
            const expected = layer?.name ?? (field === 'mode' ? outermost?.name : undefined);
            expect(policy.origins[id]?.[field]).toBe(expected);
            expect(setting[field] === undefined).toBe(expected === undefined);
          }
        }
      }),
    );
  });

  it('law: no layer changes what another policy is', () => {
    fc.assert(
      fc.property(chains, rulesOf, (documents, rules) => {
        const alone = effective(documents, 'p0');
        expect(effective([...documents, documentOf('other', rules, { extends: 'p0' })], 'p0')).toEqual(alone);
      }),
    );
  });

  it('hands the stage down, unless a policy has its own', () => {
    const documents = [
      documentOf('outer', {}, { stage: 'strict' }),
      documentOf('same', {}, { extends: 'outer' }),
      documentOf('other', {}, { extends: 'outer', stage: 'baseline' }),
    ];
    expect(effective(documents, 'same').stage).toBe('strict');
    expect(effective(documents, 'other').stage).toBe('baseline');
  });
});

describe('a chain that leads nowhere', () => {
  it('names the nearest parent', () => {
    const error = errorOf([documentOf('shop', {}, { extends: 'datree-defalt' })], 'shop');
    expect(error).toMatchObject({ code: 'invalidInput', next: "Did you mean 'datree-default'?" });
    expect(error?.why).toContain('shop');
  });

  it('is an error for those further down too, which name the policy that is wrong', () => {
    const documents = [documentOf('a', {}, { extends: 'b' }), documentOf('b', {}, { extends: 'nobody' })];
    expect(errorOf(documents, 'a')?.where).toBe('policy b, extends');
  });

  it('is told of the circle, not of those that lead into it', () => {
    const documents = [
      documentOf('a', {}, { extends: 'b' }),
      documentOf('b', {}, { extends: 'a' }),
      documentOf('c', {}, { extends: 'a' }),
    ];
    expect(errorOf(documents, 'c')).toMatchObject({ where: 'policy a, extends', why: 'The chain is a → b → a.' });
  });

  it('law: in a circle of any length every policy is an error, whichever is asked first, and others are not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.nat(4), (length, first) => {
        const documents = Array.from({ length }, (_, index) =>
          documentOf(`p${index}`, {}, { extends: `p${(index + 1) % length}` }),
        );
        const book = policyBook(library, [...documents, documentOf('outside', {}, { extends: 'p0' }), documentOf('sound')]);
        const asked = [`p${first % length}`, ...documents.map(({ name }) => name), 'outside'];
        for (const name of asked) expect(book.find(name)).toMatchObject({ ok: false, error: { code: 'invalidInput' } });
        expect(book.find('sound').ok).toBe(true);
      }),
    );
  });
});

describe('names', () => {
  it('`all` and templates are taken, `default` is not', () => {
    expect(['all', 'datree-default', 'default', 'shop'].filter((name) => isReserved(library, name))).toEqual([
      'all',
      'datree-default',
    ]);
  });

  it('a file with a taken name changes nothing', () => {
    const documents = [documentOf('all', { limits: { mode: 'off' } }), documentOf('datree-default', {})];
    expect(effective(documents, 'all').rules).toMatchObject({ limits: { mode: 'deny' }, secrets: { mode: 'deny' } });
    expect(effective(documents, 'datree-default')).toMatchObject({ origin: 'template', rules: POLICY.rules });
  });

  it('`default` is the template until a file defines it', () => {
    expect(effective([], 'default')).toMatchObject({ origin: 'builtin', rules: POLICY.rules });
    expect(effective([documentOf('default', { limits: { mode: 'warn' } })], 'default')).toMatchObject({
      origin: 'workspace',
      rules: { limits: { mode: 'warn' } },
    });
  });

  it('an unknown one names the nearest', () => {
    expect(errorOf([documentOf('shop-strict')], 'shop-strikt')).toMatchObject({
      code: 'notFound',
      next: "Did you mean 'shop-strict'?",
    });
    expect(errorOf([], 'toString')).toMatchObject({ code: 'notFound' });
  });
});
