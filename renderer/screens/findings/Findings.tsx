import { useCallback, useMemo, useRef, useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import type { Run } from '#core/api/common.ts';
import type { FindingRow } from '#core/api/findings.ts';
import { useHref, type Current } from '../../state/current.ts';
import { Button } from '../../ui/controls.tsx';
import { count, plural } from '../../ui/format.ts';
import { Empty, Problem, Skeleton } from '../../ui/states.tsx';
import { Gate } from '../start/Gate.tsx';
import { filterCount, readAddress, writeAddress, type Address } from './address.ts';
import { FilterBar } from './FilterBar.tsx';
import { FindingDrawer } from './FindingDrawer.tsx';
import { FindingsTable, type TableHandle } from './FindingsTable.tsx';
import { useGroups } from './use-findings.ts';
import '../../ui/list.css';
import './findings.css';

export function Findings({ current }: { readonly current: Current }) {
  return <Gate current={current}>{(run) => <FindingsOf run={run} policy={current.policy} />}</Gate>;
}

/** Reads the address and changes it; a change of the filter makes a step back possible, walking through findings does not. */
function useAddress(): readonly [Address, (next: Address, replace?: boolean) => void] {
  const [params] = useSearchParams();
  const [, navigate] = useLocation();
  const href = useHref();
  const address = useMemo(() => readAddress(params), [params]);
  const put = useCallback(
    (next: Address, replace = false) => navigate(href('/findings', writeAddress(next)), { replace }),
    [href, navigate],
  );
  return [address, put];
}

function FindingsOf({ run, policy }: { readonly run: Run; readonly policy: string }) {
  const [address, put] = useAddress();
  const groups = useGroups(run.id, policy, address);
  const table = useRef<TableHandle>(null);
  const [near, setNear] = useState<Neighbours>({ before: undefined, after: undefined });
  const select = useCallback(
    (row: FindingRow, replace: boolean) => put({ ...address, finding: row.fingerprint }, replace),
    [address, put],
  );
  if (groups.error !== undefined) return <Problem screen error={groups.error} onRetry={groups.refetch} />;
  const { data } = groups;
  if (data === undefined) {
    return (
      <div className="screen">
        <Skeleton rows={1} />
      </div>
    );
  }
  return (
    <div className="split">
      <div className="split-pane">
        <FilterBar
          run={run}
          policy={policy}
          address={address}
          groups={data}
          busy={groups.loading}
          onChange={put}
          columns={table}
        />
        {data.groups.length === 0 ? (
          <NothingShown address={address} total={data.total} hiddenWaived={data.hiddenWaived} policy={policy} onChange={put} />
        ) : (
          <FindingsTable ref={table} address={address} groups={data} onAddress={put} onSelect={select} onNeighbours={setNear} />
        )}
      </div>
      {address.finding === undefined ? null : (
        <FindingDrawer
          key={run.id}
          run={run}
          policy={policy}
          fingerprint={address.finding}
          before={near.before}
          after={near.after}
          onStep={(by) => table.current?.step(by)}
          onClose={() => {
            put({ ...address, finding: undefined });
            table.current?.focus();
          }}
        />
      )}
    </div>
  );
}

/** Whether there is a finding before and after the one in the drawer. */
export interface Neighbours {
  readonly before: number | undefined;
  readonly after: number | undefined;
}

interface NothingProps {
  readonly address: Address;
  readonly total: number;
  readonly hiddenWaived: number;
  readonly policy: string;
  readonly onChange: (next: Address) => void;
}

function NothingShown({ address, total, hiddenWaived, policy, onChange }: NothingProps) {
  const filters = filterCount(address.filter);
  if (filters === 0) {
    return (
      <Empty
        fill
        icon="check"
        title={`Nothing of ${policy} fails`}
        acts={
          hiddenWaived === 0 ? undefined : (
            <Button onClick={() => onChange({ ...address, filter: { verdict: ['waived'] } })}>
              Show {count(hiddenWaived)} waived
            </Button>
          )
        }
      >
        <p>Every rule that could be judged holds for every object it applies to.</p>
      </Empty>
    );
  }
  return (
    <Empty
      fill
      icon="search"
      title="No finding matches these filters"
      acts={<Button onClick={() => onChange({ ...address, filter: {} })}>Clear filters</Button>}
    >
      <p>
        {plural(total, 'finding')} {total === 1 ? 'is' : 'are'} hidden by {plural(filters, 'filter')}.
      </p>
    </Empty>
  );
}
