import { useState } from 'react';
import type { Revision } from '#core/api/policies.ts';
import type { AppError } from '#core/model.ts';
import { asResult, useCache, useQuery } from '../../state/query.ts';
import { useSaid } from '../../state/undo.ts';
import { Button } from '../../ui/controls.tsx';
import { dateTime, plural, shortDay } from '../../ui/format.ts';
import { Confirm } from '../../ui/overlays.tsx';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { Problem } from '../../ui/states.tsx';
import { DiffDialog } from './DiffDialog.tsx';

const SHOWN = 12;

/** Every revision that was seen of a policy: what it changed, who, why, and on which evidence. Each can be compared and restored. */
export function Revisions({ name }: { readonly name: string }) {
  const cache = useCache();
  const said = useSaid();
  const [all, setAll] = useState(false);
  const [compared, setCompared] = useState<Revision>();
  const [restoring, setRestoring] = useState<Revision>();
  const [problem, setProblem] = useState<AppError>();
  const revisions = useQuery({
    key: ['revisions', name],
    ask: (client, signal) => client.policies.revisions({ name }, { signal }),
    on: ['workspace'],
    keep: true,
  });
  if (revisions.error !== undefined) return <Problem error={revisions.error} onRetry={revisions.refetch} />;
  const list = revisions.data ?? [];
  const newest = list[0]?.number;
  const restore = async (revision: Revision): Promise<void> => {
    const answer = await asResult(
      cache.client.policies.restore({ name, number: revision.number, reason: `Restored r${revision.number}` }),
    );
    setProblem(answer.ok ? undefined : answer.error);
    if (answer.ok) said(answer.value.change);
  };
  return (
    <section className="panel" aria-label="Revisions">
      <header className="panel-head">
        <h2>Revisions</h2>
        <span className="muted small">{list.length === 0 ? 'none saved yet' : count(list.length)}</span>
      </header>
      {problem === undefined ? null : <Problem error={problem} />}
      <ol className="revisions">
        {(all ? list : list.slice(0, SHOWN)).map((revision) => (
          <li key={revision.number}>
            <div className="revision-line">
              <strong className="strong">r{revision.number}</strong>
              <time className="muted" dateTime={revision.at} title={dateTime(revision.at)}>
                {shortDay(revision.at)}
              </time>
              {revision.author === undefined ? null : <span className="muted table-cut">{safe(revision.author)}</span>}
              <span className="end acts">
                <Button look="quiet" small aria-label={`Compare r${revision.number}`} onClick={() => setCompared(revision)}>
                  Compare
                </Button>
                {revision.number === newest ? null : (
                  <Button look="quiet" small aria-label={`Restore r${revision.number}`} onClick={() => setRestoring(revision)}>
                    Restore
                  </Button>
                )}
              </span>
            </div>
            {revision.changes.length === 0 ? null : <p className="small">{changesText(revision.changes)}</p>}
            <p className="small muted">
              {KINDS[revision.kind]}
              {revision.reason === undefined ? '' : `: ${safeLine(revision.reason)}`}
              {revision.evidence.length === 0 ? '' : ` (${plural(revision.evidence.length, 'run')} as evidence)`}
            </p>
          </li>
        ))}
      </ol>
      {all || list.length <= SHOWN ? null : (
        <div className="policies-more">
          <Button look="quiet" small onClick={() => setAll(true)}>
            Show all {list.length}
          </Button>
        </div>
      )}
      {compared === undefined ? null : (
        <DiffDialog
          from={{ name, revision: compared.number === newest ? Math.max(1, compared.number - 1) : compared.number }}
          to={{ name, revision: newest ?? 1 }}
          onClose={() => setCompared(undefined)}
        />
      )}
      <Confirm
        open={restoring !== undefined}
        onClose={() => setRestoring(undefined)}
        title={`Restore r${restoring?.number ?? ''} of ${safe(name)}?`}
        act="Restore"
        keep="Keep as it is"
        onConfirm={() => (restoring === undefined ? undefined : void restore(restoring))}
      >
        Its content becomes a new revision; nothing is lost, and it can be taken back.
      </Confirm>
    </section>
  );
}

const count = (revisions: number): string => plural(revisions, 'revision');

const KINDS: Readonly<Record<Revision['kind'], string>> = {
  edit: 'edited',
  baseline: 'made from a scan',
  promotion: 'promoted',
  demotion: 'demoted',
  decision: 'decided',
  import: 'imported',
  restore: 'restored',
  external: 'edited outside Plimsoll',
};

function changesText(changes: readonly string[]): string {
  const shown = changes.slice(0, 3).map(safeLine).join(', ');
  return changes.length > 3 ? `${shown} and ${changes.length - 3} more` : shown;
}
