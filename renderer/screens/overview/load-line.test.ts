import { describe, expect, it } from 'vitest';
import { overviewOf } from '../../testing/data.ts';
import { isFew, layout, zonesOf } from './load-line.ts';

describe('the load line before a baseline exists', () => {
  const zones = zonesOf(overviewOf());

  it('puts what holds before what fails, each by pass rate', () => {
    expect(zones.holds.every((rule) => rule.rate === 1)).toBe(true);
    expect(zones.gap.every((rule) => rule.rate < 1)).toBe(true);
    const rates = zones.gap.map((rule) => rule.rate);
    expect(rates).toEqual(rates.toSorted((a, b) => b - a));
  });

  it('stands on whole pixels, apart where room is and joined where it is not', () => {
    const wide = layout(zones, 1100);
    expect(wide.joined).toBe(false);
    expect(wide.bars.every((bar) => Number.isInteger(bar.x))).toBe(true);
    expect(wide.width).toBeLessThanOrEqual(1100);
    const tight = layout(zones, zones.holds.length + zones.gap.length + 20);
    expect(tight.joined).toBe(true);
    expect(tight.pitch).toBeGreaterThanOrEqual(1);
  });

  it('keeps few rules slim instead of blowing them up', () => {
    const few = { holds: zones.holds.slice(0, 6), gap: zones.gap.slice(0, 4) };
    expect(isFew(few)).toBe(true);
    expect(layout(few, 1200).pitch).toBe(22);
  });

  it('draws an empty zone as nothing', () => {
    expect(layout({ holds: [], gap: zones.gap }, 900).gap.x).toBe(0);
    expect(layout({ holds: [], gap: [] }, 900).width).toBe(0);
  });
});
