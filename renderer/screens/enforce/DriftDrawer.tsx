import { useState } from 'react';
import { Link } from 'wouter';
import type { DriftRow } from '#core/api/enforce.ts';
import { useHref } from '../../state/current.ts';
import { Name } from '../../ui/controls.tsx';
import { Drawer } from '../../ui/Drawer.tsx';
import { DrawerHead } from '../../ui/DrawerHead.tsx';
import { plural } from '../../ui/format.ts';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { Problem, Skeleton } from '../../ui/states.tsx';
import type { Column } from '../../ui/table/DataTable.tsx';
import { PagedTable } from '../../ui/table/PagedTable.tsx';
import { DRIFT_MEANINGS, DriftMark } from './drift-states.tsx';
import { OutcomeMark } from './outcomes.tsx';
import { useForeign, type ForeignRow } from './use-enforce.ts';

interface DriftDrawerProps {
  readonly row: DriftRow;
  readonly scanId: string;
  readonly onClose: () => void;
}

const TITLE = 'enforce-drift-policy';

/** One policy that is installed or wanted; of a foreign one, what it would do to the objects of the scan. */
export function DriftDrawer({ row, scanId, onClose }: DriftDrawerProps) {
  const href = useHref();
  return (
    <Drawer
      labelledBy={TITLE}
      onClose={onClose}
      head={
        <DrawerHead
          id={TITLE}
          title={safe(row.namespace === undefined ? row.name : `${row.namespace}/${row.name}`)}
          marks={<DriftMark state={row.state} />}
          onClose={onClose}
        >
          <p className="small muted">{safe(row.kind)}</p>
        </DrawerHead>
      }
    >
      <section>
        <p className="second prose">{DRIFT_MEANINGS[row.state]}</p>
        <p className="prose">{safeLine(row.detail)}</p>
        {row.rule === undefined ? null : (
          <p className="small prose">
            <Link className="link" href={href(`/rules/${row.rule}`)}>
              The rule {safe(row.rule)}
            </Link>
          </p>
        )}
      </section>
      {row.simulated === undefined ? null : <OnThisScan row={row} simulated={row.simulated} scanId={scanId} />}
    </Drawer>
  );
}

const COLUMNS: readonly Column<ForeignRow>[] = [
  { id: 'outcome', title: 'Outcome', width: 116, fixed: true, cell: ({ outcome }) => <OutcomeMark outcome={outcome} /> },
  {
    id: 'object',
    title: 'Object',
    width: 200,
    grow: true,
    fixed: true,
    cell: ({ object }) => (
      <>
        <span className="muted">{safe(object.kind)}</span>
        <Name text={`${object.namespace === undefined ? '' : `${object.namespace}/`}${object.name}`} />
      </>
    ),
  },
];

interface OnThisScanProps {
  readonly row: DriftRow;
  readonly simulated: NonNullable<DriftRow['simulated']>;
  readonly scanId: string;
}

function OnThisScan({ row, simulated: { counts, notEvaluated }, scanId }: OnThisScanProps) {
  const objects = useForeign(scanId, row.name);
  const [chosen, setChosen] = useState<ForeignRow>();
  const hit = counts.denied + counts.warned;
  return (
    <section>
      <h3>
        On this scan{' '}
        <span className="muted small">
          {hit === 0
            ? 'it would deny and warn of nothing'
            : `${plural(counts.denied, 'object')} denied, ${counts.warned} warned of`}
        </span>
      </h3>
      {notEvaluated === undefined ? null : <p className="second small prose">Not wholly evaluated: {safe(notEvaluated)}</p>}
      {objects.error !== undefined ? (
        <Problem error={objects.error} onRetry={objects.refetch} />
      ) : objects.first === undefined ? (
        <Skeleton rows={1} />
      ) : objects.total === 0 ? null : (
        <div className="enforce-table enforce-table-foreign">
          <PagedTable
            view="enforce-foreign"
            label="Objects that this policy meets"
            columns={COLUMNS}
            pages={objects}
            keyOf={keyOf}
            onOpen={setChosen}
            selected={chosen === undefined ? undefined : keyOf(chosen)}
            room="narrow"
            far={false}
          />
        </div>
      )}
      {chosen === undefined ? null : (
        <p className="enforce-said">{safeLine(chosen.message ?? chosen.why ?? 'It says nothing.')}</p>
      )}
    </section>
  );
}

const keyOf = ({ object }: ForeignRow): string => [object.apiVersion, object.kind, object.namespace ?? '', object.name].join(' ');
