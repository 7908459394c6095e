import type { ReactNode } from 'react';
import { Button } from './controls.tsx';

interface DrawerHeadProps {
  /** What the drawer is labelled by. */
  readonly id: string;
  readonly title: string;
  readonly marks: ReactNode;
  readonly onClose: () => void;
  /** Under the title. */
  readonly children: ReactNode;
}

/** Marks and the way out, what it is about, and a line more. */
export function DrawerHead({ id, title, marks, onClose, children }: DrawerHeadProps) {
  return (
    <>
      <div className="drawer-marks">
        {marks}
        <span className="acts end">
          <Button look="quiet" small icon="close" aria-label="Close" title="Close (Esc)" onClick={onClose} />
        </span>
      </div>
      <h2 id={id} className="break">
        {title}
      </h2>
      {children}
    </>
  );
}
