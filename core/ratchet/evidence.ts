import type { RunStatus, Verdict } from '#core/model.ts';

/** What the history says of rules, run by run, before any policy: what streaks, trends and forecasts are made of. */

export type EvidenceCounts = Readonly<Record<Exclude<Verdict, 'notApplicable'>, number>>;

/** Whether a namespace is asked for; the empty name stands for cluster-scoped objects. One function per reach: sums are kept by it. */
export type InReach = (namespace: string) => boolean;

/** What one run found of one rule. */
export interface RuleEvidence {
  /** Facts count only while the rule's key is the one it has now (decisions.md 9). */
  readonly factKey: string;
  /** Why not everything that the rule needs was read, where it was not. */
  readonly missing?: string;
  /** Sums over the namespaces asked for. */
  readonly counts: (inReach: InReach) => EvidenceCounts;
}

export interface RunEvidence {
  readonly scanId: string;
  readonly startedAt: string;
  readonly status: RunStatus;
  /** It was asked for certain namespaces only. */
  readonly restricted: boolean;
  readonly branch?: string;
  /** Undefined where the run did not judge the rule, or has no figures. */
  readonly rule: (id: string) => RuleEvidence | undefined;
}

/** Where a source names no branches, these are taken for its default branch. */
const DEFAULT_BRANCHES = ['main', 'master'];

/**
 * The runs of a source that count as evidence, in the order given: those of the branches that it names, else those without git data
 * and of a default branch. Runs that are still going on say nothing yet.
 */
export function evidenceRuns(runs: readonly RunEvidence[], branches: readonly string[]): readonly RunEvidence[] {
  return runs.filter(({ status, branch }) => {
    if (status === 'running') return false;
    if (branches.length > 0) return branch !== undefined && branches.includes(branch);
    return branch === undefined || DEFAULT_BRANCHES.includes(branch);
  });
}
