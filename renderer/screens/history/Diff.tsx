import { useLocation, useSearchParams } from 'wouter';
import type { z } from 'zod';
import type { FindingRow } from '#core/api/findings.ts';
import type { run as runSchema } from '#core/api/common.ts';
import { SEVERITIES } from '#core/model.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { useQuery } from '../../state/query.ts';
import { Button, Name, Segments } from '../../ui/controls.tsx';
import { count, dateTime, percent, signed } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { SeverityMark } from '../../ui/Marks.tsx';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { Empty, Problem, Skeleton } from '../../ui/states.tsx';
import { DataTable, type Column } from '../../ui/table/DataTable.tsx';
import { PolicyPicker } from '../overview/PolicyPicker.tsx';
import { postureOf } from './RunTable.tsx';

type Run = z.infer<typeof runSchema>;
type Part = 'new' | 'fixed' | 'incomparable';
type Row = FindingRow & { readonly why?: string };

const PARTS: readonly Part[] = ['new', 'fixed', 'incomparable'];
const NOTHING: Readonly<Record<Part, { readonly title: string; readonly text: string }>> = {
  new: { title: 'Nothing new', text: 'No finding of the later scan was missing in the earlier one.' },
  fixed: { title: 'Nothing fixed', text: 'Every finding of the earlier scan that could be compared is still there.' },
  incomparable: {
    title: 'Everything could be compared',
    text: 'All kinds and rules behind the findings were judged in both scans.',
  },
};

/** Two runs compared by one policy. What could not be compared is a list of its own and never counts as fixed. */
export function Diff({ from, to, policy }: { readonly from: string; readonly to: string; readonly policy: string }) {
  const [params, setParams] = useSearchParams();
  const [, navigate] = useLocation();
  const diff = useQuery({
    key: ['diff', from, to, policy],
    ask: (client, signal) => client.history.diff({ from, to, policy }, { signal }),
    on: ['settings'],
    keep: true,
  });
  const put = (name: string, value: string): void =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        next.set(name, value);
        return next;
      },
      { replace: true },
    );
  useShortcuts([{ keys: 'Escape', run: () => navigate('/history') }]);
  if (diff.error !== undefined) {
    return (
      <Problem
        screen
        error={diff.error}
        onRetry={diff.refetch}
        acts={<Button onClick={() => navigate('/history')}>All runs</Button>}
      />
    );
  }
  const { data } = diff;
  if (data === undefined) {
    return (
      <div className="screen">
        <Skeleton rows={1} />
      </div>
    );
  }
  const asked = params.get('part');
  const part = PARTS.find((name) => name === asked) ?? PARTS.find((name) => data.counts[name] > 0) ?? 'new';
  const rows: readonly Row[] =
    part === 'incomparable' ? data.incomparable.map(({ finding, reason }) => ({ ...finding, why: reason })) : data[part];
  return (
    <div className="diff">
      <header className="diff-head">
        <div className="diff-runs">
          <h1 className="panel-title">Compare</h1>
          <RunWord run={data.from} />
          <Icon name="right" />
          <RunWord run={data.to} />
          <Posture from={data.from} to={data.to} />
          <span className="muted small">
            by <PolicyPicker />
          </span>
          <span className="end" />
          <Button
            small
            onClick={() => {
              setParams((before) => {
                const next = new URLSearchParams(before);
                next.set('from', to);
                next.set('to', from);
                return next;
              });
            }}
          >
            Swap
          </Button>
          <Button small onClick={() => navigate('/history')}>
            All runs <kbd>Esc</kbd>
          </Button>
        </div>
        <div className="diff-runs">
          <Segments
            label="Findings"
            value={part}
            onChange={(value) => put('part', value)}
            choices={PARTS.map((name) => ({ value: name, label: `${count(data.counts[name])} ${name}` }))}
          />
          <span className="muted small figure">{count(data.counts.unchanged)} unchanged</span>
          {data.cut ? <span className="muted small">The first 2,000 of each are listed; the counts are whole.</span> : null}
        </div>
        {data.notes.length === 0 ? null : (
          <ul className="diff-notes small second">
            {data.notes.map((note) => (
              <li key={note}>{safeLine(note)}</li>
            ))}
          </ul>
        )}
      </header>
      {rows.length === 0 ? (
        <Empty fill icon="check" title={NOTHING[part].title}>
          <p>{NOTHING[part].text}</p>
        </Empty>
      ) : (
        <DataTable
          view={`diff-${part}`}
          label={`${part} findings`}
          columns={part === 'incomparable' ? [...COLUMNS, WHY] : COLUMNS}
          rows={rows}
          keyOf={(row) => row.fingerprint}
          first={{ by: 'severity', descending: false }}
          onOpen={(row) =>
            navigate(
              `/findings?scan=${part === 'new' ? to : from}&rule=${row.rule}&finding=${encodeURIComponent(row.fingerprint)}${params.get('policy') === null ? '' : `&policy=${encodeURIComponent(params.get('policy') ?? '')}`}`,
            )
          }
        />
      )}
    </div>
  );
}

function RunWord({ run }: { readonly run: Run }) {
  return (
    <span className="nowrap">
      <span className="strong">{safe(run.source.name)}</span> #{run.number}{' '}
      <span className="muted small">{dateTime(run.startedAt)}</span>
    </span>
  );
}

function Posture({ from, to }: { readonly from: Run; readonly to: Run }) {
  const before = postureOf(from);
  const after = postureOf(to);
  if (before === undefined || after === undefined) return null;
  const change = (after - before) * 100;
  return (
    <span className="small figure nowrap">
      <span className="muted">posture</span> {percent(after, 1)}{' '}
      <span className={Math.abs(change) < 0.05 ? 'muted' : change > 0 ? 'gain' : 'loss'}>{signed(change)}</span>
    </span>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  {
    id: 'severity',
    title: 'Severity',
    width: 100,
    value: (row) => SEVERITIES.indexOf(row.severity),
    cell: (row) => <SeverityMark severity={row.severity} />,
  },
  {
    id: 'title',
    title: 'Rule',
    width: 220,
    grow: true,
    fixed: true,
    value: (row) => row.title,
    cell: (row) => (
      <span className="table-cut" title={safe(row.title)}>
        {safe(row.title)}
      </span>
    ),
  },
  {
    id: 'object',
    title: 'Object',
    width: 220,
    grow: true,
    value: (row) => `${row.object.kind} ${row.object.name}`,
    cell: (row) => (
      <>
        <span className="muted">{safe(row.object.kind)}</span>
        <Name text={row.object.name} />
        {row.container === undefined ? null : <code className="muted table-cut">{safe(row.container)}</code>}
      </>
    ),
  },
  {
    id: 'namespace',
    title: 'Namespace',
    width: 130,
    value: (row) => row.object.namespace ?? '',
    cell: (row) => <span className="second table-cut">{safe(row.object.namespace ?? 'cluster-scoped')}</span>,
  },
  {
    id: 'team',
    title: 'Team',
    width: 100,
    from: 'mid',
    value: (row) => row.team ?? '',
    cell: (row) => <span className="second table-cut">{safe(row.team ?? 'unowned')}</span>,
  },
  {
    id: 'message',
    title: 'Message',
    width: 320,
    from: 'wide',
    cell: (row) => (
      <span className="second table-cut" title={safe(row.message)}>
        {safe(row.message)}
      </span>
    ),
  },
];

const WHY: Column<Row> = {
  id: 'why',
  title: 'Why it cannot be compared',
  width: 300,
  cell: (row) => (
    <span className="second table-cut" title={safe(row.why ?? '')}>
      {safe(row.why ?? '')}
    </span>
  ),
};
