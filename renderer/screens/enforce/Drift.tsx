import { useRef, useState } from 'react';
import { DRIFT_STATES, type DriftRow, type DriftView } from '#core/api/enforce.ts';
import { count, dateTime, plural } from '../../ui/format.ts';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { Empty, Problem, Skeleton } from '../../ui/states.tsx';
import type { Column } from '../../ui/table/DataTable.tsx';
import { PagedTable } from '../../ui/table/PagedTable.tsx';
import type { Room } from '../../ui/use-media.ts';
import { useWidth } from '../../ui/use-width.ts';
import { DriftMark } from './drift-states.tsx';
import type { Opened } from './Export.tsx';
import { OutcomeMark } from './outcomes.tsx';
import { useDrift, type Asked, type DriftState } from './use-enforce.ts';

interface DriftProps {
  readonly asked: Asked;
  readonly opened: Opened | undefined;
  readonly onOpen: (row: DriftRow) => void;
}

export const driftKey = ({ engine, kind, namespace, name }: DriftRow): string => [engine, kind, namespace ?? '', name].join(' ');

const roomOf = (width: number): Room => (width < 620 ? 'narrow' : width < 1100 ? 'normal' : 'wide');

/** What the scanned cluster has installed against what would be exported. */
export function Drift({ asked, opened, onOpen }: DriftProps) {
  const [state, setState] = useState<DriftState>();
  const drift = useDrift(asked, state);
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const view = drift.first;
  if (drift.error !== undefined) {
    return (
      <section className="panel">
        <Problem error={drift.error} onRetry={drift.refetch} />
      </section>
    );
  }
  if (view === undefined) return <Skeleton rows={2} />;
  return (
    <div className="enforce-stack" aria-busy={drift.loading} ref={box}>
      <Engines view={view} />
      <section className="panel enforce-list" aria-labelledby="enforce-drift">
        <header className="panel-head">
          <h2 id="enforce-drift">Installed against wanted</h2>
          <span className="muted small">as the scan of {dateTime(view.startedAt)} saw it</span>
        </header>
        <div className="enforce-chips" role="group" aria-label="States shown">
          <Chip on={state === undefined} onClick={() => setState(undefined)}>
            all {count(Object.values(view.counts).reduce((sum, one) => sum + one, 0))}
          </Chip>
          {DRIFT_STATES.flatMap((one) =>
            view.counts[one] === 0
              ? []
              : [
                  <Chip key={one} on={state === one} onClick={() => setState(state === one ? undefined : one)}>
                    <DriftMark state={one} /> {count(view.counts[one])}
                  </Chip>,
                ],
          )}
        </div>
        {drift.total === 0 ? (
          <Nothing view={view} />
        ) : (
          <div className="enforce-table enforce-table-high">
            <PagedTable
              view="enforce-drift"
              label="Policies installed and wanted"
              columns={COLUMNS}
              pages={drift}
              keyOf={driftKey}
              onOpen={onOpen}
              selected={opened?.what === 'drift' ? driftKey(opened.row) : undefined}
              {...(width === 0 ? {} : { room: roomOf(width) })}
            />
          </div>
        )}
      </section>
    </div>
  );
}

function Chip({
  on,
  onClick,
  children,
}: {
  readonly on: boolean;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
}) {
  return (
    <button type="button" className={on ? 'chip chip-on' : 'chip'} aria-pressed={on} onClick={onClick}>
      {children}
    </button>
  );
}

function Nothing({ view }: { readonly view: DriftView }) {
  const unread = view.engines.every(({ status }) => status !== 'read');
  return (
    <Empty
      icon={unread ? 'eye' : 'check'}
      title={unread ? 'What is installed is not known' : 'Nothing is installed, and nothing wanted'}
    >
      <p>{unread ? 'The scan read no policies of any engine.' : 'The export holds no rule, and the cluster no policy.'}</p>
    </Empty>
  );
}

const STATUS_WORDS: Readonly<Record<DriftView['engines'][number]['status'], string>> = {
  read: 'read',
  absent: 'not in this cluster',
  unread: 'not read',
};

/** Which engines the scan could look into: what was not read is not missing. */
function Engines({ view: { engines } }: { readonly view: DriftView }) {
  return (
    <section className="panel" aria-label="Engines">
      <ul className="enforce-engines small">
        {engines.map(({ id, title, status, reason }) => (
          <li key={id} title={safe(reason ?? '')}>
            <span className={status === 'unread' ? 'outcome-warned' : status === 'read' ? 'outcome-pass' : 'muted'}>
              <span aria-hidden="true">{status === 'read' ? '✓' : status === 'absent' ? '–' : '?'}</span>
            </span>
            <span className="strong">{safe(title)}</span>
            <span className="muted">
              {STATUS_WORDS[status]}
              {reason === undefined ? '' : `: ${safe(reason)}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

const COLUMNS: readonly Column<DriftRow>[] = [
  { id: 'state', title: 'State', width: 108, fixed: true, cell: ({ state }) => <DriftMark state={state} /> },
  {
    id: 'name',
    title: 'Policy',
    width: 210,
    grow: true,
    fixed: true,
    cell: ({ kind, namespace, name }) => (
      <span className="table-cut" title={safe(`${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`)}>
        {namespace === undefined ? null : <span className="muted">{safe(namespace)}/</span>}
        {safe(name)}
      </span>
    ),
  },
  {
    id: 'kind',
    title: 'Kind',
    width: 170,
    from: 'wide',
    cell: ({ kind }) => (
      <span className="muted table-cut" title={safe(kind)}>
        {safe(kind)}
      </span>
    ),
  },
  {
    id: 'detail',
    title: 'What differs',
    width: 220,
    grow: true,
    cell: ({ detail }) => (
      <span className="second table-cut" title={safeLine(detail)}>
        {safeLine(detail)}
      </span>
    ),
  },
  {
    id: 'simulated',
    title: 'On this scan',
    width: 150,
    from: 'normal',
    cell: ({ simulated }) => (simulated === undefined ? null : <Simulated {...simulated} />),
  },
];

export function Simulated({ counts, notEvaluated }: NonNullable<DriftRow['simulated']>) {
  if (counts.denied + counts.warned === 0)
    return notEvaluated === undefined ? (
      <span className="muted">nothing here</span>
    ) : (
      <span title={safe(notEvaluated)}>
        <OutcomeMark outcome="notEvaluated" />
      </span>
    );
  return (
    <>
      {counts.denied === 0 ? null : <OutcomeMark outcome="denied" word={plural(counts.denied, 'object')} />}
      {counts.warned === 0 ? null : <OutcomeMark outcome="warned" word={plural(counts.warned, 'object')} />}
    </>
  );
}
