import type { FormEvent, ReactNode } from 'react';
import type { AppError } from '#core/model.ts';
import { Button } from '../ui/controls.tsx';
import { Dialog } from '../ui/overlays.tsx';
import { Problem } from '../ui/states.tsx';
import './decide.css';

/** The frame of the dialogs that decide something: what, the fields, what went wrong, and the act. */
export function DecisionDialog({
  title,
  act,
  problem,
  onSubmit,
  onClose,
  children,
}: {
  readonly title: string;
  readonly act: string;
  readonly problem: AppError | undefined;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Dialog
      open
      onClose={onClose}
      size="small"
      title={title}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form="decision">
            {act}
          </Button>
        </>
      }
    >
      <form
        id="decision"
        className="form"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {children}
        {problem === undefined ? null : <Problem error={problem} />}
      </form>
    </Dialog>
  );
}

/** A labelled line of a form. */
export function FormField({
  label,
  note,
  children,
}: {
  readonly label: string;
  readonly note?: string;
  readonly children: ReactNode;
}) {
  return (
    <label className="form-field">
      <span className="small second">{label}</span>
      <span className="field">{children}</span>
      {note === undefined ? null : <span className="muted micro">{note}</span>}
    </label>
  );
}
