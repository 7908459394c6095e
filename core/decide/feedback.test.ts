import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feedbackDue, mergeAnswers, noisyRules, questionsOf, summarise } from '#core/decide/feedback.ts';
import type { RuleNoise } from '#core/decide/feedback.ts';
import { VOTES } from '#core/workspace/model.ts';
import type { FeedbackQuestion, FeedbackRound } from '#core/workspace/model.ts';

const noise = (rule: string, more: Partial<RuleNoise> = {}): RuleNoise => ({
  rule,
  title: `The ${rule}`,
  failing: 0,
  waived: 0,
  disabled: 0,
  ...more,
});
const question = (rule: string, answers: FeedbackQuestion['answers']): FeedbackQuestion => ({ rule, question: '?', answers });
const round = (started: string, more: Partial<FeedbackRound> = {}): FeedbackRound => ({
  id: started,
  started,
  closed: started,
  policy: 'strict',
  questions: [],
  ...more,
});

describe('a feedback round is due', () => {
  const NOW = '2026-11-29T12:00:00.000Z';

  it('the set number of days after the last one began, or after the first policy', () => {
    expect(feedbackDue([round('2026-08-01T00:00:00Z'), round('2026-11-01T00:00:00Z')], 90, undefined, NOW)).toEqual({
      due: '2027-01-30',
      isDue: false,
    });
    expect(feedbackDue([], 90, '2026-08-01T00:00:00Z', NOW)).toEqual({ due: '2026-10-30', isDue: true });
  });

  it('not while one is open, nor before anything began', () => {
    const { closed: _closed, ...open } = round('2026-01-01T00:00:00Z');
    expect(feedbackDue([open], 90, undefined, NOW)).toEqual({ isDue: false });
    expect(feedbackDue([], 90, undefined, NOW)).toEqual({ isDue: false });
  });
});

describe('a round asks', () => {
  it('for the rules that were waived most first, and says what is known of each', () => {
    const rules = [noise('a'), noise('b', { failing: 9 }), noise('c', { waived: 1, failing: 1, disabled: 2 })];
    expect(questionsOf(rules).map((one) => one.question)).toEqual([
      'The c: it fails on 1 object, is waived on 1 and is off in 2 policies. Keep, change or drop it?',
      'The b: it fails on 9 objects. Keep, change or drop it?',
      'The a: it passes everywhere. Keep, change or drop it?',
    ]);
  });
});

const answers = fc.uniqueArray(
  fc.record(
    {
      by: fc.constantFrom('ann', 'ben', 'cid'),
      vote: fc.constantFrom(...VOTES),
      comment: fc.string(),
      at: fc.integer({ min: 1, max: 9 }).map((day) => `2026-11-0${day}T00:00:00Z`),
    },
    { requiredKeys: ['by', 'vote'] },
  ),
  { selector: ({ by }) => by },
);
const questions = fc.uniqueArray(
  fc.tuple(fc.constantFrom('a', 'b', 'c'), answers).map(([rule, given]) => question(rule, given)),
  { selector: ({ rule }) => rule },
);

describe('answers of two sources', () => {
  it('of one person the later counts', () => {
    const early = question('a', [{ by: 'ann', vote: 'drop', at: '2026-11-01T00:00:00Z' }]);
    const late = question('a', [{ by: 'ann', vote: 'keep', at: '2026-11-02T00:00:00Z' }]);
    const timeless = question('a', [{ by: 'ann', vote: 'change' }]);
    expect(mergeAnswers([late], [early])[0]?.answers).toEqual(late.answers);
    expect(mergeAnswers([early], [late])[0]?.answers).toEqual(late.answers);
    expect(mergeAnswers([early], [timeless])[0]?.answers).toEqual(early.answers);
  });

  it('law: nobody and no question is lost, and nobody counts twice', () => {
    fc.assert(
      fc.property(questions, questions, (left, right) => {
        const merged = mergeAnswers(left, right);
        const people = (all: readonly FeedbackQuestion[]) =>
          all.flatMap((one) => one.answers.map(({ by }) => `${one.rule} ${by}`));
        expect(people(merged).toSorted()).toEqual([...new Set([...people(left), ...people(right)])].toSorted());
        expect(merged.map(({ rule }) => rule).toSorted()).toEqual(
          [...new Set([...left, ...right].map(({ rule }) => rule))].toSorted(),
        );
      }),
    );
  });

  it('law: merging the same answers again changes nothing', () => {
    fc.assert(
      fc.property(questions, questions, (left, right) => {
        const once = mergeAnswers(left, right);
        expect(mergeAnswers(once, right)).toEqual(once);
      }),
    );
  });
});

describe('what a round came to', () => {
  it('lists those first that most are against, with what was said', () => {
    const asked = [
      question('a', [{ by: 'ann', vote: 'keep', comment: 'good' }]),
      question('b', [
        { by: 'ann', vote: 'drop' },
        { by: 'ben', vote: 'change', comment: '' },
      ]),
    ];
    expect(summarise({ questions: asked })).toEqual([
      { rule: 'b', votes: { keep: 0, change: 1, drop: 1 }, comments: [] },
      { rule: 'a', votes: { keep: 1, change: 0, drop: 0 }, comments: ['ann: good'] },
    ]);
  });
});

describe('a noisy rule', () => {
  const voted = (rule: string, ...votes: readonly (typeof VOTES)[number][]) =>
    round('2026-11-01T00:00:00Z', {
      questions: [
        question(
          rule,
          votes.map((vote, index) => ({ by: `p${index}`, vote })),
        ),
      ],
    });

  it.each<[string, Partial<RuleNoise>, readonly (typeof VOTES)[number][], RegExp]>([
    ['most would drop', {}, ['drop', 'drop', 'keep'], /switch it off, or lower/],
    ['most want changed', {}, ['change', 'drop', 'keep'], /parameters/],
    ['several policies switch off', { disabled: 2, waived: 9 }, [], /inherit/],
    ['is waived more than it fails', { waived: 3, failing: 2 }, [], /narrow its scope/],
    ['one policy switches off', { disabled: 1 }, [], /ask why/],
    ['has few waivers', { waived: 1, failing: 2 }, [], /few/],
    ['few are against', {}, ['drop', 'keep'], /ask them/],
  ])('that %s comes with what to do about it', (_name, more, votes, suggestion) => {
    const [found] = noisyRules([noise('a', more)], votes.length === 0 ? [] : [voted('a', ...votes)]);
    expect(found?.suggestion).toMatch(suggestion);
  });

  it('is one that was waived, switched off or voted down, by its last round', () => {
    expect(noisyRules([noise('a', { failing: 50 })], [])).toEqual([]);
    expect(noisyRules([noise('a')], [voted('a', 'drop'), { ...voted('a', 'keep'), started: '2026-11-20T00:00:00Z' }])).toEqual(
      [],
    );
    const order = noisyRules([noise('a', { waived: 9 }), noise('b', { disabled: 1 }), noise('c')], [voted('c', 'change')]);
    expect(order.map(({ rule }) => rule)).toEqual(['c', 'b', 'a']);
  });
});
