import { useState, type FormEvent, type ReactNode } from 'react';
import type { z } from 'zod';
import type { WorkspaceView, workspaceSave } from '#core/api/workspace.ts';
import { useSaid } from '../../state/undo.ts';
import { useSaveWorkspace } from '../../state/workspace.ts';
import { Button } from '../../ui/controls.tsx';
import { safe } from '../../ui/safe-text.ts';
import { Select } from '../../ui/Select.tsx';
import { Problem } from '../../ui/states.tsx';

type Saved = Omit<z.input<typeof workspaceSave>, 'hash'>;

interface PartProps<R> {
  readonly view: WorkspaceView;
  readonly title: string;
  readonly note: string;
  readonly add: string;
  readonly rows: readonly R[];
  readonly fresh: R;
  readonly save: (rows: readonly R[]) => Saved;
  /** The fields of one row; `put` replaces it. */
  readonly row: (row: R, put: (next: R) => void, index: number) => ReactNode;
  readonly foot?: (rows: readonly R[]) => ReactNode;
}

/** A list of the workspace file: rows are added, changed and removed in place, and saved together. */
export function Part<R>({ view, title, note, add, rows: saved, fresh, save, row, foot }: PartProps<R>) {
  const [rows, setRows] = useState<readonly R[]>(saved);
  const { save: put, problem, saving } = useSaveWorkspace();
  const said = useSaid();
  const changed = JSON.stringify(rows) !== JSON.stringify(saved);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const change = await put({ hash: view.hash, ...save(rows) });
    if (change !== undefined) said(change);
  };
  const id = `part-${title.toLowerCase()}`;
  return (
    <section className="panel" aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id}>{title}</h2>
        <span className="muted small">{note}</span>
      </header>
      <form className="part" onSubmit={(event) => void submit(event)}>
        {rows.map((one, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- rows are named by what is being typed
          <div key={index} className="part-row">
            {row(one, (next) => setRows(rows.with(index, next)), index)}
            <Button
              look="quiet"
              small
              icon="trash"
              aria-label={`Remove row ${index + 1} of ${title}`}
              onClick={() => setRows(rows.filter((_, at) => at !== index))}
            />
          </div>
        ))}
        {foot?.(rows)}
        {problem === undefined ? null : <Problem error={problem} />}
        <div className="acts">
          <Button small icon="plus" onClick={() => setRows([...rows, fresh])}>
            {add}
          </Button>
          {changed ? (
            <>
              <Button look="primary" small type="submit" disabled={saving}>
                Save {title.toLowerCase()}
              </Button>
              <Button look="quiet" small onClick={() => setRows(saved)}>
                Discard
              </Button>
            </>
          ) : null}
        </div>
      </form>
    </section>
  );
}

interface CellProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly pattern?: string;
  readonly list?: string;
}

/** One field of a row. Its label is read out, and shown above the first row only by the style sheet. */
export function Cell({ label, value, onChange, placeholder, required = false, pattern, list }: CellProps) {
  return (
    <label className="part-cell">
      <span className="muted micro">{label}</span>
      <span className="field">
        <input
          value={value}
          maxLength={2000}
          spellCheck={false}
          autoComplete="off"
          required={required}
          {...(placeholder === undefined ? {} : { placeholder })}
          {...(pattern === undefined ? {} : { pattern })}
          {...(list === undefined ? {} : { list })}
          onChange={(event) => onChange(event.target.value)}
        />
      </span>
    </label>
  );
}

/** One of some, or none of them. */
export function ChoiceCell({
  title,
  label,
  value,
  none,
  choices,
  onChange,
}: {
  readonly title: string;
  /** Read out; the title alone may not say of what. */
  readonly label: string;
  readonly value: string | undefined;
  /** The words for no choice; without them one must be chosen. */
  readonly none?: string;
  readonly choices: readonly string[];
  readonly onChange: (value: string | undefined) => void;
}) {
  return (
    <span className="part-cell">
      <span className="muted micro">{title}</span>
      <Select
        look="wide"
        label={label}
        value={value ?? ''}
        {...(none === undefined ? {} : { all: none })}
        choices={choices.map((name) => ({ value: name, label: safe(name) }))}
        onChange={(next) => onChange(next === '' ? undefined : next)}
      />
    </span>
  );
}

/** A field that is read once it is left: lists and labels may be half-typed in between. */
export function ReadCell<V>({
  label,
  value,
  text,
  read,
  onChange,
  placeholder,
  lines = false,
}: {
  readonly label: string;
  readonly value: V;
  readonly text: (value: V) => string;
  readonly read: (text: string) => V | undefined;
  readonly onChange: (value: V) => void;
  readonly placeholder?: string;
  readonly lines?: boolean;
}) {
  const [typed, setTyped] = useState(() => text(value));
  const [wrong, setWrong] = useState(false);
  const put = (): void => {
    const next = read(typed);
    setWrong(next === undefined);
    if (next !== undefined && JSON.stringify(next) !== JSON.stringify(value)) onChange(next);
  };
  const shared = {
    value: typed,
    maxLength: 4000,
    spellCheck: false,
    'aria-invalid': wrong,
    onBlur: put,
    ...(placeholder === undefined ? {} : { placeholder }),
  };
  return (
    <label className="part-cell">
      <span className="muted micro">{label}</span>
      {lines ? (
        <textarea className="part-lines" rows={2} {...shared} onChange={(event) => setTyped(event.target.value)} />
      ) : (
        <span className="field">
          <input {...shared} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
        </span>
      )}
      {wrong ? <span className="loss micro">write key=value, key=value</span> : null}
    </label>
  );
}
