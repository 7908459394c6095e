import { describe, expect, it } from 'vitest';
import { heatStep } from './heat.ts';

describe('steps of the heat map', () => {
  it('keeps none, one and the largest apart', () => {
    expect(heatStep(0, 141)).toBe(0);
    expect(heatStep(1, 141)).toBe(1);
    expect(heatStep(141, 141)).toBe(5);
  });

  it('never falls as counts grow', () => {
    const steps = Array.from({ length: 142 }, (_, value) => heatStep(value, 141));
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  });

  it('needs no findings at all', () => {
    expect(heatStep(0, 0)).toBe(0);
  });
});
