import { describe, expect, it } from 'vitest';
import { ratchetOf } from '../../testing/fake-ratchet.ts';
import { layout } from '#core/load-line/layout.ts';
import { lineOf } from '#core/load-line/line.ts';
import { ticksOf } from './ticks.ts';

const WIDTH = 1100;

describe('ticks of the load line', () => {
  const line = lineOf(ratchetOf());
  const drawn = layout(line, WIDTH);

  it('stand where the mark stood, and not where it stands', () => {
    const ticks = ticksOf(line, drawn);
    expect(ticks.map((tick) => tick.rules)).toEqual([33, 21, 12]);
    expect(ticks.map((tick) => tick.label)).toEqual(['Oct', 'Sept', 'Aug']);
    const columns = drawn.bars.filter((bar) => bar.zone === 'base');
    for (const { x, rules } of ticks) {
      expect(x).toBeGreaterThan(columns[rules - 1]?.x ?? WIDTH);
      expect(x).toBeLessThan(columns[rules]?.x ?? 0);
    }
  });

  it('name the day where the months would say too little', () => {
    const recent = { ...line, ticks: [{ at: '2026-11-10T08:00:00.000Z', rules: 9 }] };
    expect(ticksOf(recent, drawn)[0]?.label).toBe('10 Nov');
  });

  it('give way to the words over what regressed, and to newer ones', () => {
    const near = line.base.length - 3;
    const crowded = [
      { at: '2026-11-12T08:00:00.000Z', rules: near },
      { at: '2026-11-11T08:00:00.000Z', rules: 20 },
      { at: '2026-11-10T08:00:00.000Z', rules: 19 },
    ];
    expect(ticksOf({ ...line, ticks: crowded }, drawn).map((tick) => tick.rules)).toEqual([20]);
  });

  it('are none before there is a baseline, or where it held more than it does now', () => {
    const larger = { ...line, ticks: [{ at: '2026-11-10T08:00:00.000Z', rules: 300 }] };
    expect(ticksOf(larger, drawn)).toEqual([]);
    expect(ticksOf(line, { ...drawn, mark: undefined })).toEqual([]);
  });
});
