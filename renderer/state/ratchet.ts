import type { RatchetView } from '#core/api/ratchet.ts';
import { useQuery, type Query } from './query.ts';

interface Pair {
  readonly baseline?: string;
  readonly strict: string;
  readonly scanId: string;
}

/** Baseline beside strict, as a scan shows them. Undefined asks nothing. */
export const useRatchet = (pair: Pair | undefined): Query<RatchetView> =>
  useQuery({
    key: pair === undefined ? null : ['ratchet', pair.baseline ?? null, pair.strict, pair.scanId],
    ask: (client, signal) => client.ratchet.get(pair ?? { strict: '', scanId: '' }, { signal }),
    on: ['runs', 'settings', 'workspace'],
    keep: true,
  });
