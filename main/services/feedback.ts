import type { FeedbackView } from '#core/api/inbox.ts';
import { mergeAnswers, noisyRules, questionsOf } from '#core/decide/feedback.ts';
import type { RuleNoise } from '#core/decide/feedback.ts';
import type { JsonObject } from '#core/json.ts';
import type { AppError } from '#core/model.ts';
import { isOn, settingOf } from '#core/policy/effective.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { FeedbackRound } from '#core/workspace/model.ts';
import type { DeepReadonly, Services } from '#main/rpc/services.ts';
import type { ServiceContext } from '#main/services/context.ts';
import { dueFeedback } from '#main/services/guide.ts';
import { invalidInput } from '#main/services/errors.ts';
import { pairOf } from '#main/services/ratchet-parts.ts';
import type { DocumentEdit } from '#main/workspace/edit.ts';

/** Feedback rounds: files that colleagues fill in, or answers given here; and the rules that are noisy. */
export function feedbackService(context: ServiceContext): Services['feedback'] {
  const { workspace, now } = context;
  const changed = async (what: string, edit: DocumentEdit) => {
    const change = await workspace.change({ what, edits: [edit], cause: { kind: 'edit' } });
    return change.ok ? ok({ change: change.value }) : change;
  };
  return {
    get: async ({ scanId }) => feedbackOf(context, scanId),
    start: async ({ policy, rules }) => {
      const found = workspace.find(policy);
      if (!found.ok) return found;
      const scanId = latestScan(context);
      const noise = noiseOf(context, policy, scanId);
      if (!noise.ok) return noise;
      const asked = noise.value.filter(({ rule }) => (rules === undefined ? isOn(found.value, rule) : rules.includes(rule)));
      const absent = rules?.find((rule) => !asked.some((one) => one.rule === rule));
      if (absent !== undefined) return err(noRule(absent));
      const id = freeId(context, new Date(now()).toISOString().slice(0, 10));
      const questions = questionsOf(asked).map(({ rule, question }) => ({ rule, question, answers: [] }));
      const value: JsonObject = { id, policy, started: new Date(now()).toISOString(), questions };
      return changed(`Began feedback round ${id}`, {
        type: 'put',
        kind: 'Feedback',
        name: id,
        file: roundPath(id),
        next: () => value,
        hash: '',
      });
    },
    answer: async ({ round, rule, vote, comment }) => {
      const open = openRound(context, round);
      if (!open.ok) return open;
      const question = open.value.questions.find((one) => one.rule === rule);
      if (question === undefined) return err(notAsked(round, rule));
      const by = await workspace.author();
      const answer = {
        by,
        vote,
        ...(comment === undefined || comment === '' ? {} : { comment }),
        at: new Date(now()).toISOString(),
      };
      const answered = mergeAnswers(open.value.questions, [{ ...question, answers: [answer] }]);
      return changed(
        `Answered about ${rule}`,
        putRound(round, (raw) => ({ ...raw, questions: plain(answered) })),
      );
    },
    close: async ({ round }) => {
      const open = openRound(context, round);
      if (!open.ok) return open;
      return changed(
        `Closed feedback round ${round}`,
        putRound(round, (raw) => ({ ...raw, closed: new Date(now()).toISOString() })),
      );
    },
  };
}

const roundPath = (id: string): string => `feedback/${id}.yaml`;
const plain = (value: unknown): JsonObject[] => JSON.parse(JSON.stringify(value)) as JsonObject[];

const putRound = (id: string, next: (raw: JsonObject) => JsonObject): DocumentEdit => ({
  type: 'put',
  kind: 'Feedback',
  name: id,
  file: roundPath(id),
  next,
});

function feedbackOf(context: ServiceContext, scanId: string | undefined): Result<DeepReadonly<FeedbackView>, AppError> {
  const { workspace, library } = context;
  const { content, places } = workspace.now().read;
  const titles = new Map(library.rules.map(({ id, title }) => [id, title]));
  const pair = pairOf(content);
  const noise = noiseOf(context, pair.strict ?? pair.baseline ?? 'all', scanId);
  if (!noise.ok) return noise;
  return ok({
    ...dueFeedback(context),
    rounds: content.feedback.map(({ questions, ...round }) => ({
      ...round,
      file: places.find(({ kind, name }) => kind === 'Feedback' && name === round.id)?.file ?? '',
      questions: questions.map(({ rule, question, answers }) => ({ rule, title: titles.get(rule) ?? rule, question, answers })),
    })),
    noisy: noisyRules(noise.value, content.feedback),
  });
}

/** Of every rule: objects that fail and that are waived in a scan, and policies of the workspace that switched it off. */
function noiseOf(
  { workspace, library, views }: ServiceContext,
  policy: string,
  scanId: string | undefined,
): Result<readonly RuleNoise[], AppError> {
  const view = scanId === undefined ? ok(undefined) : views.open(scanId, policy);
  if (!view.ok) return view;
  const counts = new Map(view.value?.projection.rules.map((row) => [row.rule.rule.id, row.counts]));
  const policies = workspace.now().read.content.policies.flatMap(({ name }) => {
    const found = workspace.find(name);
    return found.ok ? [found.value] : [];
  });
  const isOff = (rule: string) => policies.filter((one) => settingOf(one, rule)?.mode === 'off').length;
  return ok(
    library.rules.map(({ id, title }) => ({
      rule: id,
      title,
      failing: counts.get(id)?.fail ?? 0,
      waived: counts.get(id)?.waived ?? 0,
      disabled: isOff(id),
    })),
  );
}

const latestScan = ({ store }: ServiceContext): string | undefined =>
  store.runs.list({ limit: 1, statuses: ['complete', 'incomplete'] }).runs[0]?.id;

function freeId({ workspace }: ServiceContext, day: string): string {
  const { places, broken } = workspace.now().read;
  const taken = new Set([...places, ...broken].flatMap(({ kind, name }) => (kind === 'Feedback' ? [name] : [])));
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? day : `${day}-${number}`;
    if (!taken.has(id)) return id;
  }
}

function openRound({ workspace }: ServiceContext, id: string): Result<FeedbackRound, AppError> {
  const round = workspace.now().read.content.feedback.find((one) => one.id === id);
  if (round === undefined) {
    return err({
      code: 'notFound',
      what: `There is no feedback round '${id}'.`,
      where: 'the workspace',
      why: 'No file of the workspace folder has it.',
      next: 'Begin a round.',
    });
  }
  if (round.closed === undefined) return ok(round);
  return err(
    invalidInput(
      `The feedback round '${id}' is closed.`,
      `round ${id}`,
      `It was closed on ${round.closed.slice(0, 10)}.`,
      'Begin a new round.',
    ),
  );
}

const notAsked = (round: string, rule: string): AppError =>
  invalidInput(
    `The round '${round}' does not ask about '${rule}'.`,
    `round ${round}`,
    'Its file has no such question.',
    'Answer one of its questions, or begin a round that asks it.',
  );

const noRule = (rule: string): AppError =>
  invalidInput(
    `There is no rule named '${rule}'.`,
    'rules',
    'The library has none of that name.',
    "'plimsoll rules' lists all of them.",
  );
