import { useState } from 'react';
import type { GapRow, RatchetView } from '#core/api/ratchet.ts';
import { Segments } from '../../ui/controls.tsx';
import { count, plural } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { SeverityMark } from '../../ui/Marks.tsx';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { Sparkline } from '../../ui/Sparkline.tsx';
import { Lane } from './Lane.tsx';
import { changeOf, gapItems, type GapSort } from './lanes.ts';
import { MovesLane } from './MovesLane.tsx';

interface GapLaneProps {
  readonly view: RatchetView;
  readonly selected: string | undefined;
  readonly onOpen: (rule: string) => void;
}

type Shown = 'rules' | 'moves';
interface Order {
  readonly by: GapSort;
  readonly descending: boolean;
}

const ROW = 28;

/** What is missing, the least work first; or the objects whose fix moves most. */
export function GapLane({ view, selected, onOpen }: GapLaneProps) {
  const [shown, setShown] = useState<Shown>('rules');
  const [order, setOrder] = useState<Order>({ by: 'failing', descending: false });
  const [at, setAt] = useState<GapRow | undefined>();
  const choice =
    view.moves.length === 0 ? (
      'by effort'
    ) : (
      <Segments
        label="Gap"
        value={shown}
        onChange={setShown}
        choices={[
          { value: 'rules', label: 'By effort' },
          { value: 'moves', label: 'What moves most' },
        ]}
      />
    );
  if (shown === 'moves') return <MovesLane view={view} note={choice} />;
  const said = at === undefined ? undefined : (at.blocked ?? at.forecast);
  return (
    <Lane
      lane="gap"
      title="Gap"
      count={view.gap.length}
      note={choice}
      items={gapItems(view.gap, order.by, order.descending)}
      heightOf={() => ROW}
      keyOf={(row) => row.rule}
      selected={selected}
      far={view.ready.length === 0}
      onOpen={(row) => onOpen(row.rule)}
      onAt={setAt}
      head={<Head order={order} onOrder={setOrder} />}
      empty={<p className="muted">Nothing is missing: every rule of {safe(view.strict.name)} is in the baseline or ready.</p>}
      foot={
        view.gap.length === 0 ? null : (
          <div className="lane-foot" role="status">
            {at === undefined ? (
              <span className="muted">Point at a rule to see what makes it ready; Enter shows the evidence.</span>
            ) : (
              <span className="table-cut" title={safeLine(said ?? '')}>
                <b>{safe(at.title)}</b> <span className="second">{safeLine(said ?? '')}</span>
              </span>
            )}
          </div>
        )
      }
      render={(row) => <Cells row={row} runs={view.criteria.runs} />}
    />
  );
}

function Cells({ row, runs }: { readonly row: GapRow; readonly runs: number }) {
  const change = changeOf(row);
  const least = Math.min(...row.streaks.map((streak) => streak.runs));
  return (
    <>
      <span role="gridcell" className="gap-title">
        <span className="table-cut" title={safe(row.title)}>
          {safe(row.title)}
        </span>
        {row.blocked !== undefined ? (
          <span className="tag">blocked</span>
        ) : row.failing === 0 && Number.isFinite(least) ? (
          <span className="tag">
            {Math.min(least, runs)} of {plural(runs, 'run')}
          </span>
        ) : null}
      </span>
      <span role="gridcell">
        <SeverityMark severity={row.severity} />
      </span>
      <span role="gridcell" className="lane-figure">
        {row.failing === 0 ? <span className="muted">0</span> : <b>{count(row.failing)}</b>}
      </span>
      <span role="gridcell" className="lane-figure gap-second">
        {count(row.namespaces)}
      </span>
      <span role="gridcell" className="lane-figure gap-second" title={safe(row.teams.join(', '))}>
        {count(row.teams.length)}
      </span>
      <span role="gridcell">
        <Sparkline values={row.trend} label={`Failing objects in the last ${row.trend.length} scans: ${row.trend.join(', ')}`} />
      </span>
      <span role="gridcell" className={`lane-figure ${change < 0 ? 'gain' : change > 0 ? 'loss' : 'muted'}`}>
        {change === 0 ? '0' : change < 0 ? `−${count(-change)}` : `+${count(change)}`}
      </span>
      <span role="gridcell" className="gap-forecast table-cut muted" title={safeLine(row.blocked ?? row.forecast)}>
        {safeLine(row.blocked ?? row.forecast)}
      </span>
    </>
  );
}

const HEADS: readonly { readonly by: GapSort; readonly title: string; readonly className: string }[] = [
  { by: 'title', title: 'Rule', className: '' },
  { by: 'severity', title: 'Severity', className: '' },
  { by: 'failing', title: 'Failing', className: 'lane-figure' },
  { by: 'namespaces', title: 'Ns', className: 'lane-figure gap-second' },
  { by: 'teams', title: 'Teams', className: 'lane-figure gap-second' },
  { by: 'change', title: 'Trend', className: 'gap-trend' },
];

function Head({ order, onOrder }: { readonly order: Order; readonly onOrder: (order: Order) => void }) {
  return (
    <div className="gap-head" role="rowgroup">
      <div role="row" className="lane-row">
        {HEADS.map(({ by, title, className }) => {
          const sorted = order.by === by;
          return (
            <span
              key={by}
              role="columnheader"
              className={className}
              aria-sort={sorted ? (order.descending ? 'descending' : 'ascending') : 'none'}
            >
              <button
                type="button"
                onClick={() => onOrder({ by, descending: sorted ? !order.descending : false })}
                title={by === 'namespaces' ? 'Namespaces' : undefined}
              >
                {title}
                {sorted ? <Icon name={order.descending ? 'down' : 'up'} size={10} /> : null}
              </button>
            </span>
          );
        })}
        <span role="columnheader" className="gap-forecast">
          What makes it ready
        </span>
      </div>
    </div>
  );
}
