import { SEVERITIES } from '#core/model.ts';
import { count, percent, words } from '../../ui/format.ts';
import { SeverityMark } from '../../ui/Marks.tsx';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { Empty } from '../../ui/states.tsx';
import { DataTable, type Column } from '../../ui/table/DataTable.tsx';
import { isChosen, type Place, type ProposalRow, type Turned } from './draft.ts';

interface ProposalTableProps {
  readonly place: Place;
  readonly rows: readonly ProposalRow[];
  readonly turned: Turned;
  readonly onTurn: (row: ProposalRow) => void;
}

const EFFORTS = ['easy', 'medium', 'hard'];
const none = <span className="muted">0</span>;

/** Rules of one list with their ticks. A row is turned by click, Enter or Space. */
export function ProposalTable({ place, rows, turned, onTurn }: ProposalTableProps) {
  if (rows.length === 0) return <Empty icon="check" title="No rule is in this list" />;
  return (
    <DataTable
      key={place}
      view={`baseline-${place}`}
      label="Rules"
      columns={columnsOf(place, turned, onTurn)}
      rows={rows}
      keyOf={(row) => row.rule}
      first={place === 'fails' ? { by: 'failing', descending: false } : { by: 'severity', descending: false }}
      onOpen={onTurn}
      onMark={onTurn}
    />
  );
}

function columnsOf(place: Place, turned: Turned, onTurn: (row: ProposalRow) => void): readonly Column<ProposalRow>[] {
  return [
    {
      id: 'chosen',
      title: 'In',
      width: 48,
      fixed: true,
      value: (row) => (isChosen(row, turned) ? 0 : 1),
      cell: (row) => (
        <span className="check">
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={safe(row.title)}
            checked={isChosen(row, turned)}
            onClick={(event) => event.stopPropagation()}
            onChange={() => onTurn(row)}
          />
        </span>
      ),
    },
    {
      id: 'rule',
      title: 'Rule',
      width: 210,
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
      id: 'severity',
      title: 'Severity',
      width: 96,
      value: (row) => SEVERITIES.indexOf(row.severity),
      cell: (row) => <SeverityMark severity={row.severity} />,
    },
    ...(place === 'fails' ? FAILING : place === 'holds' ? HOLDING : REASON),
  ];
}

const FAILING: readonly Column<ProposalRow>[] = [
  { id: 'failing', title: 'Failing', width: 70, align: 'end', value: (row) => row.failing, cell: (row) => count(row.failing) },
  {
    id: 'rate',
    title: 'Passing',
    width: 74,
    align: 'end',
    from: 'mid',
    value: (row) => row.counts.pass / Math.max(1, row.counts.pass + row.counts.fail),
    cell: (row) => percent(row.counts.pass / Math.max(1, row.counts.pass + row.counts.fail)),
  },
  {
    id: 'namespaces',
    title: 'Namespaces',
    width: 88,
    align: 'end',
    from: 'mid',
    value: (row) => row.namespaces.length,
    cell: (row) =>
      row.namespaces.length === 0 ? none : <span title={safe(row.namespaces.join(', '))}>{count(row.namespaces.length)}</span>,
  },
  {
    id: 'teams',
    title: 'Teams',
    width: 150,
    value: (row) => row.teams.join(', '),
    cell: (row) => (
      <span className="table-cut muted" title={safe(row.teams.join(', '))}>
        {row.teams.length === 0 ? 'unowned' : safe(row.teams.join(', '))}
      </span>
    ),
  },
  {
    id: 'effort',
    title: 'Effort',
    width: 78,
    value: (row) => EFFORTS.indexOf(row.effort),
    cell: (row) => <span className="muted">{row.effort}</span>,
  },
];

const HOLDING: readonly Column<ProposalRow>[] = [
  {
    id: 'pass',
    title: 'Objects that pass',
    width: 120,
    align: 'end',
    value: (row) => row.counts.pass,
    cell: (row) => count(row.counts.pass),
  },
  {
    id: 'category',
    title: 'Category',
    width: 130,
    value: (row) => row.category,
    cell: (row) => <span className="muted">{words(row.category)}</span>,
  },
];

const REASON: readonly Column<ProposalRow>[] = [
  {
    id: 'reason',
    title: 'Why',
    width: 380,
    value: (row) => row.reason ?? '',
    cell: (row) => (
      <span className="table-cut muted" title={safeLine(row.reason ?? '')}>
        {safeLine(row.reason ?? '')}
      </span>
    ),
  },
];
