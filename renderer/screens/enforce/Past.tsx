import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import type { ReplayHistory } from '#core/api/enforce.ts';
import type { ReplayOutcome } from '#core/enforce/replay/words.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { useHref } from '../../state/current.ts';
import { Button } from '../../ui/controls.tsx';
import { count, plural, shortDay } from '../../ui/format.ts';
import { Problem } from '../../ui/states.tsx';
import { DataTable, type Column } from '../../ui/table/DataTable.tsx';
import { OutcomeMark } from './outcomes.tsx';
import { usePast, type Asked } from './use-enforce.ts';

type Point = ReplayHistory['points'][number];

/** What people would have met: the rest changes nothing for them. */
const DRAWN = ['denied', 'warned', 'audited'] as const satisfies readonly ReplayOutcome[];

/** The same plan on each scan before: a rule that was quiet for weeks says more than one quiet day. */
export function Past({ asked }: { readonly asked: Asked }) {
  const settled = useSettled(asked);
  const past = usePast(settled);
  const behind = past.loading || JSON.stringify(settled) !== JSON.stringify(asked);
  const [asTable, setAsTable] = useState(false);
  useShortcuts([{ keys: 't', run: () => setAsTable((before) => !before) }]);
  const points = past.data?.points ?? [];
  return (
    <section className="panel" aria-labelledby="enforce-past" aria-busy={behind}>
      <header className="panel-head">
        <h2 id="enforce-past">On past scans</h2>
        <span className="muted small">
          {past.data === undefined ? '' : behind ? 'tried anew…' : plural(points.length, 'scan')}
        </span>
        {points.length === 0 ? null : (
          <Button
            small
            look="quiet"
            icon="table"
            className="end"
            aria-pressed={asTable}
            aria-keyshortcuts="t"
            title="The same as a table (t)"
            onClick={() => setAsTable(!asTable)}
          >
            {asTable ? 'Picture' : 'Table'}
          </Button>
        )}
      </header>
      {past.error !== undefined ? (
        <Problem error={past.error} onRetry={past.refetch} />
      ) : past.data === undefined ? (
        <div className="enforce-past-wait" role="status" aria-label="Trying the plan on past scans" />
      ) : asTable ? (
        <PastTable points={points} />
      ) : (
        <Picture points={points} />
      )}
    </section>
  );
}

/** Many scans take a while: whoever still tries modes is not made to wait for them. */
const QUIET_MS = 500;

/** What is asked, once it has stayed the same for a moment. */
function useSettled(asked: Asked): Asked {
  const [settled, setSettled] = useState(asked);
  const text = JSON.stringify(asked);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(JSON.parse(text) as Asked), QUIET_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

const HEIGHT = 48;
const STEP = 20;
const WIDE = 14;

/** A column for each scan: denied at the bottom, warned of and audited above. */
function Picture({ points }: { readonly points: readonly Point[] }) {
  const most = Math.max(1, ...points.map(({ counts }) => DRAWN.reduce((sum, outcome) => sum + counts[outcome], 0)));
  const first = points[0];
  const last = points.at(-1);
  const label = points
    .map(({ number, counts }) => `scan ${number}: ${counts.denied} denied, ${counts.warned} warned of`)
    .join('; ');
  const width = Math.max(1, points.length) * STEP - (STEP - WIDE);
  return (
    <div className="enforce-past">
      <figure>
        <svg width={width} height={HEIGHT} role="img" aria-label={`Objects by scan. ${label}`}>
          {points.map((point, at) => (
            <g key={point.scanId}>
              <title>
                #{point.number}, {shortDay(point.startedAt)}: {point.counts.denied} denied, {point.counts.warned} warned of,{' '}
                {point.counts.audited} audited
              </title>
              <rect className="counts-track" x={at * STEP} width={WIDE} y={0} height={HEIGHT} />
              {stackOf(point, most).map(({ outcome, y, height }) => (
                <rect key={outcome} className={`counts-${outcome}`} x={at * STEP} width={WIDE} y={y} height={height} />
              ))}
            </g>
          ))}
        </svg>
        {first === undefined || last === undefined || points.length < 4 ? null : (
          <figcaption className="muted micro" aria-hidden="true">
            <span>{shortDay(first.startedAt)}</span>
            <span>{shortDay(last.startedAt)}</span>
          </figcaption>
        )}
      </figure>
      <ul className="enforce-legend small">
        {DRAWN.map((outcome) => (
          <li key={outcome}>
            <i className={`counts-${outcome}`} aria-hidden="true" />
            <OutcomeMark outcome={outcome} /> <b className="figure">{count(last?.counts[outcome] ?? 0)}</b>
          </li>
        ))}
      </ul>
    </div>
  );
}

function stackOf({ counts }: Point, most: number) {
  let y = HEIGHT;
  return DRAWN.flatMap((outcome) => {
    if (counts[outcome] === 0) return [];
    // One object of ten thousand is still seen.
    const height = Math.max(2, (counts[outcome] / most) * HEIGHT);
    y = Math.max(0, y - height);
    return [{ outcome, y, height }];
  });
}

const COLUMNS: readonly Column<Point>[] = [
  {
    id: 'scan',
    title: 'Scan',
    width: 92,
    grow: true,
    fixed: true,
    value: ({ number }) => number,
    cell: (point) => <ScanCell {...point} />,
  },
  {
    id: 'denied',
    title: 'Denied',
    width: 66,
    align: 'end',
    value: ({ counts }) => counts.denied,
    cell: ({ counts }) => count(counts.denied),
  },
  {
    id: 'warned',
    title: 'Warned',
    width: 70,
    align: 'end',
    value: ({ counts }) => counts.warned,
    cell: ({ counts }) => count(counts.warned),
  },
  {
    id: 'changed',
    title: 'Change',
    width: 80,
    align: 'end',
    value: ({ appeared }) => appeared,
    cell: ({ appeared, gone }) => (
      <span title={`${plural(appeared, 'failure')} that the scan before had not, ${count(gone)} that it had`}>
        +{count(appeared)} −{count(gone)}
      </span>
    ),
  },
];

const ScanCell = ({ number, startedAt }: Point) => (
  <>
    #{number} <span className="muted small">{shortDay(startedAt)}</span>
  </>
);

function PastTable({ points }: { readonly points: readonly Point[] }) {
  const [, navigate] = useLocation();
  const href = useHref();
  return (
    <DataTable
      view="enforce-past"
      label="Past scans"
      inline
      columns={COLUMNS}
      rows={points}
      keyOf={({ scanId }) => scanId}
      first={{ by: 'scan', descending: true }}
      onOpen={({ scanId }) => navigate(href('/enforce', { scan: scanId }))}
    />
  );
}
