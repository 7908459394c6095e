import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import type { Run } from '#core/api/common.ts';
import type { ScanTarget, Source } from '#core/api/scans.ts';
import type { AppError } from '#core/model.ts';
import { useQuery } from './query.ts';
import { targetOf, useSession } from './session.ts';
import { useSettings } from './settings.ts';
import { useWorkspace } from './workspace.ts';

export interface Current {
  /** The first answers are still on their way: draw nothing that a moment later would be wrong. */
  readonly loading: boolean;
  readonly error: AppError | undefined;
  readonly sources: readonly Source[];
  readonly source: Source | undefined;
  /** What Scan would read. */
  readonly target: ScanTarget | undefined;
  /** The run that all screens show: the one the address names, else the latest usable one of the source. */
  readonly run: Run | undefined;
  /** True where the address names the run. */
  readonly pinned: boolean;
  readonly policy: string;
  /** The baseline beside it; undefined before there is one. */
  readonly baseline: string | undefined;
  readonly retry: () => void;
}

export const useSources = () =>
  useQuery({ key: ['sources'], ask: (client, signal) => client.sources.list(undefined, { signal }), on: ['sources', 'runs'] });

interface Pair {
  readonly loading: boolean;
  /** What judges where the address names no policy: the workspace's strict one, else the one of the settings. */
  readonly usual: string;
  readonly strict: string | undefined;
  readonly baseline: string | undefined;
}

/** The policies that screens stand on. A workspace that cannot be read is told where it is edited; here the settings stand in. */
export function usePair(): Pair {
  const settings = useSettings();
  const workspace = useWorkspace();
  const pair = workspace.data?.pair;
  return {
    loading:
      (settings.data === undefined && settings.error === undefined) ||
      (workspace.data === undefined && workspace.error === undefined),
    usual: pair?.strict ?? settings.data?.policy ?? 'default',
    strict: pair?.strict,
    baseline: pair?.baseline,
  };
}

const usable = (run: Run | undefined): run is Run =>
  run !== undefined && (run.status === 'complete' || run.status === 'incomplete');

/** Source, run and policy that the frame and every screen stand on. */
export function useCurrent(): Current {
  const [params] = useSearchParams();
  const wanted = params.get('scan');
  const settings = useSettings();
  const pair = usePair();
  const choice = useSession((state) => state.choice);
  const sources = useSources();
  const list = sources.data ?? [];

  const pinnedLatest = wanted === null ? undefined : list.find((source) => source.latest?.id === wanted)?.latest;
  const history = useQuery({
    key: wanted !== null && pinnedLatest === undefined && sources.data !== undefined ? ['history', 'all'] : null,
    ask: (client, signal) => client.history.list({ limit: 500 }, { signal }),
    on: ['runs', 'sources'],
  });
  const pinned = pinnedLatest ?? history.data?.runs.find((run) => run.id === wanted);

  const source = pinned === undefined ? pick(list, choice) : list.find((candidate) => candidate.id === pinned.source.id);
  const latest = usable(source?.latest) ? source.latest : undefined;
  const lastUsable = useQuery({
    key: wanted === null && source !== undefined && latest === undefined ? ['history', 'usable', source.id] : null,
    ask: (client, signal) =>
      client.history.list({ source: [source?.id ?? 0], status: ['complete', 'incomplete'], limit: 1 }, { signal }),
    on: ['runs', 'sources'],
  });

  const run = wanted === null ? (latest ?? lastUsable.data?.runs[0]) : pinned;
  const target =
    choice?.type === 'target' && source === undefined ? choice.target : source === undefined ? undefined : targetOf(source);
  const loading =
    (sources.data === undefined && sources.error === undefined) ||
    pair.loading ||
    (history.loading && history.data === undefined) ||
    (lastUsable.loading && lastUsable.data === undefined);
  return {
    loading,
    error: sources.error ?? settings.error ?? history.error ?? lastUsable.error,
    sources: list,
    source,
    target,
    run,
    pinned: wanted !== null,
    policy: params.get('policy') ?? pair.usual,
    baseline: params.get('baseline') ?? pair.baseline,
    retry: () => {
      sources.refetch();
      settings.refetch();
    },
  };
}

type Choice = ReturnType<typeof useSession.getState>['choice'];

/** The chosen source; without a choice the one scanned last. A target that has been scanned meanwhile is found again. */
function pick(sources: readonly Source[], choice: Choice): Source | undefined {
  if (choice?.type === 'source') {
    const chosen = sources.find((source) => source.id === choice.id);
    if (chosen !== undefined) return chosen;
  }
  if (choice?.type === 'target') {
    const wanted = JSON.stringify(choice.target);
    return sources.find((source) => JSON.stringify(targetOf(source)) === wanted);
  }
  return sources.toSorted((a, b) => (b.latest?.startedAt ?? '').localeCompare(a.latest?.startedAt ?? ''))[0];
}

/** Addresses that keep the run and the policies which the present address names. */
export function useHref(): (path: string, query?: Readonly<Record<string, string | readonly string[] | undefined>>) => string {
  const [params] = useSearchParams();
  const scan = params.get('scan');
  const policy = params.get('policy');
  const baseline = params.get('baseline');
  return useMemo(
    () =>
      (path, query = {}) => {
        const next = new URLSearchParams();
        const kept = { scan: scan ?? undefined, policy: policy ?? undefined, baseline: baseline ?? undefined };
        for (const [name, value] of Object.entries({ ...kept, ...query })) {
          for (const item of value === undefined ? [] : typeof value === 'string' ? [value] : value) next.append(name, item);
        }
        const text = next.toString();
        return text === '' ? path : `${path}?${text}`;
      },
    [scan, policy, baseline],
  );
}
