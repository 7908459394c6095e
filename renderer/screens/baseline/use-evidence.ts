import { useState } from 'react';
import type { Run } from '#core/api/common.ts';
import { useQuery } from '../../state/query.ts';

export interface Evidence {
  readonly scanIds: readonly string[];
  /** `scan #6`, `the last 3 scans`. */
  readonly words: string;
  /** How many scans a baseline may rest on, the one shown among them. */
  readonly choices: readonly number[];
  readonly scans: number;
  readonly choose: (scans: number) => void;
}

const CHOICES = [1, 3, 5, 10];

/** The scans that a proposal rests on: the one on screen, and as many complete ones of its source before it as somebody asks for. */
export function useEvidence(run: Run): Evidence {
  const [scans, choose] = useState(1);
  const history = useQuery({
    key: ['history', 'complete', run.source.id],
    ask: (client, signal) => client.history.list({ source: [run.source.id], status: ['complete'], limit: 50 }, { signal }),
    on: ['runs'],
  });
  const earlier = (history.data?.runs ?? [])
    .filter((one) => one.source.id === run.source.id && one.status === 'complete' && one.startedAt < run.startedAt)
    .toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
  const scanIds = [run.id, ...earlier.slice(0, scans - 1).map((one) => one.id)];
  return {
    scanIds,
    words: scanIds.length === 1 ? `scan #${run.number}` : `the last ${scanIds.length} scans`,
    choices: CHOICES.filter((choice) => choice <= earlier.length + 1),
    scans,
    choose,
  };
}
