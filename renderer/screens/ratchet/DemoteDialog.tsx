import { useId, useState } from 'react';
import type { BaselineRow } from '#core/api/ratchet.ts';
import { Button, Check } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { Dialog } from '../../ui/overlays.tsx';
import { safe } from '../../ui/safe-text.ts';
import { demotionReason } from './lanes.ts';

interface DemoteDialogProps {
  readonly rows: readonly BaselineRow[];
  readonly baseline: string;
  readonly onClose: () => void;
  readonly onDemote: (rules: readonly string[], reason: string) => void;
}

/** Takes rules out of the baseline; they fall back to the gap. The objects that broke them are named. */
export function DemoteDialog({ rows, baseline, onClose, onDemote }: DemoteDialogProps) {
  const id = useId();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [written, setWritten] = useState<string | undefined>();
  const chosen = rows.filter((row) => !left.has(row.rule));
  const reason = written ?? demotionReason(chosen);
  const turn = (rule: string): void => {
    const next = new Set(left);
    if (!next.delete(rule)) next.add(rule);
    setLeft(next);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Demote from the baseline"
      note={safe(baseline)}
      foot={
        <>
          <Button onClick={onClose}>Keep them</Button>
          <Button
            look="danger"
            disabled={chosen.length === 0}
            onClick={() =>
              onDemote(
                chosen.map((row) => row.rule),
                reason,
              )
            }
          >
            Demote {plural(chosen.length, 'rule')}
          </Button>
        </>
      }
    >
      <p className="second">
        A demoted rule is held no longer; it stands in the gap until it passes consistently again. Fixing the objects keeps it.
      </p>
      <ul className="demote-list">
        {rows.map((row) => (
          <li key={row.rule}>
            <Check checked={!left.has(row.rule)} onChange={() => turn(row.rule)}>
              {safe(row.title)}
            </Check>
            <p className="small muted">{broke(row)}</p>
          </li>
        ))}
      </ul>
      <div className="reason">
        <label htmlFor={id}>Reason</label>
        <span className="field">
          <input id={id} value={reason} onChange={(event) => setWritten(event.target.value)} />
        </span>
      </div>
    </Dialog>
  );
}

const NAMED = 3;

function broke({ regressed }: BaselineRow): string {
  if (regressed === undefined) return 'It holds now.';
  const named = regressed.objects
    .slice(0, NAMED)
    .map((object) => safe(`${object.namespace === undefined ? '' : `${object.namespace}/`}${object.name}`));
  const more = regressed.total - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${plural(more, 'more object')}` : ''}`;
}
