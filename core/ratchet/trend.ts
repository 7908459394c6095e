import type { InReach, RunEvidence } from '#core/ratchet/evidence.ts';

/** Failing objects of a rule in the last runs that judged it, oldest first. Runs are given newest first. */
export function failingTrend(runs: readonly RunEvidence[], rule: string, inReach: InReach, most = 20): readonly number[] {
  const failing: number[] = [];
  for (const run of runs) {
    const evidence = run.rule(rule);
    if (evidence !== undefined) failing.push(evidence.counts(inReach).fail);
    if (failing.length === most) break;
  }
  return failing.toReversed();
}

/** When the oldest run began of those that fail without a break up to now; undefined where the newest does not fail. */
export function failingSince(runs: readonly RunEvidence[], rule: string, inReach: InReach): string | undefined {
  let since: string | undefined;
  for (const run of runs) {
    const evidence = run.rule(rule);
    if (evidence === undefined) continue;
    if (evidence.counts(inReach).fail === 0) break;
    since = run.startedAt;
  }
  return since;
}
