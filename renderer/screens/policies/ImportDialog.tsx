import { useState } from 'react';
import type { PolicyImport } from '#core/api/policies.ts';
import type { AppError } from '#core/model.ts';
import { asResult, useCache } from '../../state/query.ts';
import { Button, Check, Segments } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { Dialog } from '../../ui/overlays.tsx';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { Problem } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { DatreeCompare } from './DatreeCompare.tsx';

type Format = 'datree' | 'plimsoll';
const MOST = 2_000_000;

/** A file of policies: first what it holds and what each rule means here, then, when asked, into the workspace. */
export function ImportDialog({
  open,
  onClose,
  onMade,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onMade: (name: string) => void;
}) {
  const cache = useCache();
  const [text, setText] = useState('');
  const [file, setFile] = useState<string>();
  const [format, setFormat] = useState<Format>('datree');
  const [tolerant, setTolerant] = useState(true);
  const [found, setFound] = useState<PolicyImport>();
  const [problem, setProblem] = useState<AppError>();
  const ask = async (apply: boolean): Promise<void> => {
    const reason = file === undefined ? 'Imported' : `Imported from ${file}`;
    const answer = await asResult(cache.client.policies.import({ text, format, tolerant, apply, reason }));
    setProblem(answer.ok ? undefined : answer.error);
    if (!answer.ok) return;
    setFound(answer.value);
    if (!answer.value.applied) return;
    cache.invalidate(['workspace', 'settings']);
    toast(`Imported ${plural(answer.value.policies.length, 'policy', 'policies')}`);
    onClose();
    const [first] = answer.value.policies;
    if (first !== undefined) onMade(first.as);
  };
  const put = (next: string): void => {
    setText(next);
    setFound(undefined);
    setProblem(undefined);
  };
  const choose = async (chosen: File | undefined): Promise<void> => {
    if (chosen === undefined) return;
    if (chosen.size > MOST) {
      setProblem(tooLarge(chosen));
      return;
    }
    setFile(chosen.name);
    put(await chosen.text());
  };
  const canApply =
    found !== undefined && found.policies.length > 0 && !found.problems.some(({ severity }) => severity === 'error');
  return (
    <Dialog
      open={open}
      onClose={onClose}
      size="wide"
      title="Import policies"
      note="Nothing is saved before you have seen what it means here."
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button disabled={text.trim() === ''} onClick={() => void ask(false)}>
            Look at it
          </Button>
          <Button look="primary" disabled={!canApply} onClick={() => void ask(true)}>
            Import
          </Button>
        </>
      }
    >
      <div className="policies-form">
        <div className="policies-two">
          <Segments
            label="Format"
            value={format}
            onChange={(next) => {
              setFormat(next);
              setFound(undefined);
            }}
            choices={[
              { value: 'datree', label: "Datree's policies.yaml" },
              { value: 'plimsoll', label: 'Plimsoll policy' },
            ]}
          />
          {format === 'plimsoll' ? null : (
            <Check
              checked={tolerant}
              onChange={(next) => {
                setTolerant(next);
                setFound(undefined);
              }}
            >
              mend what Datree itself would refuse
            </Check>
          )}
          <label className="button button-plain end">
            Choose a file…
            <input
              type="file"
              className="sr-only"
              accept=".yaml,.yml,.json"
              onChange={(event) => void choose(event.target.files?.[0])}
            />
          </label>
        </div>
        <label className="policies-field">
          <span className="small second">{file === undefined ? 'or paste it' : safe(file)}</span>
          <textarea
            className="mono policies-text"
            value={text}
            spellCheck={false}
            maxLength={MOST}
            onChange={(event) => put(event.target.value)}
          />
        </label>
        {problem === undefined ? null : <Problem error={problem} />}
        {found === undefined ? null : <Found found={found} />}
        {found === undefined || format !== 'datree' ? null : <DatreeCompare found={found} />}
      </div>
    </Dialog>
  );
}

const tooLarge = (file: File): AppError => ({
  code: 'invalidInput',
  what: 'The file is too large for a file of policies.',
  where: file.name,
  why: `It has ${file.size} bytes; ${MOST} are taken at most.`,
  next: 'Choose the policies.yaml itself.',
});

function Found({ found }: { readonly found: PolicyImport }) {
  return (
    <div className="import-found" aria-live="polite">
      {found.problems.length === 0 ? null : (
        <ul className="policies-remarks small">
          {found.problems.map((problem) => (
            <li key={`${problem.line ?? ''} ${problem.path} ${problem.message}`}>
              <strong className={problem.severity === 'error' ? 'loss' : 'second'}>{problem.severity}</strong>{' '}
              {problem.line === undefined ? '' : `line ${problem.line}: `}
              <code>{safe(problem.path)}</code> {safeLine(problem.message)}
              {problem.next === undefined ? '' : ` ${safeLine(problem.next)}`}
            </li>
          ))}
        </ul>
      )}
      {found.policies.map((policy) => (
        <section key={policy.name}>
          <h3>
            {safe(policy.as)} {policy.isDefault ? <span className="tag">default</span> : null}{' '}
            <span className="muted small">
              {plural(policy.rules.length, 'rule')}
              {policy.as === policy.name ? '' : `, called ${safe(policy.name)} in the file`}
            </span>
          </h3>
          <table className="diff-table">
            <thead>
              <tr>
                <th scope="col">Rule</th>
                <th scope="col">Message</th>
                <th scope="col">How it differs here</th>
              </tr>
            </thead>
            <tbody>
              {policy.rules.map((rule) => (
                <tr key={rule.identifier}>
                  <th scope="row">
                    {safe(rule.title ?? rule.identifier)} <code className="muted">{safe(rule.rule ?? rule.identifier)}</code>
                  </th>
                  <td>{safeLine(rule.message)}</td>
                  <td>{rule.differs === undefined ? 'judges alike' : safeLine(rule.differs)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ))}
      {found.notEvaluated.length === 0 ? null : (
        <section>
          <h3>
            Kept, but not evaluated here yet <span className="muted small">{plural(found.notEvaluated.length, 'rule')}</span>
          </h3>
          <ul className="policies-remarks small">
            {found.notEvaluated.map((entry) => (
              <li key={entry.identifier}>
                <code>{safe(entry.identifier)}</code> {safeLine(entry.why)}
                {entry.nearest === undefined ? '' : ` The nearest is ${safe(entry.nearest)}.`}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
