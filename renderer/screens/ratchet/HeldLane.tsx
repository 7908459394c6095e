import type { BaselineRow } from '#core/api/ratchet.ts';
import { useNow } from '../../app/use-now.ts';
import { count, shortAge } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { VerdictMark } from '../../ui/Marks.tsx';
import { safe } from '../../ui/safe-text.ts';
import { Lane } from './Lane.tsx';
import { heldItems } from './lanes.ts';

interface HeldLaneProps {
  readonly rows: readonly BaselineRow[];
  readonly selected: string | undefined;
  readonly onOpen: (rule: string) => void;
}

const ROW = 28;

/** What holds, since when; what regressed on top. */
export function HeldLane({ rows, selected, onOpen }: HeldLaneProps) {
  const now = useNow();
  return (
    <Lane
      lane="base"
      title="Baseline"
      count={rows.length}
      note="held for"
      items={heldItems(rows)}
      heightOf={() => ROW}
      keyOf={(row) => row.rule}
      selected={selected}
      onOpen={(row) => onOpen(row.rule)}
      empty={<p className="muted">The baseline holds no rule yet. Promote a ready one, or make it anew.</p>}
      render={(row) => (
        <>
          <span role="gridcell" className="table-cut" title={safe(row.title)}>
            {safe(row.title)}
          </span>
          <span role="gridcell" className="lane-figure">
            <Since row={row} now={now} />
          </span>
        </>
      )}
    />
  );
}

function Since({ row, now }: { readonly row: BaselineRow; readonly now: number }) {
  if (row.regressed !== undefined) return <VerdictMark verdict="fail" word={`${count(row.regressed.total)} fail`} />;
  return (
    <>
      {row.promoted === undefined ? null : (
        <span className="promoted" title={`Promoted in revision ${row.promoted.revision}`}>
          <Icon name="up" size={12} />
          <span className="sr-only">promoted</span>
        </span>
      )}
      {row.debt === 0 ? null : (
        <span className="tag" title={`${row.debt} known failures do not count`}>
          debt {count(row.debt)}
        </span>
      )}
      <span className="muted">{row.heldSince === undefined ? '–' : shortAge(row.heldSince, now)}</span>
    </>
  );
}
