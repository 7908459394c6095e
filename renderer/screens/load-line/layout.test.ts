import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CATEGORIES } from '#core/rules/model.ts';
import { overviewOf } from '../../testing/data.ts';
import { ratchetOf } from '../../testing/fake-ratchet.ts';
import { barAt, isFew, layout } from '#core/load-line/layout.ts';
import { lineBefore, lineOf, regressedOf, rulesOf, type Line, type LineRule } from '#core/load-line/line.ts';

const rule = (id: number, more: Partial<LineRule> = {}): LineRule => ({
  rule: `r-${id}`,
  title: `Rule ${id}`,
  category: CATEGORIES[id % 5] ?? 'images',
  severity: 'medium',
  effort: 'easy',
  pass: 100,
  fail: 0,
  rate: 1,
  regressed: 0,
  ...more,
});

/** So many rules in each zone, the last ones of the baseline regressed. */
function lineWith(base: number, broken: number, ready: number, gap: number, baseline = true): Line {
  const some = (count: number, from: number, more: Partial<LineRule> = {}): LineRule[] =>
    Array.from({ length: count }, (_, index) => rule(from + index, more));
  return {
    baseline: baseline ? { name: 'b', rules: base + broken } : undefined,
    strict: { name: 's', rules: base + broken + ready + gap },
    base: [...some(base, 0), ...some(broken, base, { regressed: 2, fail: 2, pass: 98, rate: 0.98 })],
    ready: some(ready, 1000),
    gap: some(gap, 2000, { pass: 40, fail: 60, rate: 0.4 }),
    ticks: [],
  };
}

describe('the order of the load line', () => {
  const line = lineOf(ratchetOf());

  it('puts regressed rules at the end of the baseline, next to its mark', () => {
    expect(line.base.slice(-2).map((one) => one.regressed)).toEqual([3, 3]);
    expect(line.base.slice(0, -2).every((one) => one.regressed === 0)).toBe(true);
  });

  it('sorts the gap by pass rate', () => {
    const rates = line.gap.map((one) => one.rate ?? -1);
    expect(rates).toEqual(rates.toSorted((a, b) => b - a));
  });

  it('says before there is a baseline what one would hold', () => {
    const before = lineBefore(overviewOf());
    expect(before.baseline).toBeUndefined();
    expect(before.base.every((one) => one.rate === 1)).toBe(true);
    expect(before.gap.every((one) => (one.rate ?? 1) < 1)).toBe(true);
  });
});

describe('the columns of the load line', () => {
  it('stand on whole pixels, apart where room is and joined where it is not', () => {
    const line = lineOf(ratchetOf());
    const wide = layout(line, 1100);
    expect(wide.joined).toBe(false);
    expect(wide.bars.every((bar) => Number.isInteger(bar.x))).toBe(true);
    expect(layout(line, 300).joined).toBe(true);
  });

  it('keep few rules slim instead of blowing them up', () => {
    const few = lineWith(6, 0, 2, 4);
    expect(isFew(few)).toBe(true);
    expect(layout(few, 1200)).toMatchObject({ pitch: 22, column: 14 });
  });

  it('leave the mark free room between the baseline and what is not in it', () => {
    const drawn = layout(lineWith(47, 2, 7, 25), 1120);
    const { base, ready } = drawn.zones;
    expect(drawn.mark).toBeGreaterThan(base.x + base.width + 9);
    expect(drawn.mark).toBeLessThan(ready.x - 9);
  });

  it('draw no mark before there is a baseline', () => {
    expect(layout(lineWith(47, 0, 0, 25, false), 1120).mark).toBeUndefined();
  });

  it('keep 3 pixels for a regressed rule among very many', () => {
    const drawn = layout(lineWith(500, 6, 90, 300), 1000);
    expect(drawn.bars.filter((bar) => bar.rule.regressed > 0).every((bar) => bar.width >= 3)).toBe(true);
  });

  it('fold by category above 200 rules, regressed ones apart', () => {
    expect(layout(lineWith(100, 0, 0, 90), 1120).folds).toEqual([]);
    const { folds } = layout(lineWith(180, 6, 30, 90), 1120);
    expect(folds.map((fold) => fold.rules).reduce((sum, rules) => sum + rules, 0)).toBe(300);
    expect(folds).toHaveLength(15);
    expect(new Set(folds.slice(0, 5).map((fold) => fold.category)).size).toBe(5);
  });

  it('fit into the room, each rule once and where it can be hit, whatever the numbers', () => {
    const many = fc.integer({ min: 0, max: 500 });
    fc.assert(
      fc.property(many, fc.integer({ min: 0, max: 20 }), many, many, fc.integer({ min: 600, max: 2400 }), (a, b, c, d, room) => {
        const line = lineWith(a, b, c, d);
        const drawn = layout(line, room);
        expect(drawn.bars.map((bar) => bar.rule.rule).toSorted()).toEqual(
          rulesOf(line)
            .map((one) => one.rule)
            .toSorted(),
        );
        expect(drawn.width).toBeLessThanOrEqual(room);
        const { base, ready, gap } = drawn.zones;
        if (c > 0 && d > 0) expect(ready.x + ready.width).toBeLessThan(gap.x);
        if (a + b > 0 && c > 0) expect(base.x + base.width).toBeLessThan(ready.x);
        if (drawn.pitch >= 1) for (const [index, bar] of drawn.bars.entries()) expect(barAt(drawn, bar.x)).toBe(index);
        expect(regressedOf(line)).toHaveLength(b);
      }),
      { numRuns: 60 },
    );
  });

  it('draw an empty line as nothing', () => {
    expect(layout(lineWith(0, 0, 0, 0, false), 900).width).toBe(0);
  });
});
