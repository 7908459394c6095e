import { useState } from 'react';
import type { Run } from '#core/api/common.ts';
import type { AppError, Mode } from '#core/model.ts';
import { usePair } from '../../state/current.ts';
import { asResult, useClient, useQuery } from '../../state/query.ts';
import { useSaid } from '../../state/undo.ts';
import { Button, Segments } from '../../ui/controls.tsx';
import { count, plural } from '../../ui/format.ts';
import { Dialog } from '../../ui/overlays.tsx';
import { safe } from '../../ui/safe-text.ts';
import { Problem, Skeleton } from '../../ui/states.tsx';
import { BaselineForm } from './BaselineForm.tsx';
import { chosenOf, failingToday, PLACES, suggestedName, turnAll, turnOne, wrongName, type Place, type Turned } from './draft.ts';
import { ProposalTable } from './ProposalTable.tsx';
import { useEvidence } from './use-evidence.ts';
import './baseline.css';

interface BaselineDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly run: Run;
  /** The policy whose rules are proposed. */
  readonly strict: string;
}

const WORDS: Readonly<Record<Place, { readonly label: string; readonly note: string }>> = {
  holds: {
    label: 'hold',
    note: 'Judged at least once, failing nowhere: they stop nobody today, and say so when that changes.',
  },
  fails: { label: 'fail', note: 'The gap. Left out until what fails is fixed; tick one to hold it all the same.' },
  notApplicable: { label: 'apply to nothing', note: 'No object is of a kind they judge, so nothing shows that they hold.' },
  notEvaluated: {
    label: 'not evaluated',
    note: 'Rights, data or time were missing. What is unknown never counts as passing.',
  },
};

/** From a scan to an accepted baseline: what holds is ticked, the rest is one tick away, every choice can be taken back. */
export function BaselineDialog(props: BaselineDialogProps) {
  return props.open ? <Making {...props} /> : null;
}

function Making({ onClose, run, strict }: BaselineDialogProps) {
  const { baseline } = usePair();
  const client = useClient();
  const said = useSaid();
  const evidence = useEvidence(run);
  const proposal = useQuery({
    key: ['propose', strict, ...evidence.scanIds],
    ask: (asked, signal) => asked.ratchet.propose({ scanIds: [...evidence.scanIds], strict }, { signal }),
    on: ['workspace'],
    keep: true,
  });
  const [place, setPlace] = useState<Place>('holds');
  const [turned, setTurned] = useState<Turned>(new Set());
  const [name, setName] = useState(() => baseline ?? suggestedName(run.source.name));
  const [mode, setMode] = useState<Mode>('warn');
  const [freeze, setFreeze] = useState(false);
  const [reason, setReason] = useState<string | undefined>();
  const [problem, setProblem] = useState<AppError | undefined>();
  const [saving, setSaving] = useState(false);
  const rows = proposal.data?.rows ?? [];
  const chosen = chosenOf(rows, turned);
  const prefilled = `These rules hold in ${evidence.words} of ${run.source.name}.`;
  const accept = async (): Promise<void> => {
    setSaving(true);
    const answer = await asResult(
      client.ratchet.accept({
        name,
        strict,
        rules: chosen.map((row) => row.rule),
        scanIds: [...evidence.scanIds],
        mode,
        freeze,
        reason: reason ?? prefilled,
      }),
    );
    setSaving(false);
    if (!answer.ok) {
      setProblem(answer.error);
      return;
    }
    onClose();
    said(answer.value.change);
  };
  const wrong = wrongName(name);
  const shown = rows.filter((row) => row.place === place);
  return (
    <Dialog
      open
      onClose={onClose}
      size="wide"
      flush
      title={baseline === undefined ? 'Make a baseline' : 'Make the baseline anew'}
      note={`from the rules of ${safe(strict)}`}
      foot={
        <>
          <p className="baseline-sum small" role="status">
            <b>{plural(chosen.length, 'rule')}</b> in the baseline, {count(rows.length - chosen.length)} beyond it
          </p>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={chosen.length === 0 || wrong !== undefined || saving} onClick={() => void accept()}>
            Accept the baseline
          </Button>
        </>
      }
    >
      {proposal.error !== undefined ? (
        <Problem error={proposal.error} onRetry={proposal.refetch} />
      ) : proposal.data === undefined ? (
        <div className="baseline-waiting">
          <Skeleton />
        </div>
      ) : (
        <>
          <div className="dialog-bar">
            <Segments
              label="Rules"
              value={place}
              onChange={setPlace}
              choices={PLACES.map((value) => ({
                value,
                label: `${rows.filter((row) => row.place === value).length} ${WORDS[value].label}`,
              }))}
            />
            <span className="end acts">
              <Button look="quiet" small disabled={shown.length === 0} onClick={() => setTurned(turnAll(shown, true, turned))}>
                Tick all
              </Button>
              <Button look="quiet" small disabled={shown.length === 0} onClick={() => setTurned(turnAll(shown, false, turned))}>
                None
              </Button>
            </span>
            <p className="muted small baseline-note">{WORDS[place].note}</p>
          </div>
          <ProposalTable place={place} rows={shown} turned={turned} onTurn={(row) => setTurned(turnOne(row, turned))} />
          <BaselineForm
            name={name}
            wrong={wrong}
            replaces={baseline === name}
            onName={setName}
            mode={mode}
            onMode={setMode}
            freeze={freeze}
            onFreeze={setFreeze}
            failing={failingToday(chosen)}
            reason={reason ?? prefilled}
            onReason={setReason}
            evidence={evidence}
          />
          {problem === undefined ? null : <Problem error={problem} />}
        </>
      )}
    </Dialog>
  );
}
