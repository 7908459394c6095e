import { describe, expect, it } from 'vitest';
import { findPolicy, nearest, onlyRules } from '#core/policy/policies.ts';
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
    expect(found('strict')).toBe(library.policies[1]);
    expect(found('default')).toEqual({ ...library.policies[0], name: 'default' });
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

describe('the nearest word', () => {
  it.each([
    ['memory-limits', 'memory-limit'],
    ['mem-limit', 'memory-limit'],
    ['cpu', 'cpu-limit'],
    ['', 'cpu-limit'],
  ])('to %s is %s', (word, expected) => {
    expect(nearest(word, ['memory-limit', 'cpu-limit', 'readiness-probe'])).toBe(expected);
  });

  it('is none where there are none', () => {
    expect(nearest('x', [])).toBe('');
  });
});
