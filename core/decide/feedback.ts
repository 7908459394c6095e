import type { FeedbackView } from '#core/api/inbox.ts';
import { counted } from '#core/ratchet/counts.ts';
import { VOTES } from '#core/workspace/model.ts';
import type { FeedbackQuestion, FeedbackRound, Vote } from '#core/workspace/model.ts';

/** Feedback rounds: when the next is due, what it asks, what the answers come to. Times are passed in. */

type Answer = FeedbackQuestion['answers'][number];

/** What is known of a rule that people may find noisy. */
export interface RuleNoise {
  readonly rule: string;
  readonly title: string;
  /** Objects that fail it now, and objects that are waived. */
  readonly failing: number;
  readonly waived: number;
  /** Policies that have switched it off. */
  readonly disabled: number;
}

const DAY = 86_400_000;

export interface FeedbackDue {
  /** `YYYY-MM-DD`; absent where nothing was begun yet, or a round is open. */
  readonly due?: string;
  readonly isDue: boolean;
}

/** The set number of days after the last round began, or after work with policies did. None is due while one is open. */
export function feedbackDue(rounds: readonly FeedbackRound[], days: number, begun: string | undefined, now: string): FeedbackDue {
  if (rounds.some(({ closed }) => closed === undefined)) return { isDue: false };
  const last =
    rounds
      .map(({ started }) => started)
      .toSorted()
      .at(-1) ?? begun;
  if (last === undefined) return { isDue: false };
  const due = new Date(Date.parse(last) + days * DAY).toISOString();
  return { due: due.slice(0, 10), isDue: due <= now };
}

/** One question per rule, those first that were waived, fail or are switched off most. */
export const questionsOf = (rules: readonly RuleNoise[]): readonly FeedbackQuestion[] =>
  rules
    .toSorted(
      (left, right) =>
        right.waived - left.waived ||
        right.failing - left.failing ||
        right.disabled - left.disabled ||
        (left.rule < right.rule ? -1 : 1),
    )
    .map((noise) => ({ rule: noise.rule, question: questionOf(noise), answers: [] }));

function questionOf({ title, failing, waived, disabled }: RuleNoise): string {
  const facts = [
    ...(failing > 0 ? [`fails on ${counted(failing, 'object')}`] : []),
    ...(waived > 0 ? [`is waived on ${waived}`] : []),
    ...(disabled > 0 ? [`is off in ${disabled === 1 ? '1 policy' : `${disabled} policies`}`] : []),
  ];
  const [first = 'passes everywhere', ...more] = facts;
  const known = more.length === 0 ? first : `${[first, ...more.slice(0, -1)].join(', ')} and ${more.at(-1) ?? ''}`;
  return `${title}: it ${known}. Keep, change or drop it?`;
}

/**
 * Answers of two sources in one round: a file that colleagues filled in, and the app. Of one person's answers to one question the
 * later counts; one without a time gives way to one with a time, else the second stands. Questions of either side are kept.
 */
export function mergeAnswers(
  questions: readonly FeedbackQuestion[],
  more: readonly FeedbackQuestion[],
): readonly FeedbackQuestion[] {
  const merged = new Map(questions.map((question) => [question.rule, { ...question, answers: latest(question.answers) }]));
  for (const question of more) {
    const known = merged.get(question.rule) ?? { ...question, answers: [] };
    merged.set(question.rule, { ...known, answers: latest([...known.answers, ...question.answers]) });
  }
  return [...merged.values()];
}

function latest(answers: readonly Answer[]): readonly Answer[] {
  const byPerson = new Map<string, Answer>();
  for (const answer of answers) {
    const before = byPerson.get(answer.by);
    if (before === undefined || (before.at ?? '') <= (answer.at ?? '')) byPerson.set(answer.by, answer);
  }
  return [...byPerson.values()];
}

export interface FeedbackSummary {
  readonly rule: string;
  readonly votes: Readonly<Record<Vote, number>>;
  readonly comments: readonly string[];
}

/** What a round came to, those first that most want to change or drop. */
export function summarise({ questions }: Pick<FeedbackRound, 'questions'>): readonly FeedbackSummary[] {
  const rows = questions.map(({ rule, answers }) => ({
    rule,
    votes: votesOf(answers),
    comments: answers.flatMap(({ by, comment }) => (comment === undefined || comment === '' ? [] : [`${by}: ${comment}`])),
  }));
  return rows.toSorted((left, right) => against(right.votes) - against(left.votes) || (left.rule < right.rule ? -1 : 1));
}

const votesOf = (answers: readonly Answer[]): Record<Vote, number> => {
  const votes = { keep: 0, change: 0, drop: 0 };
  for (const { vote } of answers) votes[vote] += 1;
  return votes;
};

const against = (votes: Readonly<Record<Vote, number>>): number => votes.change + votes.drop;

type Noisy = FeedbackView['noisy'][number];

/** Rules that were waived, switched off or voted down, the noisiest first, each with what to do about it. */
export function noisyRules(rules: readonly RuleNoise[], rounds: readonly FeedbackRound[], most = 20): readonly Noisy[] {
  const votes = lastVotes(rounds);
  return rules
    .flatMap((noise): readonly Noisy[] => {
      const { rule, title, waived, disabled } = noise;
      const voted = votes.get(rule) ?? { keep: 0, change: 0, drop: 0 };
      if (waived + disabled + against(voted) === 0) return [];
      return [{ rule, title, waived, disabled, against: against(voted), suggestion: suggestionOf(noise, voted) }];
    })
    .toSorted(
      (left, right) =>
        right.against - left.against ||
        right.disabled - left.disabled ||
        right.waived - left.waived ||
        (left.rule < right.rule ? -1 : 1),
    )
    .slice(0, most);
}

/** Each rule's votes in the last round that asked for it. */
function lastVotes(rounds: readonly FeedbackRound[]): ReadonlyMap<string, Readonly<Record<Vote, number>>> {
  const votes = new Map<string, Readonly<Record<Vote, number>>>();
  for (const { questions } of rounds.toSorted((left, right) => (left.started < right.started ? -1 : 1))) {
    for (const { rule, answers } of questions) if (answers.length > 0) votes.set(rule, votesOf(answers));
  }
  return votes;
}

/** The strongest sign decides: a majority against, then switching off, then waivers. */
function suggestionOf({ failing, waived, disabled }: RuleNoise, votes: Readonly<Record<Vote, number>>): string {
  const all = VOTES.reduce((sum, vote) => sum + votes[vote], 0);
  if (all > 0 && votes.drop * 2 > all) return 'Most would drop it: switch it off, or lower it to audit.';
  if (against(votes) * 2 > all) return 'Most want it changed: look at its parameters, message and scope.';
  if (disabled > 1) return 'Several policies switch it off: switch it off where they inherit from.';
  if (waived > failing) return 'More is waived than fails: narrow its scope instead of waiving.';
  if (disabled > 0) return 'One policy switches it off: ask why, and whether the others should.';
  return waived > 0 ? 'Its waivers are few: fix what they cover, or leave them to end.' : 'Some are against it: ask them why.';
}
