import { DropdownMenu } from 'radix-ui';
import { useEffect, useRef, useState, type RefObject } from 'react';
import { GROUPINGS, type FindingFilter } from '#core/api/findings.ts';
import type { Verdict } from '#core/model.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { Button, Segments } from '../../ui/controls.tsx';
import { count, plural, words } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { VERDICT_WORDS } from '../../ui/Marks.tsx';
import { safe } from '../../ui/safe-text.ts';
import { ColumnMenu } from '../../ui/table/ColumnMenu.tsx';
import { LISTS, toggleValue, withList, type Address, type ListFilter } from './address.ts';
import { FilterMenu } from './FilterMenu.tsx';
import type { TableHandle } from './FindingsTable.tsx';
import type { Groups } from './use-findings.ts';
import { FINDING_COLUMNS } from './columns.ts';
import { useColumns } from '../../ui/table/columns.ts';

interface FilterBarProps {
  readonly address: Address;
  readonly groups: Groups;
  readonly busy: boolean;
  readonly onChange: (next: Address, replace?: boolean) => void;
  readonly columns: RefObject<TableHandle | null>;
}

const TYPING_MS = 200;

export function FilterBar({ address, groups, busy, onChange, columns }: FilterBarProps) {
  const put = (filter: FindingFilter): void => onChange({ ...address, filter });
  const wantsWaived = address.filter.verdict?.includes('waived') === true;
  const layout = useColumns('findings', FINDING_COLUMNS);
  return (
    <header className="filters">
      <div className="filters-line">
        <h1 className="panel-title">Findings</h1>
        <span className="muted small figure nowrap" role="status" aria-busy={busy}>
          {count(groups.shown)} of {count(groups.total)}
        </span>
        <TextFilter address={address} onChange={onChange} />
        <ColumnMenu columns={layout} />
        <Button look="quiet" small icon="copy" onClick={() => void columns.current?.copyCsv()} title="Copy what is shown as CSV">
          CSV
        </Button>
      </div>
      <div className="filters-line filters-chips">
        {LISTS.filter((name) => address.filter[name] !== undefined && !(name === 'verdict' && onlyWaivedToggle(address.filter))).map((name) => (
          <Chip key={name} name={name} filter={address.filter} groups={groups} onChange={put} />
        ))}
        {address.filter.age === undefined ? null : (
          <button type="button" className="chip chip-on" onClick={() => put(without(address.filter, 'age'))} aria-label={`Remove filter: age ${address.filter.age}`}>
            Age <b>{address.filter.age}</b>
            <Icon name="close" />
          </button>
        )}
        <FilterMenu filter={address.filter} facets={groups.facets} onChange={put} />
        {groups.hiddenWaived > 0 || wantsWaived ? (
          <button type="button" className={wantsWaived ? 'chip chip-on' : 'chip chip-dashed'} aria-pressed={wantsWaived} onClick={() => put(toggleWaived(address.filter))}>
            <Icon name="eye" />
            {wantsWaived ? 'waived shown' : `${count(groups.hiddenWaived)} waived hidden`}
          </button>
        ) : null}
        {Object.keys(address.filter).length > 1 ? (
          <button type="button" className="link small" onClick={() => put({})}>
            clear all
          </button>
        ) : null}
      </div>
      <div className="filters-line">
        <span className="muted small wide-only">Group by</span>
        <Segments label="Group by" value={address.groupBy} choices={GROUPINGS.map((value) => ({ value, label: value }))} onChange={(groupBy) => onChange({ ...address, groupBy })} />
        <span className="muted small figure end nowrap">{plural(groups.groups.length, 'group')}</span>
        <Button look="quiet" small onClick={() => columns.current?.toggleAll()}>
          Open or close all
        </Button>
      </div>
    </header>
  );
}

/** The verdicts that show without a filter, and those with the waived ones. */
const USUAL: readonly Verdict[] = ['fail', 'error', 'notEvaluated'];
const onlyWaivedToggle = (filter: FindingFilter): boolean =>
  filter.verdict?.length === USUAL.length + 1 && [...USUAL, 'waived'].every((verdict) => filter.verdict?.some((other) => other === verdict));

function toggleWaived(filter: FindingFilter): FindingFilter {
  if (filter.verdict?.includes('waived') !== true) return withList(filter, 'verdict', [...(filter.verdict ?? USUAL), 'waived']);
  return onlyWaivedToggle(filter) ? withList(filter, 'verdict', []) : toggleValue(filter, 'verdict', 'waived');
}

function without(filter: FindingFilter, name: 'age' | 'text'): FindingFilter {
  const { [name]: _dropped, ...rest } = filter;
  return rest;
}

const SHOWN_VALUES = 2;

/** A value of a filter as people read it. */
export function valueText(name: ListFilter, value: string): string {
  if (value === '') return name === 'namespace' ? 'cluster-scoped' : name === 'team' ? 'unowned' : 'none';
  if (name === 'verdict') return VERDICT_WORDS[value as Verdict] ?? value;
  return name === 'category' ? words(value) : safe(value);
}

function Chip({ name, filter, groups, onChange }: { readonly name: ListFilter; readonly filter: FindingFilter; readonly groups: Groups; readonly onChange: (filter: FindingFilter) => void }) {
  const values: readonly string[] = filter[name] ?? [];
  const titles = values.map((value) => (name === 'rule' ? (groups.groups.find((group) => group.key === value)?.title ?? value) : valueText(name, value)));
  const text = titles.length <= SHOWN_VALUES ? titles.join(', ') : `${titles.slice(0, SHOWN_VALUES).join(', ')} and ${titles.length - SHOWN_VALUES} more`;
  const label = name[0]?.toUpperCase() + name.slice(1);
  return (
    <DropdownMenu.Root>
      <span className="chip chip-on chip-split">
        <DropdownMenu.Trigger asChild>
          <button type="button" title={titles.join(', ')} disabled={name === 'rule'}>
            {label} <b>{safe(text)}</b>
          </button>
        </DropdownMenu.Trigger>
        <button type="button" aria-label={`Remove filter: ${name}`} onClick={() => onChange(withList(filter, name, []))}>
          <Icon name="close" />
        </button>
      </span>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="start" sideOffset={4}>
          {name === 'rule' ? null : <Choices name={name} filter={filter} facets={groups.facets} onChange={onChange} />}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

const MENU_ROWS = 60;

interface ChoicesProps {
  readonly name: Exclude<ListFilter, 'rule'>;
  readonly filter: FindingFilter;
  readonly facets: Groups['facets'];
  readonly onChange: (filter: FindingFilter) => void;
}

/** The values of one facet with their counts, the most frequent first; chosen ones stay in the list. */
export function Choices({ name, filter, facets, onChange }: ChoicesProps) {
  const chosen: readonly string[] = filter[name] ?? [];
  const all = Object.entries(facets[name]).filter(([value, found]) => found > 0 || chosen.includes(value));
  const sorted = name === 'severity' || name === 'verdict' ? all : all.toSorted((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  const shown = sorted.slice(0, MENU_ROWS);
  return (
    <>
      {shown.map(([value, found]) => (
        <DropdownMenu.CheckboxItem key={value} className="menu-item" checked={chosen.includes(value)} onCheckedChange={() => onChange(toggleValue(filter, name, value))} onSelect={(event) => event.preventDefault()}>
          <span className="menu-tick">
            <DropdownMenu.ItemIndicator>
              <Icon name="check" size={14} />
            </DropdownMenu.ItemIndicator>
          </span>
          <span className="table-cut">{valueText(name, value)}</span>
          <span className="end muted small figure">{count(found)}</span>
        </DropdownMenu.CheckboxItem>
      ))}
      {shown.length === sorted.length ? null : <DropdownMenu.Label className="menu-label">{plural(sorted.length - shown.length, 'more')}: type a name into the filter</DropdownMenu.Label>}
    </>
  );
}

function TextFilter({ address, onChange }: { readonly address: Address; readonly onChange: (next: Address, replace?: boolean) => void }) {
  const given = address.filter.text ?? '';
  const [text, setText] = useState(given);
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef({ address, onChange });
  latest.current = { address, onChange };
  // Back and forward change the address under the field.
  useEffect(() => {
    if (document.activeElement !== field.current) setText(given);
  }, [given]);
  useEffect(() => () => clearTimeout(timer.current), []);
  useShortcuts([
    {
      keys: '/',
      run: () => {
        field.current?.focus();
        field.current?.select();
      },
    },
  ]);
  const put = (value: string): void => {
    const { address: now, onChange: change } = latest.current;
    const rest = without(now.filter, 'text');
    change({ ...now, filter: value.trim() === '' ? rest : { ...rest, text: value.trim() } }, true);
  };
  return (
    <label className="field filters-text">
      <Icon name="search" />
      <span className="sr-only">Filter findings</span>
      <input
        ref={field}
        value={text}
        placeholder="Filter by rule, object, path or message"
        maxLength={512}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => {
          const { value } = event.target;
          setText(value);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => put(value), TYPING_MS);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && text !== '') {
            event.preventDefault();
            setText('');
            clearTimeout(timer.current);
            put('');
          } else if (event.key === 'Escape' || event.key === 'Enter') event.currentTarget.blur();
        }}
      />
      <kbd>/</kbd>
    </label>
  );
}
