import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUN_STATUSES, VERDICTS } from '#core/model.ts';
import { eligibility } from '#core/ratchet/eligible.ts';
import { CLEAN_RUN, cleanRuns, NOW_KEY, RULE, sourceOf } from '#core/ratchet/small-history.fixture.ts';
import type { SmallObject, SmallRun } from '#core/ratchet/small-history.fixture.ts';
import { DEFAULT_CRITERIA } from '#core/workspace/model.ts';
import type { Criteria } from '#core/workspace/model.ts';

type History = Readonly<Record<string, readonly SmallRun[]>>;

const judge = (history: History, criteria: Criteria = DEFAULT_CRITERIA, factKey = NOW_KEY) =>
  eligibility(
    { rule: RULE, factKey },
    Object.entries(history).map(([name, runs]) => sourceOf(name, runs)),
    criteria,
  );
const WEEK = cleanRuns(8);
const withLast = (change: Partial<SmallRun>) => [...WEEK.slice(0, -1), { ...CLEAN_RUN, day: 7, ...change }];
const objectsOf = (...verdicts: readonly SmallObject['verdict'][]): readonly SmallObject[] =>
  verdicts.map((verdict) => ({ namespace: 'shop', verdict }));

describe('a rule passes consistently', () => {
  it('after enough clean runs over enough days', () => {
    expect(judge({ prod: WEEK })).toMatchObject({ eligible: true, streaks: [{ runs: 8, days: 7, enough: true }] });
    expect(judge({ prod: [CLEAN_RUN, ...[5, 6, 6.5, 7].map((day) => ({ ...CLEAN_RUN, day }))] }).eligible).toBe(true);
  });

  it('not before: too few runs, or too few days', () => {
    expect(judge({ prod: [0, 3, 6, 9].map((day) => ({ ...CLEAN_RUN, day })) })).toMatchObject({
      eligible: false,
      streaks: [{ runs: 4, days: 9, enough: false }],
    });
    expect(judge({ prod: cleanRuns(7) })).toMatchObject({ eligible: false, streaks: [{ runs: 7, days: 6, enough: false }] });
    expect(judge({ prod: cleanRuns(7) }, { runs: 7, days: 6 }).eligible).toBe(true);
  });

  it('never without evidence, whatever is asked', () => {
    expect(judge({}, { runs: 1, days: 0 }).eligible).toBe(false);
    expect(judge({ prod: [] }, { runs: 1, days: 0 }).eligible).toBe(false);
    expect(judge({ prod: WEEK }, { ...DEFAULT_CRITERIA, sources: [] }).eligible).toBe(false);
  });

  it('in every chosen source, each for itself', () => {
    const history = { prod: WEEK, ci: cleanRuns(2, 7) };
    expect(judge(history).eligible).toBe(false);
    expect(judge(history, { ...DEFAULT_CRITERIA, sources: ['prod'] }).eligible).toBe(true);
    expect(judge(history, { ...DEFAULT_CRITERIA, sources: ['prod', 'unknown'] }).eligible).toBe(false);
  });
});

describe('a streak ends at a run', () => {
  it.each<[string, Partial<SmallRun>]>([
    ['1 object failed', { objects: objectsOf('pass', 'fail') }],
    ['2 objects were waived', { objects: objectsOf('pass', 'waived', 'waived') }],
    ['1 object could not be judged', { objects: objectsOf('pass', 'error') }],
    ['1 object was not evaluated', { objects: objectsOf('pass', 'notEvaluated') }],
    ['nothing it applies to', { objects: objectsOf('notApplicable') }],
    ['nothing it applies to', { objects: [] }],
    ['incomplete: not everything could be read', { status: 'incomplete' }],
    ['cancelled', { status: 'cancelled' }],
    ['restricted to some namespaces', { restricted: true }],
    ['Deployment could not be read: forbidden', { missing: true }],
    ['the rule was not judged', { judged: false }],
    ['the rule, or its parameters, were different', { factKey: 'before' }],
  ])('%s', (ended, change) => {
    const [streak] = judge({ prod: withLast(change) }).streaks;
    expect(streak).toMatchObject({ runs: 0, days: 0, enough: false, ended });
    expect(streak?.evidence).toHaveLength(1);
  });

  it('and counts only what came after it', () => {
    const runs = [...cleanRuns(8), { ...CLEAN_RUN, day: 8, objects: objectsOf('fail') }, ...cleanRuns(3, 11)];
    const { eligible, streaks, evidence } = judge({ prod: runs });
    expect(eligible).toBe(false);
    expect(streaks[0]).toMatchObject({ runs: 3, days: 2, ended: '1 object failed' });
    expect(streaks[0]?.evidence.map(({ scanId }) => scanId)).toEqual(['run-11', 'run-10', 'run-9', 'run-8']);
    expect(evidence).toEqual(['run-11', 'run-10', 'run-9']);
  });

  it('but not at one that is still going on', () => {
    expect(judge({ prod: [...WEEK, { ...CLEAN_RUN, day: 8, status: 'running' }] })).toMatchObject({
      eligible: true,
      streaks: [{ runs: 8 }],
    });
  });

  it('and shows the newest runs of a long one', () => {
    const [streak] = judge({ prod: cleanRuns(100) }).streaks;
    expect(streak).toMatchObject({ runs: 100, days: 99 });
    expect(streak?.evidence).toHaveLength(29);
    expect(judge({ prod: cleanRuns(100) }, { runs: 60, days: 7 }).streaks[0]?.evidence).toHaveLength(60);
  });
});

describe('only evidence counts', () => {
  const onBranch = (branch: string, objects = objectsOf('pass')) => WEEK.map((run) => ({ ...run, branch, objects }));
  const runsOf = (runs: readonly SmallRun[], branches: readonly string[]) =>
    eligibility({ rule: RULE, factKey: NOW_KEY }, [sourceOf('ci', runs, { branches })], DEFAULT_CRITERIA).streaks[0]?.runs;

  it('of the branches that a source names', () => {
    expect(runsOf(onBranch('release'), ['release'])).toBe(8);
    expect(runsOf(onBranch('feature'), ['release'])).toBe(0);
    expect(runsOf(WEEK, ['release'])).toBe(0);
    expect(
      runsOf([...onBranch('release'), { ...CLEAN_RUN, day: 8, branch: 'feature', objects: objectsOf('fail') }], ['release']),
    ).toBe(8);
  });

  it('else of its default branch, or without git data', () => {
    expect(runsOf(WEEK, [])).toBe(8);
    expect(runsOf(onBranch('main'), [])).toBe(8);
    expect(runsOf(onBranch('feature'), [])).toBe(0);
  });

  it('in the namespaces that the policy reaches', () => {
    const runs = WEEK.map((run) => ({ ...run, objects: [...run.objects, { namespace: 'other', verdict: 'fail' } as const] }));
    const within = (namespace: string) =>
      eligibility(
        { rule: RULE, factKey: NOW_KEY },
        [sourceOf('prod', runs, { inReach: (name) => name === namespace })],
        DEFAULT_CRITERIA,
      );
    expect(within('shop').eligible).toBe(true);
    expect(within('other').eligible).toBe(false);
    expect(within('empty').streaks[0]?.ended).toBe('nothing it applies to');
  });

  it("in the namespaces of the rule's own scope in the policy", () => {
    const runs = WEEK.map((run) => ({ ...run, objects: [...run.objects, { namespace: 'other', verdict: 'fail' } as const] }));
    const scoped = (namespaces: readonly string[]) =>
      eligibility({ rule: RULE, factKey: NOW_KEY, scope: { namespaces } }, [sourceOf('prod', runs)], DEFAULT_CRITERIA);
    expect(scoped(['sh*']).eligible).toBe(true);
    expect(scoped(['*']).eligible).toBe(false);
    expect(scoped(['empty']).eligible).toBe(false);
  });
});

/** Histories near the edge: mostly clean, so that many of them are eligible and one step away from not being it. */
const objects = fc.array(
  fc.record({
    namespace: fc.constantFrom('shop', 'pay', ''),
    verdict: fc.oneof({ weight: 12, arbitrary: fc.constant('pass' as const) }, fc.constantFrom(...VERDICTS)),
  }),
  { minLength: 1, maxLength: 4 },
);
const mostly = <T>(value: T, other: fc.Arbitrary<T>) => fc.oneof({ weight: 15, arbitrary: fc.constant(value) }, other);
const smallRuns = fc
  .array(
    fc.record({
      gap: fc.constantFrom(0.1, 1, 3),
      status: mostly<SmallRun['status']>('complete', fc.constantFrom(...RUN_STATUSES)),
      restricted: mostly(false, fc.boolean()),
      missing: mostly(false, fc.boolean()),
      judged: mostly(true, fc.boolean()),
      factKey: mostly(NOW_KEY, fc.constant('before')),
      objects,
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map((runs) => {
    let day = 0;
    return runs.map(({ gap, ...run }): SmallRun => ({ ...run, day: (day += gap) }));
  });
const histories = fc.record({ prod: smallRuns, ci: smallRuns }, { requiredKeys: ['prod'] });
const criteria: fc.Arbitrary<Criteria> = fc.record(
  { runs: fc.integer({ min: 1, max: 4 }), days: fc.constantFrom(0, 1, 3), sources: fc.subarray(['prod', 'ci']) },
  { requiredKeys: ['runs', 'days'] },
);

const isClean = (run: SmallRun): boolean =>
  eligibility({ rule: RULE, factKey: NOW_KEY }, [sourceOf('x', [run])], { runs: 1, days: 0 }).eligible;

/** One step by which evidence gets less or worse. `pick` chooses the run and the object. */
const STEPS = {
  'a verdict is lost to missing rights': (run, pick) => ({ ...run, objects: changed(run.objects, pick, 'notEvaluated') }),
  'an object becomes a failure': (run, pick) => ({ ...run, objects: changed(run.objects, pick, 'fail') }),
  'a failure is added': (run) => ({ ...run, objects: [...run.objects, { namespace: 'new', verdict: 'fail' }] }),
  'a waiver is added': (run) => ({ ...run, objects: [...run.objects, { namespace: 'new', verdict: 'waived' }] }),
  'a passing object is removed': (run, pick) => {
    const passing = run.objects.filter(({ verdict }) => verdict === 'pass');
    const gone = passing[pick % Math.max(1, passing.length)];
    return { ...run, objects: run.objects.filter((object) => object !== gone) };
  },
  'kinds are no longer read': (run) => ({ ...run, missing: true }),
  'kinds are no longer read and their objects are gone': (run) => ({ ...run, missing: true, objects: [] }),
  'the run is incomplete and objects are gone': (run, pick) => ({
    ...run,
    status: 'incomplete',
    objects: run.objects.filter((_, index) => index !== pick % run.objects.length),
  }),
  'the run is restricted to a namespace': (run) => ({
    ...run,
    restricted: true,
    objects: run.objects.filter(({ namespace }) => namespace === 'shop'),
  }),
  'the rule is no longer judged': (run) => ({ ...run, judged: false }),
  'a clean run is removed': (run) => (isClean(run) ? undefined : run),
} satisfies Record<string, (run: SmallRun, pick: number) => SmallRun | undefined>;

const changed = (all: readonly SmallObject[], pick: number, verdict: SmallObject['verdict']): readonly SmallObject[] =>
  all.map((object, index) => (index === pick % all.length ? { ...object, verdict } : object));

describe('law (decisions.md 21): a rule never becomes eligible because', () => {
  it.each(Object.entries(STEPS))('%s', (_name, step: (run: SmallRun, pick: number) => SmallRun | undefined) => {
    fc.assert(
      fc.property(
        histories,
        criteria,
        fc.array(fc.record({ at: fc.nat(20), pick: fc.nat(5), source: fc.constantFrom<'prod' | 'ci'>('prod', 'ci') }), {
          minLength: 1,
          maxLength: 6,
        }),
        (history, asked, choices) => {
          let worse: History = history;
          for (const { at, pick, source } of choices) {
            const runs = worse[source] ?? [];
            const done = runs.flatMap((run, index) => (index === at % runs.length ? (step(run, pick) ?? []) : run));
            if (worse[source] !== undefined) worse = { ...worse, [source]: done };
          }
          if (!judge(history, asked).eligible) expect(judge(worse, asked).eligible).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('and the histories tried are eligible and not, so that the laws say something', () => {
    const tried = fc.sample(fc.tuple(histories, criteria), { numRuns: 500, seed: 7 });
    const eligible = tried.filter(([history, asked]) => judge(history, asked).eligible).length;
    expect(eligible).toBeGreaterThan(50);
    expect(eligible).toBeLessThan(450);
  });
});
