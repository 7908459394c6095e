import { useState, type ReactNode } from 'react';
import { safeLine } from '../../ui/safe-text.ts';

/** A value with the word that says where it comes from. */
export function Field({
  name,
  origin,
  note,
  children,
}: {
  readonly name: string;
  readonly origin: string;
  readonly note?: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="policies-field">
      <span className="small second">
        {name} <span className="muted">{origin}</span>
      </span>
      {children}
      {note === undefined ? null : <span className="muted micro">{note}</span>}
    </div>
  );
}

/** A text that counts once the field is left; empty takes it away. */
export function TextField({
  name,
  origin,
  note,
  value,
  inherited,
  onChange,
}: {
  readonly name: string;
  readonly origin: string;
  readonly note?: string;
  readonly value: string | undefined;
  readonly inherited: string;
  readonly onChange: (value: string | undefined) => void;
}) {
  const [text, setText] = useState(value ?? '');
  const put = (): void => {
    const next = text.trim() === '' ? undefined : text.trim();
    if (next !== value) onChange(next);
  };
  return (
    <Field name={name} origin={origin} {...(note === undefined ? {} : { note })}>
      <label className="field">
        <span className="sr-only">{name}</span>
        <input
          value={text}
          placeholder={safeLine(inherited)}
          maxLength={1000}
          onChange={(event) => setText(event.target.value)}
          onBlur={put}
          onKeyDown={(event) => (event.key === 'Enter' ? put() : undefined)}
        />
      </label>
    </Field>
  );
}
