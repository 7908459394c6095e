import type { RunStatus } from '#core/model.ts';
import type { EvidenceCounts, InReach, RunEvidence } from '#core/ratchet/evidence.ts';

/** One run as a streak counts it; `ends` says why it is not clean. Shaped as the contract's streakRun. */
export interface StreakRun {
  readonly scanId: string;
  readonly startedAt: string;
  readonly ends?: string;
  readonly pass: number;
  readonly fail: number;
}

export interface Streak {
  /** Clean runs at the end without a break, newest first. */
  readonly clean: readonly StreakRun[];
  /** From the first of them to the last, in days and parts of days. */
  readonly days: number;
  /** The run that ended it; absent where there is none before. */
  readonly ended?: StreakRun;
}

export interface StreakInput {
  readonly rule: string;
  /** The key that the rule's facts have now. */
  readonly factKey: string;
  /** Of one source, newest first, as `evidenceRuns` gives them. */
  readonly runs: readonly RunEvidence[];
  readonly inReach: InReach;
}

const DAY = 86_400_000;

/**
 * The unbroken trailing streak of clean runs (decisions.md 21). A run is clean when it was complete, not restricted, and the rule
 * passed on at least one object with nothing failing, waived or left open. Every other run ends the streak, whatever is missing:
 * what is not known never counts for a rule.
 */
export function streakOf({ rule, factKey, runs, inReach }: StreakInput): Streak {
  const clean: StreakRun[] = [];
  for (const run of runs) {
    const judged = judgeRun(run, rule, factKey, inReach);
    if (judged.ends !== undefined) return { clean, days: spanOf(clean), ended: judged };
    clean.push(judged);
  }
  return { clean, days: spanOf(clean) };
}

function spanOf(runs: readonly StreakRun[]): number {
  const [newest, oldest] = [runs[0], runs.at(-1)];
  if (newest === undefined || oldest === undefined) return 0;
  const span = (Date.parse(newest.startedAt) - Date.parse(oldest.startedAt)) / DAY;
  return Number.isFinite(span) ? Math.max(0, span) : 0;
}

function judgeRun(run: RunEvidence, rule: string, factKey: string, inReach: InReach): StreakRun {
  const { scanId, startedAt } = run;
  const evidence = run.rule(rule);
  const counts = evidence?.counts(inReach);
  const figures = { scanId, startedAt, pass: counts?.pass ?? 0, fail: counts?.fail ?? 0 };
  const ends =
    whyRunEnds(run) ??
    (evidence === undefined || counts === undefined ? 'the rule was not judged' : undefined) ??
    (evidence?.factKey === factKey ? undefined : 'the rule, or its parameters, were different') ??
    whyCountsEnd(counts) ??
    evidence?.missing ??
    (figures.pass > 0 ? undefined : 'nothing it applies to');
  return ends === undefined ? figures : { ...figures, ends };
}

const STATUS_TEXT: Readonly<Record<Exclude<RunStatus, 'complete'>, string>> = {
  running: 'still running',
  incomplete: 'incomplete: not everything could be read',
  cancelled: 'cancelled',
  interrupted: 'interrupted',
  failed: 'failed',
};

function whyRunEnds({ status, restricted }: RunEvidence): string | undefined {
  if (status !== 'complete') return STATUS_TEXT[status];
  return restricted ? 'restricted to some namespaces' : undefined;
}

function whyCountsEnd(counts: EvidenceCounts | undefined): string | undefined {
  if (counts === undefined) return undefined;
  if (counts.fail > 0) return `${objects(counts.fail)} failed`;
  if (counts.waived > 0) return `${objects(counts.waived)} ${counts.waived === 1 ? 'was' : 'were'} waived`;
  if (counts.error > 0) return `${objects(counts.error)} could not be judged`;
  return counts.notEvaluated > 0
    ? `${objects(counts.notEvaluated)} ${counts.notEvaluated === 1 ? 'was' : 'were'} not evaluated`
    : undefined;
}

const objects = (count: number): string => `${count} object${count === 1 ? '' : 's'}`;
