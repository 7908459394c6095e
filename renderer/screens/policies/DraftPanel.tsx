import { useState } from 'react';
import { Link } from 'wouter';
import type { PolicyPage, PolicyPreview } from '#core/api/policies.ts';
import type { Run } from '#core/api/common.ts';
import type { AppError } from '#core/model.ts';
import { asResult, useCache, useQuery } from '../../state/query.ts';
import { useHref } from '../../state/current.ts';
import { useSaid } from '../../state/undo.ts';
import { Button } from '../../ui/controls.tsx';
import { count, plural } from '../../ui/format.ts';
import { safe } from '../../ui/safe-text.ts';
import { Problem } from '../../ui/states.tsx';
import { changesOf, patchOf, type Draft } from './draft.ts';

/** What the draft would do on the scan at hand, before anything is saved; then the reason, and the save. */
export function DraftPanel({
  page,
  draft,
  run,
  onDiscard,
}: {
  readonly page: PolicyPage;
  readonly draft: Draft;
  readonly run: Run | undefined;
  readonly onDiscard: () => void;
}) {
  const { name, revision } = page.policy;
  const next = (revision ?? 0) + 1;
  const cache = useCache();
  const said = useSaid();
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<AppError>();
  const preview = useQuery({
    key: run === undefined ? null : ['preview', name, run.id, draft],
    ask: (client, signal) => client.policies.preview({ name, patch: patchOf(draft), scanId: run?.id ?? '' }, { signal }),
    on: ['workspace'],
    keep: true,
  });
  const save = async (): Promise<void> => {
    const answer = await asResult(cache.client.policies.save({ name, hash: page.hash, patch: patchOf(draft), reason }));
    if (!answer.ok) {
      setProblem(answer.error);
      return;
    }
    onDiscard();
    said(answer.value.change);
  };
  return (
    <section className="panel policies-draft" aria-label="Draft">
      <header className="panel-head">
        <h2>Draft r{next}</h2>
        <span className="muted small">{plural(changesOf(draft), 'change')}</span>
      </header>
      <div className="policies-draft-body">
        {preview.error === undefined ? null : <Problem error={preview.error} onRetry={preview.refetch} />}
        {preview.data === undefined || run === undefined ? null : (
          <Effect preview={preview.data} run={run} next={next} policy={name} />
        )}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <label className="policies-field">
            <span className="small second">Reason, kept with the revision</span>
            <span className="field">
              <input value={reason} maxLength={500} required onChange={(event) => setReason(event.target.value)} />
            </span>
          </label>
          {problem === undefined ? null : <Problem error={problem} />}
          <div className="acts">
            <Button look="primary" type="submit">
              Save r{next}
            </Button>
            <Button look="quiet" onClick={onDiscard}>
              Discard
            </Button>
          </div>
        </form>
      </div>
    </section>
  );
}

function Effect({
  preview,
  run,
  next,
  policy,
}: {
  readonly preview: PolicyPreview;
  readonly run: Run;
  readonly next: number;
  readonly policy: string;
}) {
  const href = useHref();
  const turns = [
    preview.turnsOn.length === 0 ? '' : `turns on ${plural(preview.turnsOn.length, 'rule')}`,
    preview.turnsOff.length === 0 ? '' : `turns off ${plural(preview.turnsOff.length, 'rule')}`,
  ].filter((part) => part !== '');
  const what = turns.length === 0 ? 'Changes settings.' : `${turns.join(', ').replace(/^t/, 'T')}.`;
  const { namespaces, startFailingTotal } = preview;
  return (
    <div className="policies-effect" aria-live="polite">
      <p className="second">
        {what}{' '}
        {startFailingTotal === 0 ? (
          `On scan #${run.number} no object that is clean now would start failing.`
        ) : (
          <>
            On scan #{run.number} this would start failing{' '}
            <Link className="link" href={href('/findings', { policy, rule: preview.turnsOn })}>
              {plural(startFailingTotal, 'object')}
            </Link>{' '}
            in {namespaces.slice(0, 3).map(safe).join(', ')}
            {namespaces.length > 3 ? ` and ${namespaces.length - 3} more namespaces` : ''}.
          </>
        )}
      </p>
      <CleanBar label="now" {...preview.before} />
      <CleanBar label={`with r${next}`} {...preview.after} />
    </div>
  );
}

function CleanBar({ label, objects, clean }: { readonly label: string; readonly objects: number; readonly clean: number }) {
  const share = objects === 0 ? 1 : clean / objects;
  return (
    <div className="clean-bar">
      <span className="muted small">{label}</span>
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect className="clean-bar-fails" width="100" height="10" />
        <rect className="clean-bar-clean" width={share * 100} height="10" />
      </svg>
      <span className="small figure">
        {count(clean)} of {count(objects)} clean
      </span>
    </div>
  );
}
