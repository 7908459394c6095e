import type { RunStatus, SourceKind } from '#core/model.ts';
import { useQuery } from '../../state/query.ts';

export interface RunFilter {
  readonly source: number | undefined;
  readonly kind: SourceKind | undefined;
  readonly status: RunStatus | undefined;
  readonly label: string | undefined;
  readonly policy: string | undefined;
  readonly product: string | undefined;
  readonly environment: string | undefined;
}

/** Runs under a filter, the youngest first. */
export const useRuns = ({ source, kind, status, label, policy, product, environment }: RunFilter) =>
  useQuery({
    key: ['history', source, kind, status, label, policy, product, environment].map((part) => part ?? null),
    ask: (client, signal) =>
      client.history.list(
        {
          ...(source === undefined ? {} : { source: [source] }),
          ...(kind === undefined ? {} : { kind: [kind] }),
          ...(status === undefined ? {} : { status: [status] }),
          ...(label === undefined || label === '' ? {} : { label: [label] }),
          ...(policy === undefined ? {} : { policy: [policy] }),
          ...(product === undefined ? {} : { product: [product] }),
          ...(environment === undefined ? {} : { environment: [environment] }),
          limit: 500,
        },
        { signal },
      ),
    on: ['runs', 'sources', 'workspace'],
    keep: true,
  });
