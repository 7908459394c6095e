import { useState } from 'react';
import type { FeedbackView } from '#core/api/inbox.ts';
import type { Run } from '#core/api/common.ts';
import { asResult, useCache, useQuery } from '../../state/query.ts';
import type { AppError } from '#core/model.ts';
import { useCurrent } from '../../state/current.ts';
import { useSaid } from '../../state/undo.ts';
import { Button, Segments } from '../../ui/controls.tsx';
import { fullDay, plural } from '../../ui/format.ts';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { Problem, Skeleton } from '../../ui/states.tsx';

type Round = FeedbackView['rounds'][number];
type Vote = Round['questions'][number]['answers'][number]['vote'];

/** What developers think of the rules: rounds of questions, answered here or in the file, and which rules are noisy. */
export function Feedback({ run }: { readonly run: Run | undefined }) {
  const { policy } = useCurrent();
  const cache = useCache();
  const said = useSaid();
  const [problem, setProblem] = useState<AppError>();
  const feedback = useQuery({
    key: ['feedback', run?.id ?? null],
    ask: (client, signal) => client.feedback.get(run === undefined ? {} : { scanId: run.id }, { signal }),
    on: ['workspace', 'runs'],
    keep: true,
  });
  if (feedback.error !== undefined) return <Problem error={feedback.error} onRetry={feedback.refetch} />;
  if (feedback.data === undefined) return <Skeleton rows={1} />;
  const save = async (ask: ReturnType<typeof cache.client.feedback.start>): Promise<void> => {
    const answer = await asResult(ask);
    setProblem(answer.ok ? undefined : answer.error);
    if (answer.ok) said(answer.value.change);
  };
  const { due, isDue, rounds, noisy } = feedback.data;
  const open = rounds.find((round) => round.closed === undefined);
  return (
    <section className="panel" aria-labelledby="feedback-title">
      <header className="panel-head">
        <h2 id="feedback-title">Feedback</h2>
        <span className={isDue ? 'loss small' : 'muted small'}>
          {isDue
            ? 'A round is due: ask those who live with the rules.'
            : due === undefined
              ? ''
              : `The next round is due on ${fullDay(due)}.`}
        </span>
        <span className="acts end">
          {open === undefined ? (
            <Button small look={isDue ? 'primary' : 'plain'} onClick={() => void save(cache.client.feedback.start({ policy }))}>
              Start a round about {safe(policy)}
            </Button>
          ) : (
            <Button small onClick={() => void save(cache.client.feedback.close({ round: open.id }))}>
              Close the round
            </Button>
          )}
        </span>
      </header>
      <div className="part">
        {problem === undefined ? null : <Problem error={problem} />}
        {open === undefined ? null : (
          <Questions
            round={open}
            onAnswer={(rule, vote, comment) =>
              void save(cache.client.feedback.answer({ round: open.id, rule, vote, ...(comment === '' ? {} : { comment }) }))
            }
          />
        )}
        <Noisy noisy={noisy} />
      </div>
    </section>
  );
}

function Questions({
  round,
  onAnswer,
}: {
  readonly round: Round;
  readonly onAnswer: (rule: string, vote: Vote, comment: string) => void;
}) {
  return (
    <>
      <p className="small muted">
        Since {fullDay(round.started)}, about {safe(round.policy)}. Colleagues may fill in{' '}
        <code className="break">{safe(round.file)}</code> instead.
      </p>
      <ul className="questions">
        {round.questions.map((question) => (
          <Question
            key={question.rule}
            question={question}
            onAnswer={(vote, comment) => onAnswer(question.rule, vote, comment)}
          />
        ))}
      </ul>
    </>
  );
}

function Question({
  question,
  onAnswer,
}: {
  readonly question: Round['questions'][number];
  readonly onAnswer: (vote: Vote, comment: string) => void;
}) {
  const [comment, setComment] = useState('');
  const [vote, setVote] = useState<Vote>('keep');
  const tally = (['keep', 'change', 'drop'] as const)
    .map((one) => ({ one, votes: question.answers.filter((answer) => answer.vote === one).length }))
    .filter(({ votes }) => votes > 0);
  return (
    <li>
      <p>
        <span className="strong">{safe(question.title)}</span> <span className="second">{safeLine(question.question)}</span>
      </p>
      <div className="questions-line">
        <Segments
          label={`Vote on ${safe(question.title)}`}
          value={vote}
          onChange={setVote}
          choices={[
            { value: 'keep', label: 'keep' },
            { value: 'change', label: 'change' },
            { value: 'drop', label: 'drop' },
          ]}
        />
        <label className="field questions-comment">
          <span className="sr-only">Comment on {safe(question.title)}</span>
          <input value={comment} placeholder="why" maxLength={1000} onChange={(event) => setComment(event.target.value)} />
        </label>
        <Button small onClick={() => onAnswer(vote, comment.trim())}>
          Answer
        </Button>
        <span className="muted small">
          {tally.length === 0 ? 'no answer yet' : tally.map(({ one, votes }) => `${votes} ${one}`).join(', ')}
        </span>
      </div>
      {question.answers
        .filter((answer) => answer.comment !== undefined)
        .map((answer) => (
          <p key={`${answer.by} ${answer.comment ?? ''}`} className="small muted">
            {safe(answer.by)}: {safeLine(answer.comment ?? '')}
          </p>
        ))}
    </li>
  );
}

function Noisy({ noisy }: { readonly noisy: FeedbackView['noisy'] }) {
  if (noisy.length === 0)
    return <p className="muted small">No rule is noisy: none is waived, disabled or voted against often.</p>;
  return (
    <>
      <h3>Noisy rules</h3>
      <ul className="questions small">
        {noisy.map((rule) => (
          <li key={rule.rule}>
            <span className="strong">{safe(rule.title)}</span>{' '}
            <span className="muted">
              {plural(rule.waived, 'finding')} waived, disabled in {rule.disabled}, {rule.against} against
            </span>
            <p className="second">{safeLine(rule.suggestion)}</p>
          </li>
        ))}
      </ul>
    </>
  );
}
