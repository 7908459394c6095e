import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyRuleRow } from '#core/api/policies.ts';
import { MODES } from '#core/model.ts';
import { changesOf, modeOf, NO_DRAFT, patchOf, toggled, withoutOwn, withSetting } from './draft.ts';

const rowOf = (more: Partial<PolicyRuleRow> = {}): PolicyRuleRow => ({
  rule: 'memory-limit',
  title: 'Containers set a memory limit',
  category: 'resources',
  effort: 'medium',
  enforceable: true,
  mode: 'deny',
  severity: 'medium',
  message: 'no limit',
  params: {},
  paramsSchema: {},
  origins: {},
  ...more,
});

describe('a draft of a policy', () => {
  it('switches a rule off by a setting of its own, and back by taking that away', () => {
    const row = rowOf({ origins: { mode: 'parent' } });
    const off = toggled(NO_DRAFT, row, 'strict');
    expect(modeOf(off, row)).toBe('off');
    expect(patchOf(off)).toEqual({ rules: { 'memory-limit': { mode: 'off' } } });
    expect(changesOf(toggled(off, row, 'strict'))).toBe(0);
  });

  it('switches on what nobody has on: a baseline warns, strict denies', () => {
    const row = rowOf({ mode: 'off' });
    expect(modeOf(toggled(NO_DRAFT, row, 'baseline'), row)).toBe('warn');
    expect(modeOf(toggled(NO_DRAFT, row, 'strict'), row)).toBe('deny');
  });

  it('switches on again what is inherited as on by removing its own "off"', () => {
    const row = rowOf({ mode: 'off', own: { mode: 'off' }, inheritedMode: 'warn' });
    const on = toggled(NO_DRAFT, row, 'strict');
    expect(modeOf(on, row)).toBe('warn');
    expect(patchOf(on)).toEqual({ rules: { 'memory-limit': null } });
  });

  it('keeps what else the policy sets of a rule', () => {
    const row = rowOf({ own: { severity: 'high', mode: 'warn' }, mode: 'warn', inheritedMode: 'off' });
    const draft = withSetting(NO_DRAFT, row, { message: 'ours' });
    expect(patchOf(draft).rules).toEqual({ 'memory-limit': { severity: 'high', mode: 'warn', message: 'ours' } });
    expect(patchOf(withoutOwn(draft, row)).rules).toEqual({ 'memory-limit': null });
  });

  it('is no change once everything is as it was', () => {
    const modes = fc.constantFrom(...MODES);
    fc.assert(
      fc.property(modes, fc.option(modes, { nil: undefined }), fc.array(modes), (inherited, own, steps) => {
        const row = rowOf({
          mode: own ?? inherited,
          inheritedMode: inherited,
          ...(own === undefined ? {} : { own: { mode: own } }),
        });
        const there = steps.reduce((draft, mode) => withSetting(draft, row, { mode }), NO_DRAFT);
        expect(changesOf(withSetting(there, row, { mode: own }))).toBe(0);
      }),
    );
  });

  it('toggling twice leads back to the mode in force', () => {
    const modes = fc.constantFrom('off' as const, 'warn' as const, 'deny' as const);
    fc.assert(
      fc.property(modes, (inherited) => {
        const row = rowOf({ mode: inherited, inheritedMode: inherited });
        const once = toggled(NO_DRAFT, row, 'strict');
        expect(modeOf(once, row) === 'off').toBe(inherited !== 'off');
        expect(modeOf(toggled(once, row, 'strict'), row) === 'off').toBe(inherited === 'off');
      }),
    );
  });
});
