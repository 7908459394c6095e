import { useRef } from 'react';
import type { EnforcePreview, ReplayRow } from '#core/api/enforce.ts';
import { REPLAY_OUTCOMES } from '#core/enforce/replay/words.ts';
import { Button, Name } from '../../ui/controls.tsx';
import { count, plural } from '../../ui/format.ts';
import { SeverityMark } from '../../ui/Marks.tsx';
import { safe, safeLine } from '../../ui/safe-text.ts';
import { Select } from '../../ui/Select.tsx';
import { TextFilter } from '../../ui/TextFilter.tsx';
import { Empty, Problem, Skeleton } from '../../ui/states.tsx';
import { csv } from '#core/report/csv-rows.ts';
import type { Column } from '../../ui/table/DataTable.tsx';
import { PagedTable } from '../../ui/table/PagedTable.tsx';
import { copy, toast } from '../../ui/toast.tsx';
import type { Room } from '../../ui/use-media.ts';
import { useWidth } from '../../ui/use-width.ts';
import type { ObjectFilter } from './address.ts';
import type { Opened } from './Export.tsx';
import { RuleTitle } from './RuleTitle.tsx';
import { OUTCOME_WORDS, OutcomeMark } from './outcomes.tsx';
import { useAddress, useObjects, type Asked } from './use-enforce.ts';

interface ObjectsProps {
  readonly asked: Asked;
  readonly preview: EnforcePreview;
  readonly opened: Opened | undefined;
  readonly onOpen: (row: ReplayRow) => void;
}

export const rowKey = ({ rule, object }: Pick<ReplayRow, 'rule' | 'object'>): string =>
  [rule, object.apiVersion, object.kind, object.namespace ?? '', object.name].join(' ');

const roomOf = (width: number): Room => (width < 620 ? 'narrow' : width < 860 ? 'mid' : width < 1500 ? 'normal' : 'wide');

/** Every object and rule that meet, hardest first, with what its developer would be told. */
export function Objects({ asked, preview, opened, onOpen }: ObjectsProps) {
  const { address, put } = useAddress();
  const { filter } = address;
  const objects = useObjects(asked, filter);
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const filtered = Object.values(filter).some((value) => value !== undefined);
  const copyAll = async (): Promise<void> => {
    const all = await objects.all();
    if (!all.ok) toast(all.error.what);
    else await copy(csv(CSV_HEAD, all.value.map(csvRow)), `${plural(all.value.length, 'row')} copied as CSV`);
  };
  return (
    <section className="panel enforce-list" aria-label="Objects">
      <Filters filter={filter} preview={preview} onChange={(next, replace) => put({ filter: next }, replace)}>
        <span className="muted small figure" role="status">
          {objects.first === undefined ? '' : plural(objects.total, 'row')}
        </span>
        <Button small look="quiet" icon="copy" disabled={objects.total === 0} onClick={() => void copyAll()}>
          CSV
        </Button>
      </Filters>
      {objects.error === undefined ? null : <Problem error={objects.error} onRetry={objects.refetch} />}
      {objects.first === undefined ? (
        objects.error === undefined ? (
          <Skeleton rows={1} />
        ) : null
      ) : objects.total === 0 ? (
        filtered ? (
          <Empty
            icon="search"
            title="No object matches"
            acts={<Button onClick={() => put({ filter: {} })}>Clear filters</Button>}
          />
        ) : (
          <Empty icon="check" title="No object meets any of these rules" />
        )
      ) : (
        <div className="enforce-table enforce-table-high" ref={box}>
          <PagedTable
            view="enforce-objects"
            label="Objects that would meet a rule"
            columns={COLUMNS}
            pages={objects}
            keyOf={rowKey}
            onOpen={onOpen}
            selected={opened?.what === 'object' ? rowKey(opened.row) : undefined}
            {...(width === 0 ? {} : { room: roomOf(width) })}
          />
        </div>
      )}
    </section>
  );
}

const COLUMNS: readonly Column<ReplayRow>[] = [
  { id: 'outcome', title: 'Outcome', width: 112, fixed: true, cell: ({ outcome }) => <OutcomeMark outcome={outcome} /> },
  {
    id: 'object',
    title: 'Object',
    width: 200,
    grow: true,
    fixed: true,
    cell: ({ object }) => <Name text={`${object.namespace === undefined ? '' : `${object.namespace}/`}${object.name}`} />,
  },
  {
    id: 'kind',
    title: 'Kind',
    width: 112,
    from: 'mid',
    cell: ({ object }) => (
      <span className="muted table-cut" title={safe(object.kind)}>
        {safe(object.kind)}
      </span>
    ),
  },
  {
    id: 'team',
    title: 'Team',
    width: 86,
    from: 'mid',
    cell: ({ team }) => <span className="table-cut">{safe(team ?? '')}</span>,
  },
  {
    id: 'rule',
    title: 'Rule',
    width: 150,
    grow: true,
    cell: RuleTitle,
  },
  { id: 'severity', title: 'Severity', width: 92, from: 'wide', cell: ({ severity }) => <SeverityMark severity={severity} /> },
  {
    id: 'message',
    title: 'What the developer sees, or why not',
    width: 220,
    grow: true,
    from: 'normal',
    cell: ({ message, why }) => (
      <span className="second table-cut" title={safeLine(why ?? message ?? '')}>
        {safeLine(why ?? message ?? '')}
      </span>
    ),
  },
];

const CSV_HEAD = ['outcome', 'rule', 'severity', 'kind', 'namespace', 'name', 'team', 'message', 'why'];
const csvRow = ({ outcome, rule, severity, object, team, message, why }: ReplayRow): string[] => [
  OUTCOME_WORDS[outcome],
  rule,
  severity,
  object.kind,
  object.namespace ?? '',
  object.name,
  team ?? '',
  message ?? '',
  why ?? '',
];

interface FiltersProps {
  readonly filter: ObjectFilter;
  readonly preview: EnforcePreview;
  readonly onChange: (filter: ObjectFilter, replace?: boolean) => void;
  readonly children: React.ReactNode;
}

const nameChoices = (groups: readonly { readonly name?: string | undefined }[], none: string) =>
  groups.map(({ name }) => ({ value: name ?? NOBODY, label: name === undefined ? none : safe(name) }));

/** An empty value in a choice list means everything. */
const NOBODY = ' ';
const given = (value: string): string | undefined => (value === '' ? undefined : value.trim());
const shownOf = (value: string | undefined): string => (value === '' ? NOBODY : (value ?? ''));

function Filters({ filter, preview: { replay, rules }, onChange, children }: FiltersProps) {
  return (
    <div className="filters">
      <div className="filters-line enforce-filters">
        <TextFilter
          label="Filter objects"
          placeholder="Filter by kind, namespace or name"
          value={filter.text ?? ''}
          onChange={(text) => onChange({ ...filter, text: text === '' ? undefined : text }, true)}
        />
        <Select
          label="Outcome"
          value={filter.outcome ?? ''}
          all="every outcome"
          onChange={(value) => onChange({ ...filter, outcome: REPLAY_OUTCOMES.find((one) => one === value) })}
          choices={REPLAY_OUTCOMES.map((value) => ({ value, label: OUTCOME_WORDS[value] }))}
        />
        <Select
          label="Team"
          value={shownOf(filter.team)}
          all="all teams"
          onChange={(value) => onChange({ ...filter, team: given(value) })}
          choices={withChosen(nameChoices(replay?.byTeam ?? [], 'no team'), filter.team)}
        />
        <Select
          label="Namespace"
          value={shownOf(filter.namespace)}
          all="all namespaces"
          onChange={(value) => onChange({ ...filter, namespace: given(value) })}
          choices={withChosen(nameChoices(replay?.byNamespace ?? [], 'no namespace'), filter.namespace)}
        />
        <Select
          label="Rule"
          value={filter.rule ?? ''}
          all="all rules"
          onChange={(value) => onChange({ ...filter, rule: given(value) })}
          choices={withChosen(
            rules.map(({ rule, title, counts }) => ({
              value: rule,
              label: `${safe(title)}${counts === undefined ? '' : ` (${count(sum(counts))})`}`,
            })),
            filter.rule,
          )}
        />
        <span className="end enforce-filters-end">{children}</span>
      </div>
    </div>
  );
}

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((all, one) => all + one, 0);

/** What is chosen stands in the list even where it meets nothing any more. */
const withChosen = (choices: readonly { readonly value: string; readonly label: string }[], chosen: string | undefined) =>
  chosen === undefined || choices.some(({ value }) => value === shownOf(chosen))
    ? choices
    : [{ value: shownOf(chosen), label: chosen === '' ? 'none' : safe(chosen) }, ...choices];
