import { useState } from 'react';
import type { PolicyComparison, PolicyImport } from '#core/api/policies.ts';
import type { AppError } from '#core/model.ts';
import { asResult, useClient } from '../../state/query.ts';
import { Button } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { VERDICT_WORDS } from '../../ui/Marks.tsx';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { Problem } from '../../ui/states.tsx';

/** Files judged by the `datree` of this machine and by Plimsoll: each different verdict, with what explains it. */
export function DatreeCompare({ found }: { readonly found: PolicyImport }) {
  const client = useClient();
  const [path, setPath] = useState('');
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<PolicyComparison>();
  const [problem, setProblem] = useState<AppError>();
  const rules = [...new Set(found.policies.flatMap((policy) => policy.rules.flatMap(({ rule }) => rule ?? [])))];
  const compare = async (): Promise<void> => {
    setBusy(true);
    const compared = await asResult(client.policies.compare({ paths: [path.trim()], ...(rules.length === 0 ? {} : { rules }) }));
    setBusy(false);
    setProblem(compared.ok ? undefined : compared.error);
    setAnswer(compared.ok ? compared.value : undefined);
  };
  return (
    <section>
      <h3>
        Beside Datree{' '}
        <span className="muted small">the same files judged by the datree on this machine, if there is one, and here</span>
      </h3>
      <div className="policies-two">
        <label className="field policies-path">
          <span className="sr-only">Folder or file of manifests</span>
          <input
            className="mono"
            value={path}
            placeholder="/path/to/manifests"
            maxLength={512}
            spellCheck={false}
            onChange={(event) => setPath(event.target.value)}
          />
        </label>
        <Button small disabled={busy || path.trim() === ''} onClick={() => void compare()}>
          {busy ? 'Comparing…' : 'Compare verdicts'}
        </Button>
      </div>
      {problem === undefined ? null : <Problem error={problem} />}
      {answer === undefined ? null : <Differences answer={answer} />}
    </section>
  );
}

function Differences({ answer }: { readonly answer: PolicyComparison }) {
  const different = answer.rules.filter((rule) => rule.differences.length > 0);
  const same = answer.rules.reduce((sum, rule) => sum + rule.same, 0);
  return (
    <div aria-live="polite">
      <p className="small second">
        {plural(answer.objects, 'object')} in {plural(answer.files, 'file')}: {plural(same, 'verdict')} the same,{' '}
        {plural(
          different.reduce((sum, rule) => sum + rule.differences.length, 0),
          'different one',
        )}
        {answer.unread.length === 0 ? '' : `; Datree could not read ${plural(answer.unread.length, 'file')}`}.
      </p>
      {different.length === 0 ? null : (
        <table className="diff-table">
          <thead>
            <tr>
              <th scope="col">Rule</th>
              <th scope="col">Where, Datree and Plimsoll</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {different.map((rule) => (
              <tr key={rule.rule}>
                <th scope="row">
                  {safe(rule.title)} <code className="muted">{safe(rule.identifier)}</code>
                </th>
                <td>
                  {rule.differences.slice(0, SHOWN).map((difference) => (
                    <p key={`${difference.file} ${difference.kind} ${difference.name}`}>
                      {safe(difference.kind)} {safe(difference.name)}: {difference.datree} there,{' '}
                      {difference.ours === 'unread' ? 'not read' : VERDICT_WORDS[difference.ours]} here{' '}
                      <code className="muted">{safe(difference.file)}</code>
                    </p>
                  ))}
                  {rule.differences.length > SHOWN ? <p className="muted">{rule.differences.length - SHOWN} more</p> : null}
                </td>
                <td>{rule.differs === undefined ? 'Not explained: worth a look.' : safeLine(rule.differs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

const SHOWN = 20;
