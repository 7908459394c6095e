import { useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { z } from 'zod';
import type { Run } from '#core/api/common.ts';
import { RUN_STATUSES, SOURCE_KINDS } from '#core/model.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import type { Current } from '../../state/current.ts';
import { asResult, useCache } from '../../state/query.ts';
import { useWorkspace } from '../../state/workspace.ts';
import { Button } from '../../ui/controls.tsx';
import { dateTime, plural } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Confirm } from '../../ui/overlays.tsx';
import { safe } from '../../ui/safe-text.ts';
import { Empty, Problem, Skeleton } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { usePolicies } from '../overview/PolicyPicker.tsx';
import { FirstRun } from '../start/FirstRun.tsx';
import { Select } from '../../ui/Select.tsx';
import { RunDrawer } from './RunDrawer.tsx';
import { RunTable } from './RunTable.tsx';
import { Trends } from './Trends.tsx';
import { useRuns, type RunFilter } from './use-runs.ts';

function readFilter(params: URLSearchParams): RunFilter {
  const source = Number(params.get('source') ?? Number.NaN);
  return {
    source: Number.isInteger(source) ? source : undefined,
    kind: z
      .enum(SOURCE_KINDS)
      .optional()
      .catch(undefined)
      .parse(params.get('kind') ?? undefined),
    status: z
      .enum(RUN_STATUSES)
      .optional()
      .catch(undefined)
      .parse(params.get('status') ?? undefined),
    label: params.get('label') ?? undefined,
    policy: params.get('by') ?? undefined,
    product: params.get('product') ?? undefined,
    environment: params.get('environment') ?? undefined,
  };
}

const KIND_WORDS = { cluster: 'clusters', manifests: 'folders', snapshot: 'snapshots', ci: 'CI' } as const;

export function Runs({ current }: { readonly current: Current }) {
  const [params, setParams] = useSearchParams();
  const [, navigate] = useLocation();
  const filter = readFilter(params);
  const runs = useRuns(filter);
  const [picked, setPicked] = useState<readonly Run[]>([]);
  const [doomed, setDoomed] = useState<Run | undefined>();
  const cache = useCache();
  const opened = params.get('run') ?? undefined;
  const put = (changes: Readonly<Record<string, string | undefined>>, replace = false): void =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries(changes)) {
          if (value === undefined || value === '') next.delete(name);
          else next.set(name, value);
        }
        return next;
      },
      { replace },
    );
  const compare = (): void => {
    const [a, b] = picked.toSorted((left, right) => left.startedAt.localeCompare(right.startedAt));
    if (a !== undefined && b !== undefined) navigate(`/history/diff?from=${a.id}&to=${b.id}`);
  };
  useShortcuts([{ keys: 'c', run: compare }]);
  const remove = async (run: Run): Promise<void> => {
    const answer = await asResult(cache.client.history.delete({ scanId: run.id }));
    toast(answer.ok ? `Scan #${run.number} of ${safe(run.source.name)} is deleted` : answer.error.what);
    setPicked((list) => list.filter((one) => one.id !== run.id));
    put({ run: undefined }, true);
    cache.invalidate(['runs', 'sources']);
  };
  if (runs.error !== undefined) return <Problem screen error={runs.error} onRetry={runs.refetch} />;
  if (runs.data === undefined) {
    return (
      <div className="screen">
        <Skeleton rows={1} />
      </div>
    );
  }
  const list = runs.data.runs;
  const filtered = Object.values(filter).some((value) => value !== undefined);
  if (list.length === 0 && !filtered) return <FirstRun />;
  const shown = list.find((run) => run.id === opened);
  return (
    <div className="split">
      <div className="split-pane">
        <header className="history-bar">
          <h1 className="panel-title">History</h1>
          <span className="muted small figure" role="status">
            {plural(runs.data.total, 'run')}
          </span>
          <span className="end" />
          <Select
            label="Source"
            value={filter.source === undefined ? '' : String(filter.source)}
            onChange={(source) => put({ source })}
            all="all sources"
            choices={current.sources.map((source) => ({ value: String(source.id), label: safe(source.name) }))}
          />
          <Select
            label="Kind"
            value={filter.kind ?? ''}
            onChange={(kind) => put({ kind })}
            all="all kinds"
            choices={SOURCE_KINDS.map((kind) => ({ value: kind, label: KIND_WORDS[kind] }))}
          />
          <Select
            label="Status"
            value={filter.status ?? ''}
            onChange={(status) => put({ status })}
            all="every status"
            choices={RUN_STATUSES.map((status) => ({ value: status, label: status }))}
          />
          <WorkspaceFilters filter={filter} onPut={put} />
          <LabelFilter value={filter.label ?? ''} onChange={(label) => put({ label }, true)} />
          <Button
            look={picked.length === 2 ? 'primary' : 'plain'}
            icon="compare"
            disabled={picked.length !== 2}
            onClick={compare}
            title="Compare the two picked runs (c)"
          >
            {picked.length === 2 ? `Compare #${picked[0]?.number} and #${picked[1]?.number}` : 'Pick two to compare'}
          </Button>
        </header>
        <Trends runs={list} />
        {list.length === 0 ? (
          <Empty
            fill
            icon="search"
            title="No run matches these filters"
            acts={<Button onClick={() => put(NO_FILTER)}>Clear filters</Button>}
          />
        ) : (
          <RunTable
            runs={list}
            picked={picked.map((run) => run.id)}
            selected={opened}
            onOpen={(run) => put({ run: run.id }, opened !== undefined)}
            onPick={(run) =>
              setPicked((before) =>
                before.some((one) => one.id === run.id) ? before.filter((one) => one.id !== run.id) : [...before, run].slice(-2),
              )
            }
          />
        )}
      </div>
      {shown === undefined ? null : (
        <RunDrawer run={shown} runs={list} onClose={() => put({ run: undefined })} onDelete={() => setDoomed(shown)} />
      )}
      <Confirm
        open={doomed !== undefined}
        onClose={() => setDoomed(undefined)}
        title={doomed === undefined ? '' : `Delete scan #${doomed.number}?`}
        act="Delete it"
        keep="Keep it"
        danger
        onConfirm={() => {
          if (doomed !== undefined) void remove(doomed);
          setDoomed(undefined);
        }}
      >
        {doomed === undefined ? null : (
          <>
            The scan of {safe(doomed.source.name)} of {dateTime(doomed.startedAt)} and what only it used leave the database. This
            cannot be undone. Other scans keep their findings; trends lose this point.
          </>
        )}
      </Confirm>
    </div>
  );
}

const NO_FILTER = Object.fromEntries(
  ['source', 'kind', 'status', 'label', 'by', 'product', 'environment'].map((name) => [name, undefined]),
);

/** By what the workspace knows of a run; only what is there to choose from. */
function WorkspaceFilters({
  filter,
  onPut,
}: {
  readonly filter: RunFilter;
  readonly onPut: (changes: Readonly<Record<string, string | undefined>>) => void;
}) {
  const policies = usePolicies().data ?? [];
  const workspace = useWorkspace().data;
  const choices = (list: readonly { readonly name: string }[]) => list.map(({ name }) => ({ value: name, label: safe(name) }));
  return (
    <>
      <Select
        label="Policy it was judged by"
        value={filter.policy ?? ''}
        onChange={(by) => onPut({ by })}
        all="any policy"
        choices={choices(policies)}
      />
      {workspace === undefined || workspace.products.length === 0 ? null : (
        <Select
          label="Product"
          value={filter.product ?? ''}
          onChange={(product) => onPut({ product })}
          all="all products"
          choices={choices(workspace.products)}
        />
      )}
      {workspace === undefined || workspace.environments.length === 0 ? null : (
        <Select
          label="Environment"
          value={filter.environment ?? ''}
          onChange={(environment) => onPut({ environment })}
          all="all environments"
          choices={choices(workspace.environments)}
        />
      )}
    </>
  );
}

function LabelFilter({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const [text, setText] = useState(value);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onChange(text.trim());
      }}
    >
      <label className="field">
        <Icon name="filter" />
        <span className="sr-only">Label, as key=value</span>
        <input
          value={text}
          placeholder="label key=value"
          spellCheck={false}
          autoComplete="off"
          maxLength={512}
          onChange={(event) => setText(event.target.value)}
          onBlur={() => onChange(text.trim())}
        />
      </label>
    </form>
  );
}
