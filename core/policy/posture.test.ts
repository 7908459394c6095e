import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEVERITIES } from '#core/model.ts';
import { postureRate } from '#core/policy/posture.ts';

const row = fc.record({ severity: fc.constantFrom(...SEVERITIES), pass: fc.nat(50), fail: fc.nat(50) });
const rows = fc.array(row, { maxLength: 8 });

describe('posture', () => {
  it('is what passes of what was judged, each by the weight of its severity', () => {
    expect(postureRate([{ severity: 'critical', pass: 1, fail: 1 }])).toBe(0.5);
    expect(
      postureRate([
        { severity: 'critical', pass: 1, fail: 0 },
        { severity: 'high', pass: 0, fail: 1 },
        { severity: 'medium', pass: 1, fail: 1 },
        { severity: 'low', pass: 0, fail: 4 },
      ]),
    ).toBe((8 + 2) / (8 + 4 + 4 + 4));
  });

  it('is absent where nothing was judged', () => {
    expect(postureRate([])).toBeUndefined();
    expect(postureRate([{ severity: 'high', pass: 0, fail: 0 }])).toBeUndefined();
  });

  it('lies between nought, where nothing passes, and one, where nothing fails', () => {
    fc.assert(
      fc.property(rows, (some) => {
        const rate = postureRate(some);
        if (rate === undefined) return;
        expect(rate).toBeGreaterThanOrEqual(0);
        expect(rate).toBeLessThanOrEqual(1);
        expect(rate === 1).toBe(some.every(({ fail }) => fail === 0));
        expect(rate === 0).toBe(some.every(({ pass }) => pass === 0));
      }),
    );
  });

  it('rises with every failure that is put right, most with the most severe', () => {
    fc.assert(
      fc.property(rows, (some) => {
        const fixed = SEVERITIES.map((severity) => {
          const before = [...some, { severity, pass: 0, fail: 1 }, ...others(severity, { pass: 0, fail: 1 })];
          const after = [...some, { severity, pass: 1, fail: 0 }, ...others(severity, { pass: 0, fail: 1 })];
          return (postureRate(after) ?? 0) - (postureRate(before) ?? 0);
        });
        expect(fixed.every((gain) => gain > 0)).toBe(true);
        expect(fixed).toEqual(fixed.toSorted((a, b) => b - a));
      }),
    );
  });
});

const others = (severity: (typeof SEVERITIES)[number], counts: { readonly pass: number; readonly fail: number }) =>
  SEVERITIES.filter((other) => other !== severity).map((other) => ({ severity: other, ...counts }));
