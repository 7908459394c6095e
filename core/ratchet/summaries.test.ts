import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VERDICTS } from '#core/model.ts';
import { eligibility } from '#core/ratchet/eligible.ts';
import type { RunEvidence } from '#core/ratchet/evidence.ts';
import { timeOf } from '#core/ratchet/small-history.fixture.ts';
import { summaryEvidence } from '#core/ratchet/summaries.ts';
import { DEFAULT_CRITERIA } from '#core/workspace/model.ts';

describe('what a summary says of a rule', () => {
  it('law: is its counts, namespace by namespace', () => {
    const shape = fc.record({ rules: fc.integer({ min: 1, max: 4 }), namespaces: fc.integer({ min: 0, max: 4 }) });
    const summaries = shape.chain((size) =>
      fc
        .array(fc.nat(3), {
          minLength: size.rules * size.namespaces * VERDICTS.length,
          maxLength: size.rules * size.namespaces * VERDICTS.length,
        })
        .map((counts) => ({
          rules: Array.from({ length: size.rules }, (_, index) => `r${index}`),
          namespaces: Array.from({ length: size.namespaces }, (_, index) => `n${index}`),
          counts,
        })),
    );
    fc.assert(
      fc.property(summaries, (summary) => {
        const index = summaryEvidence(summary);
        summary.rules.forEach((rule, position) => {
          const counts = index(rule);
          if (counts === undefined) throw new Error('the rule is there');
          summary.namespaces.forEach((namespace, at) => {
            const sum = counts((name) => name === namespace);
            const start = (position * summary.namespaces.length + at) * VERDICTS.length;
            for (const [verdict, count] of Object.entries(sum)) {
              const place = VERDICTS.findIndex((name) => name === verdict);
              expect(count).toBe(summary.counts[start + place]);
            }
          });
        });
        expect(index('other')).toBeUndefined();
      }),
    );
  });

  it('is summed once for all runs that share it, however many rules and runs there are', () => {
    const rules = Array.from({ length: 100 }, (_, index) => `r${index}`);
    const namespaces = ['a', 'b', 'c'];
    const counts = Array.from({ length: 100 * 3 * VERDICTS.length }, (_, index) => (index % VERDICTS.length === 0 ? 1 : 0));
    const found = summaryEvidence({ rules, namespaces, counts });
    const runs = Array.from({ length: 200 }, (_, day): RunEvidence => ({
      scanId: `run-${day}`,
      startedAt: timeOf(200 - day),
      status: 'complete',
      restricted: false,
      rule: (id) => {
        const sum = found(id);
        return sum === undefined ? undefined : { factKey: 'now', counts: sum };
      },
    }));
    let asked = 0;
    const inReach = (namespace: string): boolean => {
      asked += 1;
      return namespace !== 'c';
    };
    const source = { name: 'prod', kind: 'cluster', branches: [], runs, inReach } as const;
    for (const rule of rules) {
      const { streaks } = eligibility({ rule, factKey: 'now' }, [source], DEFAULT_CRITERIA);
      expect(streaks[0]).toMatchObject({ runs: 200, days: 199, enough: true });
      expect(streaks[0]?.evidence[0]).toMatchObject({ pass: 2, fail: 0 });
    }
    expect(asked).toBe(namespaces.length);
  });
});
