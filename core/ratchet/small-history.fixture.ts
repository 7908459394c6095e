import { noCounts } from '#core/model.ts';
import type { RunStatus, Verdict } from '#core/model.ts';
import type { EvidenceSource } from '#core/ratchet/eligible.ts';
import type { RuleEvidence, RunEvidence } from '#core/ratchet/evidence.ts';

/** Histories as streaks see them, made of objects with a verdict each, so that laws can speak of objects and rights. */

export interface SmallObject {
  readonly namespace: string;
  readonly verdict: Verdict;
}

export interface SmallRun {
  readonly day: number;
  readonly status: RunStatus;
  readonly restricted: boolean;
  readonly missing: boolean;
  readonly factKey: string;
  readonly judged: boolean;
  readonly branch?: string;
  readonly objects: readonly SmallObject[];
}

export const RULE = 'limits';
export const NOW_KEY = 'now';
export const CLEAN_RUN: SmallRun = {
  day: 0,
  status: 'complete',
  restricted: false,
  missing: false,
  factKey: NOW_KEY,
  judged: true,
  objects: [{ namespace: 'shop', verdict: 'pass' }],
};

/** Oldest first, a day apart, the last on the given day. */
export const cleanRuns = (count: number, last = count - 1): readonly SmallRun[] =>
  Array.from({ length: count }, (_, index) => ({ ...CLEAN_RUN, day: last - (count - 1 - index) }));

const START = Date.parse('2026-11-01T08:00:00Z');
export const timeOf = (day: number): string => new Date(START + day * 86_400_000).toISOString();

export function evidenceOf(run: SmallRun): RunEvidence {
  const evidence = run.judged ? ruleEvidence(run) : undefined;
  return {
    scanId: `run-${run.day}`,
    startedAt: timeOf(run.day),
    status: run.status,
    restricted: run.restricted,
    ...(run.branch === undefined ? {} : { branch: run.branch }),
    rule: (id) => (id === RULE ? evidence : undefined),
  };
}

const ruleEvidence = ({ objects, factKey, missing }: SmallRun): RuleEvidence => ({
  factKey,
  ...(missing ? { missing: 'Deployment could not be read: forbidden' } : {}),
  counts: (inReach) => {
    const counts = noCounts();
    for (const { namespace, verdict } of objects) if (inReach(namespace)) counts[verdict] += 1;
    return counts;
  },
});

/** Runs oldest first, as a story is told. */
export const sourceOf = (name: string, runs: readonly SmallRun[], more: Partial<EvidenceSource> = {}): EvidenceSource => ({
  name,
  kind: 'cluster',
  branches: [],
  runs: runs.toSorted((left, right) => right.day - left.day).map(evidenceOf),
  inReach: () => true,
  ...more,
});
