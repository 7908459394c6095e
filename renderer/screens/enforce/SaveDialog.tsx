import { useId, useState } from 'react';
import type { EnforcePreview } from '#core/api/enforce.ts';
import type { AppError } from '#core/model.ts';
import { asResult, useClient } from '../../state/query.ts';
import { Button, Check } from '../../ui/controls.tsx';
import { count, plural } from '../../ui/format.ts';
import { Dialog } from '../../ui/overlays.tsx';
import { safe } from '../../ui/safe-text.ts';
import { Problem } from '../../ui/states.tsx';
import { FAILURE_POLICIES, type FailurePolicy } from './address.ts';
import { Commands } from './Commands.tsx';
import { denies } from './outcomes.tsx';
import { useAddress, type Shown } from './use-enforce.ts';

type Saved = Pick<EnforcePreview, 'files' | 'commands'>;

/** Writes the files, once what would be denied is acknowledged; then what to run. */
export function SaveDialog({ shown: { asked, preview }, onClose }: { readonly shown: Shown; readonly onClose: () => void }) {
  const client = useClient();
  const { put } = useAddress();
  const [folder, setFolder] = useState(preview.folder);
  const [failure, setFailure] = useState<FailurePolicy | undefined>(asked.failurePolicy);
  const [confirmed, setConfirmed] = useState<ReadonlySet<string>>(new Set());
  const [problem, setProblem] = useState<AppError>();
  const [busy, setBusy] = useState(false);
  const [saved, setSaved] = useState<Saved>();
  const id = useId();
  if (saved !== undefined) return <SavedDialog saved={saved} folder={folder} onClose={onClose} />;
  const asksFailure = denies(preview.rules);
  const missing = [
    ...(preview.liveFailures.some(({ rule }) => !confirmed.has(rule)) ? ['tick what would be denied'] : []),
    ...(asksFailure && failure === undefined ? ['choose a failure policy'] : []),
    ...(folder.trim() === '' ? ['name a folder'] : []),
  ];
  const save = async (): Promise<void> => {
    setBusy(true);
    const answer = await asResult(
      client.enforce.save({
        ...asked,
        ...(failure === undefined ? {} : { failurePolicy: failure }),
        folder: folder.trim(),
        confirmed: [...confirmed],
      }),
    );
    setBusy(false);
    setProblem(answer.ok ? undefined : answer.error);
    if (!answer.ok) return;
    setSaved(answer.value);
    // What is installed is compared with what was saved.
    if (failure !== undefined) put({ failure }, true);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Save ${plural(preview.files.length, 'file')}`}
      note={`${plural(preview.rules.length, 'rule')} of ${safe(preview.policy)} for Kubernetes ${safe(preview.kubernetes)}`}
      foot={
        <>
          <span className="small muted enforce-missing" role="status">
            {missing.length === 0 ? '' : `First: ${missing.join(', ')}.`}
          </span>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" icon="save" disabled={busy || missing.length > 0} onClick={() => void save()}>
            {busy ? 'Saving…' : 'Save'}
          </Button>
        </>
      }
    >
      <div className="enforce-save">
        <label className="enforce-field" htmlFor={id}>
          <span className="small second">Folder on this machine; files of anybody else are never written over</span>
          <span className="field">
            <input
              id={id}
              className="mono"
              value={folder}
              maxLength={4096}
              spellCheck={false}
              onChange={(event) => setFolder(event.target.value)}
            />
          </span>
        </label>
        <p className="small second">{preview.files.map(safe).join(', ')}</p>
        {asksFailure ? <FailureChoice value={failure} onChange={setFailure} /> : null}
        {preview.liveFailures.length === 0 ? null : (
          <Live live={preview.liveFailures} confirmed={confirmed} onChange={setConfirmed} />
        )}
        {problem === undefined ? null : <Problem error={problem} />}
      </div>
    </Dialog>
  );
}

function FailureChoice({
  value,
  onChange,
}: {
  readonly value: FailurePolicy | undefined;
  readonly onChange: (value: FailurePolicy) => void;
}) {
  return (
    <fieldset>
      <legend>Where a rule that denies cannot be computed</legend>
      {FAILURE_POLICIES.map((policy) => (
        <label key={policy} className="check enforce-choice">
          <input type="radio" name="enforce-save-failure" checked={value === policy} onChange={() => onChange(policy)} />
          <span>
            <b>{policy}</b>&nbsp;
            <span className="muted">
              {policy === 'Ignore' ? 'lets the request through' : 'refuses it, which can stand in the way of the cluster itself'}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

type LiveRule = EnforcePreview['liveFailures'][number];
/** Objects that each rule names. */
const NAMED = 4;

interface LiveProps {
  readonly live: readonly LiveRule[];
  readonly confirmed: ReadonlySet<string>;
  readonly onChange: (confirmed: ReadonlySet<string>) => void;
}

/** Rules that deny what is there: each is ticked, or all of them at once. */
function Live({ live, confirmed, onChange }: LiveProps) {
  const all = live.every(({ rule }) => confirmed.has(rule));
  const toggle = (rule: string, on: boolean): void => {
    const next = new Set(confirmed);
    if (on) next.add(rule);
    else next.delete(rule);
    onChange(next);
  };
  return (
    <section className="enforce-live" aria-labelledby="enforce-live">
      <h3 id="enforce-live">
        {live.length === 1 ? '1 rule denies' : `${plural(live.length, 'rule')} deny`} objects that are there{' '}
        <span className="muted small">they run on; once their template changes, or they are made anew, they are refused</span>
      </h3>
      {live.length < 2 ? null : (
        <Check checked={all} onChange={(on) => onChange(new Set(on ? live.map(({ rule }) => rule) : []))}>
          <span className="strong">Deny all of these</span>
        </Check>
      )}
      <ul>
        {live.map((one) => (
          <li key={one.rule}>
            <Check
              checked={confirmed.has(one.rule)}
              onChange={(on) => toggle(one.rule, on)}
              figure={plural(one.objects, 'object')}
            >
              {safe(one.title)}
            </Check>
            <p className="small muted">{namesOf(one)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function namesOf({ first, objects }: LiveRule): string {
  const names = first
    .slice(0, NAMED)
    .map(({ kind, namespace, name }) => safe(`${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`));
  return objects > names.length ? `${names.join(', ')} and ${count(objects - names.length)} more` : names.join(', ');
}

function SavedDialog({
  saved,
  folder,
  onClose,
}: {
  readonly saved: Saved;
  readonly folder: string;
  readonly onClose: () => void;
}) {
  return (
    <Dialog
      open
      onClose={onClose}
      title={`${plural(saved.files.length, 'file')} saved`}
      note={<code>{safe(folder)}</code>}
      foot={
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <ul className="enforce-written small mono" aria-label="Files written">
        {saved.files.map((name) => (
          <li key={name} className="break">
            {safe(name)}
          </li>
        ))}
      </ul>
      <Commands commands={saved.commands} />
    </Dialog>
  );
}
