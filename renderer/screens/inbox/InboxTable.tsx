import { useNow } from '../../app/use-now.ts';
import type { InboxItem } from '#core/api/inbox.ts';
import { SEVERITIES } from '#core/model.ts';
import { shortAge } from '../../ui/format.ts';
import { Icon, type IconName } from '../../ui/Icon.tsx';
import { SeverityMark } from '../../ui/Marks.tsx';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { DataTable, type Column } from '../../ui/table/DataTable.tsx';

export const KIND_WORDS: Readonly<Record<InboxItem['kind'], { readonly word: string; readonly icon: IconName }>> = {
  undecided: { word: 'undecided', icon: 'findings' },
  overdue: { word: 'fix overdue', icon: 'clock' },
  expiring: { word: 'waiver ends', icon: 'history' },
  expired: { word: 'waiver ended', icon: 'history' },
  stale: { word: 'waiver unused', icon: 'history' },
  demotion: { word: 'regressed', icon: 'warning' },
};

const columnsOf = (now: number): readonly Column<InboxItem>[] => [
  {
    id: 'waits',
    title: 'Waits',
    width: 64,
    align: 'end',
    // Since an earlier time sorts first: what waits longest is on top.
    value: (item) => item.since ?? '9999',
    cell: (item) => <span className="muted">{item.since === undefined ? 'new' : shortAge(item.since, now)}</span>,
  },
  {
    id: 'kind',
    title: 'Kind',
    width: 136,
    from: 'mid',
    value: (item) => item.kind,
    cell: (item) => (
      <span className="inbox-kind second">
        <Icon name={KIND_WORDS[item.kind].icon} />
        {KIND_WORDS[item.kind].word}
      </span>
    ),
  },
  {
    id: 'what',
    title: 'What',
    width: 220,
    grow: true,
    fixed: true,
    value: (item) => item.title,
    cell: (item) => (
      <span className="table-cut" title={`${safe(item.title)}: ${safeLine(item.detail)}`}>
        <span className="strong">{safe(item.title)}</span> <span className="muted small">{safeLine(item.detail)}</span>
      </span>
    ),
  },
  {
    id: 'severity',
    title: 'Severity',
    width: 92,
    value: (item) => SEVERITIES.indexOf(item.severity),
    cell: (item) => <SeverityMark severity={item.severity} />,
  },
  {
    id: 'team',
    title: 'Team',
    width: 132,
    from: 'normal',
    value: (item) => item.teams[0] ?? '',
    cell: (item) => (
      <span className="muted table-cut" title={safe(item.teams.join(', '))}>
        {item.teams.length === 0 ? 'unowned' : safe(item.teams[0] ?? '')}
        {item.teams.length > 1 ? ` +${item.teams.length - 1}` : ''}
      </span>
    ),
  },
];

export function InboxTable({
  items,
  selected,
  onOpen,
}: {
  readonly items: readonly InboxItem[];
  readonly selected: string;
  readonly onOpen: (item: InboxItem) => void;
}) {
  const now = useNow();
  return (
    <div className="table-box">
      <DataTable
        view="inbox"
        label="What waits for a decision"
        columns={columnsOf(now)}
        rows={items}
        keyOf={(item) => item.id}
        selected={selected}
        onOpen={onOpen}
      />
    </div>
  );
}
