import { useState } from 'react';
import type { BaselineRow, RatchetView, ReadyRow } from '#core/api/ratchet.ts';
import type { Change } from '#core/api/workspace.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { Button } from '../../ui/controls.tsx';
import { count, plural } from '../../ui/format.ts';
import { SeverityMark, VerdictMark } from '../../ui/Marks.tsx';
import { safe } from '../../ui/safe-text.ts';
import { Streak } from './Evidence.tsx';
import { Lane } from './Lane.tsx';
import { readyItems } from './lanes.ts';

interface ReadyLaneProps {
  readonly view: RatchetView;
  readonly selected: string | undefined;
  readonly onOpen: (rule: string) => void;
  readonly onPromote: (row: ReadyRow) => void;
  readonly onUndo: (change: Change) => void;
  readonly busy: boolean;
}

const WITHOUT_STREAKS = 56;
const STREAK = 20;
const MOST_STREAKS = 3;

const heightOf = (row: ReadyRow): number =>
  WITHOUT_STREAKS + STREAK * (Math.min(MOST_STREAKS, row.streaks.length) + (row.streaks.length > MOST_STREAKS ? 1 : 0));

/** What passes consistently, with the evidence; one key or one click promotes it. */
export function ReadyLane({ view, selected, onOpen, onPromote, onUndo, busy }: ReadyLaneProps) {
  const { criteria, ready } = view;
  const [at, setAt] = useState<string | undefined>();
  useShortcuts([{ keys: 'p', run: () => document.querySelector<HTMLElement>('#lane-ready')?.focus() }]);
  return (
    <Lane
      lane="ready"
      title="Ready"
      count={ready.length}
      note="0 fail, no live waiver"
      items={readyItems(ready)}
      heightOf={heightOf}
      keyOf={(row) => row.rule}
      selected={selected}
      far
      onOpen={(row) => onOpen(row.rule)}
      onAt={(row) => setAt(row?.rule)}
      onKey={(key, row) => {
        if (key !== 'p') return false;
        if (!busy) onPromote(row);
        return true;
      }}
      empty={
        <p className="muted">
          No rule is ready. One is when nothing fails in {plural(criteria.runs, 'clean run')} over {plural(criteria.days, 'day')}
          {criteria.sources.length === 0
            ? ''
            : `, in ${criteria.sources.length === 1 ? '' : 'each of '}${safe(criteria.sources.join(', '))}`}
          .
        </p>
      }
      foot={<Promoted held={view.held} onUndo={onUndo} />}
      render={(row) => (
        <div role="gridcell" className="ready">
          <span className="strong table-cut" title={safe(row.title)}>
            {safe(row.title)}
          </span>
          <Button
            small
            tabIndex={-1}
            disabled={busy}
            aria-label={`Promote ${safe(row.title)}`}
            aria-keyshortcuts="p"
            onClick={(event) => {
              event.stopPropagation();
              onPromote(row);
            }}
          >
            Promote
            {at === row.rule ? <kbd aria-hidden="true">p</kbd> : null}
          </Button>
          <span className="ready-line">
            <SeverityMark severity={row.severity} />
            <span className="muted">{plural(row.applicable, 'object passes', 'objects pass')}</span>
          </span>
          {row.streaks.slice(0, MOST_STREAKS).map((streak) => (
            <span key={streak.source} className="ready-line">
              <Streak streak={streak} criteria={criteria} />
            </span>
          ))}
          {row.streaks.length > MOST_STREAKS ? (
            <span className="ready-line muted small">{plural(row.streaks.length - MOST_STREAKS, 'more source')}</span>
          ) : null}
        </div>
      )}
    />
  );
}

/** The promotion that was made last, while it can be taken back. */
function Promoted({ held, onUndo }: { readonly held: readonly BaselineRow[]; readonly onUndo: (change: Change) => void }) {
  const last = held
    .filter((row) => row.promoted?.change !== undefined)
    .toSorted((a, b) => (b.promoted?.at ?? '').localeCompare(a.promoted?.at ?? ''))[0];
  const change = last?.promoted?.change;
  if (last === undefined || change === undefined) return null;
  const together = held.filter((row) => row.promoted?.change?.id === change.id).length - 1;
  return (
    <footer className="lane-foot">
      <VerdictMark verdict="pass" word="Promoted" />
      <span className="table-cut muted" title={safe(last.title)}>
        {safe(last.title)}
        {together === 0 ? '' : ` and ${count(together)} more`}
      </span>
      <Button small icon="undo" className="end" onClick={() => onUndo(change)}>
        Undo
      </Button>
    </footer>
  );
}
