import { AlertDialog, Dialog as RadixDialog, Tooltip as RadixTooltip } from 'radix-ui';
import type { ReactNode } from 'react';
import { Button } from './controls.tsx';
import { useReturnFocus } from './use-return-focus.ts';
import './overlay.css';

interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly note?: ReactNode;
  readonly size?: 'small' | 'middle' | 'wide';
  /** The body brings its own edges (tables). */
  readonly flush?: boolean;
  readonly foot?: ReactNode;
  /** Text alone: the body takes the focus, so that keys scroll it. */
  readonly reading?: boolean;
  readonly children: ReactNode;
}

const SIZES = { small: ' dialog-small', middle: '', wide: ' dialog-wide' } as const;

/** A modal dialog: focus is held inside and goes back to where it came from; Esc closes. */
export function Dialog({
  open,
  onClose,
  title,
  note,
  size = 'middle',
  flush = false,
  foot,
  reading = false,
  children,
}: DialogProps) {
  const giveBack = useReturnFocus(open);
  return (
    <RadixDialog.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="overlay" />
        <RadixDialog.Content className={`dialog${SIZES[size]}`} aria-describedby={undefined} onCloseAutoFocus={giveBack}>
          <header className="dialog-head">
            <RadixDialog.Title asChild>
              <h2>{title}</h2>
            </RadixDialog.Title>
            {note === undefined ? null : <span className="muted small">{note}</span>}
            <RadixDialog.Close asChild>
              <Button look="quiet" small icon="close" aria-label="Close" />
            </RadixDialog.Close>
          </header>
          <div
            className={flush ? 'dialog-body dialog-flush' : 'dialog-body'}
            {...(reading ? { tabIndex: 0, role: 'region', 'aria-label': title } : {})}
          >
            {children}
          </div>
          {foot === undefined ? null : <footer className="dialog-foot">{foot}</footer>}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

interface ConfirmProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
  readonly act: string;
  readonly keep: string;
  readonly danger?: boolean;
  readonly onConfirm: () => void;
}

/** Asks before what cannot be undone. The safe answer has the focus. */
export function Confirm({ open, onClose, title, children, act, keep, danger = false, onConfirm }: ConfirmProps) {
  const giveBack = useReturnFocus(open);
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="overlay" />
        <AlertDialog.Content className="dialog dialog-small" onCloseAutoFocus={giveBack}>
          <header className="dialog-head">
            <AlertDialog.Title asChild>
              <h2>{title}</h2>
            </AlertDialog.Title>
          </header>
          <AlertDialog.Description asChild>
            <div className="dialog-body second">{children}</div>
          </AlertDialog.Description>
          <footer className="dialog-foot">
            <AlertDialog.Cancel asChild>
              <Button>{keep}</Button>
            </AlertDialog.Cancel>
            <AlertDialog.Action asChild>
              <Button look={danger ? 'danger' : 'primary'} onClick={onConfirm}>
                {act}
              </Button>
            </AlertDialog.Action>
          </footer>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

/** What a picture-only control does. The control carries the same text as its label. */
export function Tooltip({
  text,
  side = 'bottom',
  children,
}: {
  readonly text: ReactNode;
  readonly side?: 'bottom' | 'right';
  readonly children: ReactNode;
}) {
  return (
    <RadixTooltip.Root>
      <RadixTooltip.Trigger asChild>{children}</RadixTooltip.Trigger>
      <RadixTooltip.Portal>
        <RadixTooltip.Content className="tooltip" side={side} sideOffset={6}>
          {text}
        </RadixTooltip.Content>
      </RadixTooltip.Portal>
    </RadixTooltip.Root>
  );
}
