import type { RefObject } from 'react';
import type { Run } from '#core/api/common.ts';
import { GROUPINGS, type FindingFilter } from '#core/api/findings.ts';
import type { Verdict } from '#core/model.ts';
import { ExportButton } from '../../export/ExportButton.tsx';
import { Button, Segments } from '../../ui/controls.tsx';
import { count, plural } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { ColumnMenu } from '../../ui/table/ColumnMenu.tsx';
import { useColumns } from '../../ui/table/columns.ts';
import { LISTS, toggleValue, withList, without, type Address } from './address.ts';
import { FINDING_COLUMNS } from './columns.ts';
import { FilterChip } from './FilterChip.tsx';
import { FilterMenu } from './FilterMenu.tsx';
import type { TableHandle } from './FindingsTable.tsx';
import { TextFilter } from '../../ui/TextFilter.tsx';
import type { Groups } from './use-findings.ts';

interface FilterBarProps {
  readonly run: Run;
  readonly policy: string;
  readonly address: Address;
  readonly groups: Groups;
  readonly busy: boolean;
  readonly onChange: (next: Address, replace?: boolean) => void;
  readonly columns: RefObject<TableHandle | null>;
}

export function FilterBar({ run, policy, address, groups, busy, onChange, columns }: FilterBarProps) {
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
        <TextFilter
          label="Filter findings"
          placeholder="Filter by rule, object, path or message"
          value={address.filter.text ?? ''}
          onChange={(text) => {
            const rest = without(address.filter, 'text');
            onChange({ ...address, filter: text === '' ? rest : { ...rest, text } }, true);
          }}
        />
        <ColumnMenu columns={layout} />
        <Button look="quiet" small icon="copy" onClick={() => void columns.current?.copyCsv()} title="Copy what is shown as CSV">
          CSV
        </Button>
        <ExportButton
          run={run}
          policy={policy}
          small
          {...(groups.shown === groups.total ? {} : { shown: { filter: address.filter, findings: groups.shown } })}
        />
      </div>
      <div className="filters-line filters-chips">
        {LISTS.filter(
          (name) => address.filter[name] !== undefined && !(name === 'verdict' && onlyWaivedToggle(address.filter)),
        ).map((name) => (
          <FilterChip key={name} name={name} filter={address.filter} groups={groups} onChange={put} />
        ))}
        {address.filter.age === undefined ? null : (
          <button
            type="button"
            className="chip chip-on"
            onClick={() => put(without(address.filter, 'age'))}
            aria-label={`Remove filter: age ${address.filter.age}`}
          >
            Age <b>{address.filter.age}</b>
            <Icon name="close" />
          </button>
        )}
        <FilterMenu filter={address.filter} facets={groups.facets} onChange={put} />
        {groups.hiddenWaived > 0 || wantsWaived ? (
          <button
            type="button"
            className={wantsWaived ? 'chip chip-on' : 'chip chip-dashed'}
            aria-pressed={wantsWaived}
            onClick={() => put(toggleWaived(address.filter))}
          >
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
        <Segments
          label="Group by"
          value={address.groupBy}
          choices={GROUPINGS.map((value) => ({ value, label: value }))}
          onChange={(groupBy) => onChange({ ...address, groupBy })}
        />
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
  filter.verdict?.length === USUAL.length + 1 &&
  [...USUAL, 'waived'].every((verdict) => filter.verdict?.some((other) => other === verdict));

function toggleWaived(filter: FindingFilter): FindingFilter {
  if (filter.verdict?.includes('waived') !== true) return withList(filter, 'verdict', [...(filter.verdict ?? USUAL), 'waived']);
  return onlyWaivedToggle(filter) ? withList(filter, 'verdict', []) : toggleValue(filter, 'verdict', 'waived');
}
