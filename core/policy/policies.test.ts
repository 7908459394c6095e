import { describe, expect, it } from 'vitest';
import { findPolicy, onlyRules } from '#core/policy/policies.ts';
import { LIBRARY, POLICY } from '#core/policy/small-scan.fixture.ts';
import type { Library } from '#core/rules/model.ts';

const library: Library = {
  ...LIBRARY,
  policies: [
    { ...POLICY, name: 'datree-default' },
    { ...POLICY, name: 'strict' },
  ],
};
const found = (name: string) => {
  const policy = findPolicy(library, name);
  return policy.ok ? policy.value : policy.error;
};

describe('a policy by its name', () => {
  it('is a template, the default one, or all', () => {
    expect(found('strict')).toMatchObject({ ...library.policies[1], origin: 'template', chain: ['strict'] });
    expect(found('default')).toMatchObject({ ...library.policies[0], name: 'default', origin: 'builtin' });
    expect(found('all')).toMatchObject({ name: 'all', rules: { limits: { mode: 'deny' }, secrets: { mode: 'deny' } } });
  });

  it('that is unknown names the nearest, and all there are', () => {
    expect(found('strikt')).toMatchObject({
      code: 'notFound',
      next: "Did you mean 'strict'?",
      why: expect.stringContaining('default, datree-default, strict, all'),
    });
    expect(found('constructor')).toMatchObject({ code: 'notFound' });
    expect(found('')).toMatchObject({ code: 'notFound' });
  });
});

describe('--rule', () => {
  const base = { ...POLICY, rules: { limits: { mode: 'warn', severity: 'low' }, secrets: { mode: 'off' } } } as const;
  const narrowed = (...ids: readonly string[]) => {
    const policy = onlyRules(base, library, ids);
    return policy.ok ? policy.value.rules : policy.error;
  };

  it('judges exactly the rules named, with their settings', () => {
    expect(narrowed('limits')).toEqual({ limits: { mode: 'warn', severity: 'low' } });
  });

  it('switches on what the policy has off, or does not name', () => {
    expect(narrowed('secrets')).toEqual({ secrets: { mode: 'deny' } });
    const policy = onlyRules({ ...base, rules: {} }, library, ['limits']);
    expect(policy).toMatchObject({ ok: true, value: { rules: { limits: { mode: 'deny' } } } });
  });

  it('takes an alias for the rule', () => {
    expect(narrowed('LIMITS_KEY', 'secrets')).toEqual({ limits: { mode: 'warn', severity: 'low' }, secrets: { mode: 'deny' } });
  });

  it('names the nearest rule where there is none', () => {
    expect(narrowed('limit')).toMatchObject({ code: 'notFound', next: expect.stringContaining("'limits'") });
    expect(narrowed('limits', 'toString')).toMatchObject({ code: 'notFound', what: expect.stringContaining("'toString'") });
  });
});
