import { useState } from 'react';
import type { WaiverRow } from '#core/api/inbox.ts';
import type { AppError } from '#core/model.ts';
import { asResult, useCache, useQuery } from '../../state/query.ts';
import { useSaid } from '../../state/undo.ts';
import { Button } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { Confirm } from '../../ui/overlays.tsx';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { Empty, Problem, Skeleton } from '../../ui/states.tsx';
import { DataTable, type Column } from '../../ui/table/DataTable.tsx';

const STATES: Readonly<Record<WaiverRow['state'], string>> = {
  live: '',
  expiring: 'loss',
  expired: 'loss',
  stale: 'muted',
};

/** Every waiver: of files and of annotations, live or not, with what it lets off now. */
export function Waivers({ scanId, policy }: { readonly scanId: string; readonly policy: string }) {
  const cache = useCache();
  const said = useSaid();
  const [doomed, setDoomed] = useState<WaiverRow>();
  const [problem, setProblem] = useState<AppError>();
  const waivers = useQuery({
    key: ['waivers', scanId, policy],
    ask: (client, signal) => client.waivers.list({ scanId, policy }, { signal }),
    on: ['workspace', 'runs'],
    keep: true,
  });
  if (waivers.error !== undefined) return <Problem error={waivers.error} onRetry={waivers.refetch} />;
  if (waivers.data === undefined) return <Skeleton rows={1} />;
  const rows = waivers.data.waivers;
  const remove = async ({ id }: WaiverRow): Promise<void> => {
    if (id === undefined) return;
    const answer = await asResult(cache.client.waivers.remove({ id, reason: 'Removed from the list of waivers' }));
    setProblem(answer.ok ? undefined : answer.error);
    if (answer.ok) said(answer.value.change);
  };
  if (rows.length === 0) {
    return (
      <Empty fill icon="check" title="Nothing is waived">
        <p>A waiver is made from a finding or from the inbox; objects may carry their own, as an annotation.</p>
      </Empty>
    );
  }
  return (
    <>
      {problem === undefined ? null : <Problem error={problem} />}
      <div className="table-box">
        <DataTable
          view="waivers"
          label="Waivers"
          columns={COLUMNS}
          rows={rows}
          keyOf={keyOf}
          onOpen={(row) => (row.id === undefined ? undefined : setDoomed(row))}
        />
      </div>
      <Confirm
        open={doomed !== undefined}
        onClose={() => setDoomed(undefined)}
        title={`Remove the waiver of ${safe(doomed?.title ?? '')}?`}
        act="Remove it"
        keep="Keep it"
        onConfirm={() => {
          if (doomed !== undefined) void remove(doomed);
          setDoomed(undefined);
        }}
      >
        {doomed === undefined ? null : (
          <>
            {safeLine(doomed.reason)}. What it lets off, {plural(doomed.findings, 'finding')} now, fails again. It can be taken
            back.
          </>
        )}
      </Confirm>
    </>
  );
}

const keyOf = (row: WaiverRow): string =>
  row.id ??
  `${row.rule} ${row.at?.object.kind ?? ''} ${row.at?.object.namespace ?? ''} ${row.at?.object.name ?? ''} ${row.at?.annotation ?? ''}`;

/** What a waiver reaches, in words. */
export function reachOf(row: WaiverRow): string {
  const parts = [
    row.object === undefined
      ? ''
      : `${row.object.kind} ${row.object.namespace === undefined ? '' : `${row.object.namespace}/`}${row.object.name}`,
    row.container === undefined ? '' : `container ${row.container}`,
    row.path === undefined ? '' : row.path,
    row.namespaces === undefined ? '' : `namespaces ${row.namespaces.join(', ')}`,
    row.exceptNamespaces === undefined ? '' : `not in ${row.exceptNamespaces.join(', ')}`,
    row.labels === undefined
      ? ''
      : Object.entries(row.labels)
          .map(([key, value]) => `${key}=${value}`)
          .join(', '),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

const COLUMNS: readonly Column<WaiverRow>[] = [
  {
    id: 'rule',
    title: 'Rule',
    width: 190,
    grow: true,
    fixed: true,
    value: (row) => row.title,
    cell: (row) => (
      <span className="table-cut" title={row.rule}>
        {safe(row.title)}
      </span>
    ),
  },
  {
    id: 'reach',
    title: 'Lets off',
    width: 230,
    value: reachOf,
    cell: (row) => (
      <span className="table-cut second" title={safe(reachOf(row))}>
        {safe(reachOf(row))}
      </span>
    ),
  },
  {
    id: 'reason',
    title: 'Reason',
    width: 190,
    from: 'mid',
    value: (row) => row.reason,
    cell: (row) => (
      <span className="table-cut second" title={safeLine(row.reason)}>
        {safeLine(row.reason)}
      </span>
    ),
  },
  {
    id: 'owner',
    title: 'Owner',
    width: 100,
    from: 'normal',
    value: (row) => row.owner ?? '',
    cell: (row) => (
      <span className="muted table-cut">{safe(row.owner ?? (row.origin === 'annotation' ? 'annotation' : 'nobody'))}</span>
    ),
  },
  {
    id: 'ends',
    title: 'Last day',
    width: 92,
    value: (row) => row.expires ?? '9999',
    cell: (row) => <span className="figure muted">{row.expires ?? 'no end'}</span>,
  },
  {
    id: 'state',
    title: 'State',
    width: 76,
    value: (row) => row.state,
    cell: (row) => <span className={STATES[row.state]}>{row.state}</span>,
  },
  {
    id: 'findings',
    title: 'Findings',
    width: 76,
    align: 'end',
    value: (row) => row.findings,
    cell: (row) => row.findings,
  },
  {
    id: 'remove',
    title: 'Remove',
    width: 84,
    align: 'end',
    from: 'mid',
    cell: (row) =>
      row.id === undefined ? (
        <span className="muted small">in the object</span>
      ) : (
        <Button look="quiet" small tabIndex={-1}>
          Remove…
        </Button>
      ),
  },
];
