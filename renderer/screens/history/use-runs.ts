import type { RunStatus, SourceKind } from '#core/model.ts';
import { useQuery } from '../../state/query.ts';

export interface RunFilter {
  readonly source: number | undefined;
  readonly kind: SourceKind | undefined;
  readonly status: RunStatus | undefined;
  readonly label: string | undefined;
}

/** Runs under a filter, the youngest first. */
export const useRuns = ({ source, kind, status, label }: RunFilter) =>
  useQuery({
    key: ['history', source ?? null, kind ?? null, status ?? null, label ?? null],
    ask: (client, signal) =>
      client.history.list(
        {
          ...(source === undefined ? {} : { source: [source] }),
          ...(kind === undefined ? {} : { kind: [kind] }),
          ...(status === undefined ? {} : { status: [status] }),
          ...(label === undefined || label === '' ? {} : { label: [label] }),
          limit: 500,
        },
        { signal },
      ),
    on: ['runs', 'sources'],
    keep: true,
  });
