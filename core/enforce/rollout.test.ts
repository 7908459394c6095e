import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceStreak } from '#core/api/ratchet.ts';
import { rolloutOf } from '#core/enforce/rollout.ts';
import type { RolloutEvidence } from '#core/enforce/rollout.ts';
import { MODES } from '#core/model.ts';

const OPTIONS = { today: '2026-11-29', start: '2026-11-29', criteria: { runs: 5, days: 7 } };

/** Clean runs up to the evening of 28 November. */
const streak = (runs: number, days: number, more: Partial<SourceStreak> = {}): SourceStreak => ({
  source: 'harbour',
  kind: 'cluster',
  runs,
  days,
  enough: runs >= 5 && days >= 7,
  evidence: runs === 0 ? [] : [{ scanId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', startedAt: '2026-11-28T20:00:00.000Z', pass: 1, fail: 0 }],
  ...more,
});
const days = (evidence: Partial<RolloutEvidence>, options = OPTIONS) =>
  rolloutOf({ mode: 'deny', streaks: [], ...evidence }, options).steps.map(({ mode, from }) => [mode, from]);

describe('the rollout of a rule', () => {
  it('that has held for long warns at once and denies a period later', () => {
    expect(days({ streaks: [streak(30, 60)], failing: 0 })).toEqual([
      ['audit', '2026-11-29'],
      ['warn', '2026-11-29'],
      ['deny', '2026-12-06'],
    ]);
  });

  it('that has held for three days warns when it has held for seven, and denies seven days after', () => {
    expect(days({ streaks: [streak(5, 3)], failing: 0 })).toEqual([
      ['audit', '2026-11-29'],
      ['warn', '2026-12-02'],
      ['deny', '2026-12-09'],
    ]);
  });

  it('that fails warns after a period of audit, and denies on no day that could be named', () => {
    const { steps, now } = rolloutOf({ mode: 'deny', streaks: [streak(0, 0)], failing: 3 }, OPTIONS);
    expect(steps.map(({ from }) => from)).toEqual(['2026-11-29', '2026-12-06', undefined]);
    expect(steps[2]?.why).toBe('3 objects fail today: 14 days after the last of them is put right');
    expect(now).toBe('audit');
  });

  it('is that of the source which has held least', () => {
    const both = [streak(30, 60), streak(2, 1, { source: 'staging' })];
    expect(rolloutOf({ mode: 'deny', streaks: both }, OPTIONS).held).toEqual({ runs: 2, days: 1, since: '2026-11-27' });
    expect(rolloutOf({ mode: 'deny', streaks: both }, OPTIONS).steps[2]?.why).toBe('needs 3 more clean runs');
    const broken = streak(0, 0, { source: 'staging', ended: '2 objects failed' });
    expect(rolloutOf({ mode: 'deny', streaks: [streak(30, 60), broken] }, OPTIONS).steps[2]).toEqual({
      mode: 'deny',
      why: 'staging: 2 objects failed',
    });
  });

  it('goes no further than the policy', () => {
    expect(days({ mode: 'warn', streaks: [streak(30, 60)] }).map(([mode]) => mode)).toEqual(['audit', 'warn']);
    expect(days({ mode: 'audit' }).map(([mode]) => mode)).toEqual(['audit']);
  });

  it('stands on its start: a later day changes what is due, and no date', () => {
    const long = { mode: 'deny' as const, streaks: [streak(30, 60)], failing: 0 };
    const then = rolloutOf(long, { ...OPTIONS, today: '2026-12-06' });
    expect(then.steps).toEqual(rolloutOf(long, OPTIONS).steps);
    expect([rolloutOf(long, OPTIONS).now, then.now]).toEqual(['warn', 'deny']);
  });

  it('never steps back, and never denies what fails or has not held', () => {
    const evidence = fc.record({
      runs: fc.nat(12),
      days: fc.double({ min: 0, max: 40, noNaN: true }),
      failing: fc.nat(3),
      mode: fc.constantFrom('audit' as const, 'warn' as const, 'deny' as const),
    });
    fc.assert(
      fc.property(evidence, ({ runs, days: span, failing, mode }) => {
        const { steps, now } = rolloutOf({ mode, streaks: [streak(runs, span)], failing }, OPTIONS);
        const dates = steps.flatMap(({ from }) => from ?? []);
        expect(dates).toEqual(dates.toSorted());
        expect(MODES.indexOf(now)).toBeLessThanOrEqual(MODES.indexOf(mode));
        const deny = steps.find((step) => step.mode === 'deny');
        if (failing > 0 || runs < 5) expect(deny?.from).toBeUndefined();
      }),
    );
  });
});
