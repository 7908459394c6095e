import type { SourceStreak } from '#core/api/ratchet.ts';
import type { VerdictCounts } from '#core/model.ts';
import { counted } from '#core/ratchet/counts.ts';
import type { Criteria } from '#core/workspace/model.ts';

/** Why a rule of which nothing fails here is not on its way either; undefined where only time is missing. */
export function blockedReason(
  counts: VerdictCounts,
  missing: string | undefined,
  streaks: readonly SourceStreak[],
): string | undefined {
  if (counts.waived > 0) return `${counted(counts.waived, 'object')} waived: a waiver is no pass`;
  if (missing !== undefined) return missing;
  if (counts.error > 0) return `${counted(counts.error, 'object')} could not be judged`;
  if (counts.notEvaluated > 0) return `${counted(counts.notEvaluated, 'object')} not evaluated`;
  if (counts.pass === 0) return 'nothing it applies to';
  const broken = streaks.find(({ runs, ended }) => runs === 0 && ended !== undefined);
  if (broken !== undefined) return `${broken.source}: ${broken.ended ?? ''}`;
  const silent = streaks.find(({ runs }) => runs === 0);
  if (silent !== undefined) return `${silent.source} has no run that counts`;
  return streaks.length === 0 ? 'no source is chosen whose runs count' : undefined;
}

export interface ForecastInput {
  readonly failing: number;
  readonly teams: number;
  readonly blocked: string | undefined;
  readonly streaks: readonly SourceStreak[];
  readonly criteria: Criteria;
}

/** One sentence: what is to be done, or waited for, until a rule is ready. */
export function forecast({ failing, teams, blocked, streaks, criteria }: ForecastInput): string {
  if (failing > 0) {
    const whose = teams === 0 ? '' : ` in ${counted(teams, 'team')}`;
    const wait = span(criteria.runs, criteria.days, 'clean run');
    return `Fix ${counted(failing, 'object')}${whose} and the rule is ready after ${wait}`;
  }
  if (blocked !== undefined) return `Blocked: ${blocked}`;
  const open = streaks.filter(({ enough }) => !enough);
  if (open.length === 0) return 'Passes; not every chosen source is in the history';
  const days = Math.max(...open.map((streak) => Math.max(0, Math.ceil(criteria.days - streak.days))));
  const runs = Math.max(...open.map((streak) => Math.max(1, criteria.runs - streak.runs)));
  return `Passes; needs ${span(runs, days, 'more clean run')}`;
}

/** `3 more clean runs over 4 more days`. */
function span(runs: number, days: number, what: string): string {
  const over = days === 0 ? '' : ` over ${counted(days, what.startsWith('more') ? 'more day' : 'day')}`;
  return `${counted(runs, what)}${over}`;
}
