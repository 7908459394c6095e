import { useId, useState } from 'react';
import type { RatchetView } from '#core/api/ratchet.ts';
import { Button } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { SeverityMark } from '../../ui/Marks.tsx';
import { Dialog } from '../../ui/overlays.tsx';
import { safe } from '../../ui/safe-text.ts';
import { promotionReason, streakWords } from './lanes.ts';

interface PromoteDialogProps {
  readonly view: RatchetView;
  readonly onClose: () => void;
  readonly onPromote: (reason: string) => void;
}

/** All ready rules at once: one revision, one reason, one undo. */
export function PromoteDialog({ view, onClose, onPromote }: PromoteDialogProps) {
  const { ready, criteria } = view;
  const id = useId();
  const [reason, setReason] = useState(() => promotionReason(ready, criteria));
  const to = safe(view.baseline?.name ?? '');
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Promote ${plural(ready.length, 'ready rule')}`}
      note={`to ${to}, as one revision`}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" onClick={() => onPromote(reason)}>
            Promote {plural(ready.length, 'rule')}
          </Button>
        </>
      }
    >
      <ul className="rule-list">
        {ready.map((row) => (
          <li key={row.rule}>
            <span className="table-cut" title={safe(row.title)}>
              {safe(row.title)}
            </span>
            <SeverityMark severity={row.severity} />
            <span className="muted small table-cut">{safe(row.streaks.map(streakWords).join('; '))}</span>
          </li>
        ))}
      </ul>
      <div className="reason">
        <label htmlFor={id}>Reason</label>
        <span className="field">
          <input id={id} value={reason} onChange={(event) => setReason(event.target.value)} />
        </span>
      </div>
    </Dialog>
  );
}
