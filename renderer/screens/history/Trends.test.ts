import { describe, expect, it } from 'vitest';
import { runOf } from '../../testing/data.ts';
import { seriesOf } from './Trends.tsx';

describe('the trends of the listed runs', () => {
  it('are one line per source and policy, oldest first', () => {
    const runs = [runOf(3), runOf(1), runOf(2, { policy: 'strict' }), runOf(4, { policy: 'strict' })];
    expect(seriesOf(runs).map(({ policy, runs: list }) => [policy, list.map((run) => run.number)])).toEqual([
      ['default', [1, 3]],
      ['strict', [2, 4]],
    ]);
  });

  it('leave out what has no figures, and lines of one run', () => {
    const runs = [runOf(1), runOf(2, { status: 'cancelled' }), runOf(3, { posture: { pass: 0, fail: 0 } })];
    expect(seriesOf(runs)).toEqual([]);
  });
});
