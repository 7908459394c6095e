import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FactVerdict, ScanObject } from '#core/inventory/model.ts';
import { objectOf, POLICY, seen } from '#core/policy/small-scan.fixture.ts';
import { eligibility } from '#core/ratchet/eligible.ts';
import { gapOf } from '#core/ratchet/gap.ts';
import type { GapInput } from '#core/ratchet/gap.ts';
import { movesOf } from '#core/ratchet/moves.ts';
import { CLEAN_RUN, cleanRuns, evidenceOf, NOW_KEY, RULE, sourceOf } from '#core/ratchet/small-history.fixture.ts';
import type { SmallRun } from '#core/ratchet/small-history.fixture.ts';
import { failingSince, failingTrend } from '#core/ratchet/trend.ts';
import type { Policy } from '#core/rules/model.ts';
import { DEFAULT_CRITERIA } from '#core/workspace/model.ts';

const BASELINE: Policy = { ...POLICY, rules: {} };
const teamOf = ({ labels }: ScanObject) => labels['team'];
const pod = (name: string, limits: FactVerdict, team?: string) =>
  objectOf('Pod', name, { limits, secrets: 'pass' }, team === undefined ? {} : { labels: { team } });

function gap(objects: readonly ScanObject[], runs: readonly SmallRun[] = cleanRuns(8), more: Partial<GapInput> = {}) {
  const { projection, findings } = seen(objects);
  return gapOf({
    strict: { rules: projection.rules, findings },
    baseline: BASELINE,
    criteria: DEFAULT_CRITERIA,
    teamOf,
    eligibility: (rule) => ({
      ...eligibility({ rule: RULE, factKey: NOW_KEY }, [sourceOf('prod', runs)], DEFAULT_CRITERIA),
      rule,
    }),
    trend: () => [],
    missing: () => undefined,
    ...more,
  });
}
const limits = (...args: Parameters<typeof gap>) => gap(...args).gap.find(({ rule }) => rule === 'limits');

describe('the gap', () => {
  it('counts what a rule fails on, where, and whose it is', () => {
    const [a, b] = [pod('a', 'fail', 'till'), pod('b', 'fail')];
    expect(limits([a, { ...b, namespace: 'pay' }, pod('c', 'pass')])).toMatchObject({
      failing: 2,
      findings: 2,
      namespaces: 2,
      teams: ['till'],
    });
  });

  it('law: each rule of the strict policy is in the baseline, ready or in the gap, and in one of them only', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom<FactVerdict>('pass', 'fail', 'notEvaluated', 'notApplicable'), { maxLength: 4 }),
        fc.subarray(['limits', 'secrets']),
        fc.integer({ min: 0, max: 10 }),
        (verdicts, held, runs) => {
          const baseline = { ...POLICY, rules: Object.fromEntries(held.map((rule) => [rule, { mode: 'warn' as const }])) };
          const found = gap(
            verdicts.map((verdict, index) => pod(`p${index}`, verdict)),
            cleanRuns(runs),
            { baseline },
          );
          const all = [...held, ...found.ready.map(({ rule }) => rule), ...found.gap.map(({ rule }) => rule)];
          expect(all.toSorted()).toEqual(['limits', 'secrets']);
        },
      ),
    );
  });

  it('law: what fails or is waived in this scan is never ready, whatever the history says', () => {
    const waived = { ...pod('w', 'fail'), waivers: { limits: 'known' } };
    expect(gap([pod('a', 'fail')]).ready.map(({ rule }) => rule)).toEqual(['secrets']);
    expect(gap([waived]).ready.map(({ rule }) => rule)).toEqual(['secrets']);
    expect(gap([pod('a', 'pass')]).ready.map(({ rule }) => rule)).toEqual(['limits', 'secrets']);
  });

  it('is in order of effort, then of failing objects', () => {
    const { projection, findings } = seen([pod('a', 'fail'), pod('b', 'fail'), objectOf('Pod', 'c', { secrets: 'fail' })]);
    const inOrder = (efforts: readonly ['easy' | 'hard', 'easy' | 'hard']) => {
      const rules = projection.rules.map((row, index) => ({
        ...row,
        rule: { ...row.rule, rule: { ...row.rule.rule, effort: efforts[index] ?? 'easy' } },
      }));
      return gap([], [], { strict: { rules, findings } }).gap.map(({ rule }) => rule);
    };
    expect(inOrder(['easy', 'easy'])).toEqual(['secrets', 'limits']);
    expect(inOrder(['easy', 'hard'])).toEqual(['limits', 'secrets']);
  });
});

describe('a forecast', () => {
  const texts = (...args: Parameters<typeof gap>) => limits(...args)?.forecast;

  it('says what to fix', () => {
    const fails = [pod('a', 'fail', 'till'), pod('b', 'fail', 'web'), pod('c', 'fail', 'web')];
    expect(texts(fails)).toBe('Fix 3 objects in 2 teams and the rule is ready after 5 clean runs over 7 days');
    expect(texts([pod('a', 'fail')])).toBe('Fix 1 object and the rule is ready after 5 clean runs over 7 days');
  });

  it.each([
    [2, 'Passes; needs 3 more clean runs over 6 more days'],
    [4, 'Passes; needs 1 more clean run over 4 more days'],
    [7, 'Passes; needs 1 more clean run over 1 more day'],
  ])('after %i clean runs says how many more', (runs, text) => {
    expect(texts([pod('a', 'pass')], cleanRuns(runs))).toBe(text);
  });

  it('asks for runs alone where the days have passed', () => {
    expect(texts([pod('a', 'pass')], [CLEAN_RUN, { ...CLEAN_RUN, day: 9 }])).toBe('Passes; needs 3 more clean runs');
  });

  it('says what blocks a rule of which nothing fails', () => {
    const waived = { ...pod('w', 'fail'), waivers: { limits: 'known' } };
    expect(limits([waived])).toMatchObject({ blocked: '1 object waived: a waiver is no pass' });
    expect(limits([pod('a', 'notEvaluated')], [])?.blocked).toBe('1 object not evaluated');
    expect(limits([pod('a', 'error')], [])?.blocked).toBe('1 object could not be judged');
    expect(limits([], [])?.blocked).toBe('nothing it applies to');
    expect(limits([pod('a', 'pass')], [])?.forecast).toBe('Blocked: prod has no run that counts');
    expect(limits([pod('a', 'pass')], [], { missing: () => 'Pod could not be read: forbidden' })?.blocked).toContain('forbidden');
    const broken = [...cleanRuns(3), { ...CLEAN_RUN, day: 3, status: 'incomplete' as const }];
    expect(texts([pod('a', 'pass')], broken)).toBe('Blocked: prod: incomplete: not everything could be read');
  });
});

describe('what moves most', () => {
  it('are objects that fail a rule alone, those of most rules first', () => {
    const both = objectOf('Pod', 'both', { limits: 'fail', secrets: 'fail' }, { labels: { team: 'till' } });
    const { findings } = seen([both, pod('other', 'pass')]);
    expect(movesOf(['secrets', 'limits'], findings, teamOf)).toEqual([
      { object: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'both' }, team: 'till', rules: ['limits', 'secrets'] },
    ]);
    expect(movesOf(['secrets'], findings, teamOf)[0]?.rules).toEqual(['secrets']);
  });

  it('law: fixing one makes exactly its rules pass everywhere', () => {
    const objects = fc.array(
      fc.record({ limits: fc.constantFrom<FactVerdict>('pass', 'fail'), secrets: fc.constantFrom<FactVerdict>('pass', 'fail') }),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(objects, (all) => {
        const made = all.map((verdicts, index) => objectOf('Pod', `p${index}`, verdicts));
        const failing = (some: readonly ScanObject[]) =>
          seen(some).projection.rules.flatMap(({ rule, counts }) => (counts.fail > 0 ? [rule.rule.id] : []));
        for (const { object, rules } of movesOf(['limits', 'secrets'], seen(made).findings, teamOf)) {
          const without = failing(made.filter(({ name }) => name !== object.name));
          expect(
            failing(made)
              .filter((rule) => !without.includes(rule))
              .toSorted(),
          ).toEqual(rules);
        }
      }),
    );
  });
});

describe('a trend', () => {
  const story: readonly SmallRun[] = [2, 0, 1, 3].map((fails, day) => ({
    ...CLEAN_RUN,
    day,
    objects: Array.from({ length: fails }, () => ({ namespace: 'shop', verdict: 'fail' as const })),
  }));
  const runs = story.toReversed().map(evidenceOf);
  const everywhere = () => true;

  it('is the failing objects of the last runs, oldest first', () => {
    expect(failingTrend(runs, RULE, everywhere)).toEqual([2, 0, 1, 3]);
    expect(failingTrend(runs, RULE, everywhere, 2)).toEqual([1, 3]);
    expect(failingTrend(runs, RULE, () => false)).toEqual([0, 0, 0, 0]);
    expect(failingTrend(runs, 'other', everywhere)).toEqual([]);
  });

  it('says since when a rule fails without a break', () => {
    expect(failingSince(runs, RULE, everywhere)).toBe(runs[1]?.startedAt);
    expect(failingSince(runs.slice(2), RULE, everywhere)).toBeUndefined();
    expect(failingSince([], RULE, everywhere)).toBeUndefined();
  });
});
