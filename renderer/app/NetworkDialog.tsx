import type { z } from 'zod';
import type { requestEntry, Run } from '#core/api/common.ts';
import { useQuery } from '../state/query.ts';
import { count, plural } from '../ui/format.ts';
import { Dialog } from '../ui/overlays.tsx';
import { safe } from '../ui/safe-text.ts';
import { Problem, Skeleton } from '../ui/states.tsx';
import { DataTable, type Column } from '../ui/table/DataTable.tsx';
import { useFrame } from './frame-store.ts';

type Request = z.infer<typeof requestEntry> & { readonly number: number };

const COLUMNS: readonly Column<Request>[] = [
  {
    id: 'number',
    title: '#',
    width: 56,
    align: 'end',
    value: (entry) => entry.number,
    cell: (entry) => <span className="muted">{count(entry.number)}</span>,
  },
  { id: 'verb', title: 'Verb', width: 60, value: (entry) => entry.verb, cell: (entry) => entry.verb },
  {
    id: 'path',
    title: 'Path',
    width: 300,
    grow: true,
    fixed: true,
    value: (entry) => entry.path,
    cell: (entry) => (
      <code className="table-cut" title={safe(entry.path)}>
        {safe(entry.path)}
      </code>
    ),
  },
  {
    id: 'status',
    title: 'Status',
    width: 72,
    align: 'end',
    value: (entry) => entry.status,
    cell: (entry) => (
      <span className={entry.status >= 400 || entry.status === 0 ? 'loss' : ''}>
        {entry.status === 0 ? 'none' : entry.status}
      </span>
    ),
  },
  { id: 'ms', title: 'ms', width: 64, align: 'end', value: (entry) => entry.ms, cell: (entry) => count(Math.round(entry.ms)) },
  { id: 'bytes', title: 'Bytes', width: 92, align: 'end', value: (entry) => entry.bytes, cell: (entry) => count(entry.bytes) },
];

/** Every request of the scan, so that "only this server, read-only" can be checked. */
export function NetworkDialog({ run }: { readonly run: Run }) {
  const open = useFrame((state) => state.dialog === 'network');
  const close = useFrame((state) => state.close);
  const log = useQuery({
    key: open ? ['network', run.id] : null,
    ask: (client, signal) => client.scans.network({ scanId: run.id }, { signal }),
  });
  const rows = log.data?.requests.map((entry, index) => ({ ...entry, number: index + 1 })) ?? [];
  return (
    <Dialog
      open={open}
      onClose={close}
      size="wide"
      flush
      title="Network log"
      note={`${safe(run.server ?? '')} · ${plural(run.requests, 'request')} of scan #${run.number}`}
    >
      {log.error !== undefined ? (
        <Problem error={log.error} onRetry={log.refetch} />
      ) : log.data === undefined ? (
        <Skeleton rows={1} />
      ) : (
        <DataTable view="network" label="Requests" columns={COLUMNS} rows={rows} keyOf={(entry) => String(entry.number)} />
      )}
    </Dialog>
  );
}
