import { useState, type FormEvent } from 'react';
import type { WorkspaceView } from '#core/api/workspace.ts';
import { useSaid } from '../../state/undo.ts';
import { useSaveWorkspace } from '../../state/workspace.ts';
import { Button } from '../../ui/controls.tsx';
import { Problem } from '../../ui/states.tsx';
import { ReadCell } from './Part.tsx';
import { listText, readList } from './rows.ts';

/** When a rule has passed consistently enough to be promoted, and the two reminders. */
export function CriteriaForm({ view }: { readonly view: WorkspaceView }) {
  const { save, problem, saving } = useSaveWorkspace();
  const said = useSaid();
  const [runs, setRuns] = useState(String(view.criteria.runs));
  const [days, setDays] = useState(String(view.criteria.days));
  const [sources, setSources] = useState<readonly string[]>(view.criteria.sources ?? []);
  const [expiring, setExpiring] = useState(String(view.expiringDays));
  const [feedback, setFeedback] = useState(String(view.feedbackDays));
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const change = await save({
      hash: view.hash,
      criteria: { runs: Number(runs), days: Number(days), ...(sources.length === 0 ? {} : { sources: [...sources] }) },
      expiringDays: Number(expiring),
      feedbackDays: Number(feedback),
    });
    if (change !== undefined) said(change);
  };
  return (
    <section className="panel" aria-labelledby="criteria-title">
      <header className="panel-head">
        <h2 id="criteria-title">Criteria</h2>
        <span className="muted small">
          A strict rule is ready once so many clean, complete runs in a row span so many days, in each source.
        </span>
      </header>
      <form className="part" onSubmit={(event) => void submit(event)}>
        <div className="part-row">
          <NumberCell label="Runs in a row" value={runs} least={1} onChange={setRuns} />
          <NumberCell label="Days they span" value={days} least={0} onChange={setDays} />
          <ReadCell
            label="In these sources"
            value={sources}
            text={listText}
            read={(text) => readList(text)}
            placeholder="every source that the policy governs"
            onChange={setSources}
          />
          <NumberCell label="Waivers are expiring, days before" value={expiring} least={0} onChange={setExpiring} />
          <NumberCell label="Feedback every, in days" value={feedback} least={1} onChange={setFeedback} />
        </div>
        {problem === undefined ? null : <Problem error={problem} />}
        <div className="acts">
          <Button look="primary" small type="submit" disabled={saving}>
            Save criteria
          </Button>
        </div>
      </form>
    </section>
  );
}

function NumberCell({
  label,
  value,
  least,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly least: number;
  readonly onChange: (value: string) => void;
}) {
  return (
    <label className="part-cell">
      <span className="muted micro">{label}</span>
      <span className="field">
        <input type="number" required min={least} max={3650} value={value} onChange={(event) => onChange(event.target.value)} />
      </span>
    </label>
  );
}
