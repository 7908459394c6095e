import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyRuleRow } from '#core/api/policies.ts';
import { MODES } from '#core/model.ts';
import {
  annotationWaiversOf,
  changesOf,
  modeOf,
  NO_DRAFT,
  patchOf,
  toggled,
  withAnnotationWaivers,
  withoutOwn,
  withSetting,
} from './draft.ts';

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
  it('says of waivers by annotation what the policy says itself, else what it inherits', () => {
    const inherits = { value: true, inherited: true };
    const says = { value: false, own: false, inherited: true };
    expect(annotationWaiversOf(NO_DRAFT, inherits)).toEqual({ value: true, isOwn: false });
    expect(annotationWaiversOf(NO_DRAFT, says)).toEqual({ value: false, isOwn: true });
    const off = withAnnotationWaivers(NO_DRAFT, inherits, false);
    expect([annotationWaiversOf(off, inherits), changesOf(off)]).toEqual([{ value: false, isOwn: true }, 1]);
    expect(patchOf(off)).toEqual({ exportAnnotationWaivers: false, rules: {} });
    const back = withAnnotationWaivers(NO_DRAFT, says, undefined);
    expect(annotationWaiversOf(back, says)).toEqual({ value: true, isOwn: false });
    expect(patchOf(back)).toEqual({ exportAnnotationWaivers: null, rules: {} });
  });

  it('is no change where it says of waivers by annotation what the policy says already, and keeps that beside its rules', () => {
    const says = { value: true, own: true, inherited: false };
    const off = withAnnotationWaivers(NO_DRAFT, says, false);
    expect(changesOf(withAnnotationWaivers(off, says, true))).toBe(0);
    const both = toggled(off, rowOf(), 'strict');
    expect(patchOf(both)).toEqual({ exportAnnotationWaivers: false, rules: { 'memory-limit': { mode: 'off' } } });
    expect(patchOf(toggled(both, rowOf(), 'strict'))).toEqual({ exportAnnotationWaivers: false, rules: {} });
  });

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
