import type { SourceStreak } from '#core/api/ratchet.ts';
import type { EnforceMode } from '#core/enforce/model.ts';
import { MODES } from '#core/model.ts';
import { counted } from '#core/ratchet/counts.ts';
import type { Criteria } from '#core/workspace/model.ts';

/*
 * From audit over warn to deny, rule by rule, with the day of each step from the evidence. One period (the workspace's criteria) of
 * audit before anybody is warned, unless the rule has held that long already; two periods of holding, and one of warning, before
 * anything is refused. The same evidence, start and day give the same plan.
 */

/** What is known of a rule before it is enforced. Days are `YYYY-MM-DD` in UTC. */
export interface RolloutEvidence {
  /** How far the policy goes. */
  readonly mode: EnforceMode;
  /** Of every source that counts (core/ratchet/eligible.ts). */
  readonly streaks: readonly SourceStreak[];
  /** Objects that it would refuse today; undefined where no scan was asked. */
  readonly failing?: number;
}

export interface RolloutStep {
  readonly mode: EnforceMode;
  /** From which day on; absent where it cannot be foreseen. */
  readonly from?: string;
  readonly why: string;
}

export interface Rollout {
  readonly steps: readonly RolloutStep[];
  /** The furthest step whose day has come. */
  readonly now: EnforceMode;
  /** Of the source that has held least. */
  readonly held: { readonly runs: number; readonly days: number; readonly since?: string };
}

export interface RolloutOptions {
  readonly today: string;
  /** Day of the first export, as audit. */
  readonly start: string;
  readonly criteria: Pick<Criteria, 'runs' | 'days'>;
}

const DAY = 86_400_000;

const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(day) + Math.ceil(days) * DAY).toISOString().slice(0, 10);
const later = (a: string, b: string): string => (a < b ? b : a);

export function rolloutOf(evidence: RolloutEvidence, options: RolloutOptions): Rollout {
  const held = weakest(evidence.streaks);
  const steps = [auditStep(options), warnStep(evidence, held, options), denyStep(evidence, held, options)].slice(
    0,
    MODES.indexOf(evidence.mode),
  );
  const due = steps.filter(({ from }) => from !== undefined && from <= options.today);
  return { steps, now: due.at(-1)?.mode ?? 'audit', held };
}

/** The source that has held for the fewest days, then runs; nothing where there is none. */
function weakest(streaks: readonly SourceStreak[]): Rollout['held'] {
  const [least] = streaks.toSorted((a, b) => a.days - b.days || a.runs - b.runs);
  const newest = least?.evidence[0];
  if (least === undefined || least.runs === 0 || newest === undefined) return { runs: 0, days: 0 };
  const since = new Date(Date.parse(newest.startedAt) - least.days * DAY).toISOString().slice(0, 10);
  const runs = Math.min(...streaks.map((streak) => streak.runs));
  return { runs, days: Math.floor(least.days), since };
}

const auditStep = ({ start }: RolloutOptions): RolloutStep => ({
  mode: 'audit',
  from: start,
  why: 'nothing changes for anybody; the audit log shows what would be refused',
});

function warnStep(
  { failing = 0 }: RolloutEvidence,
  { since }: Rollout['held'],
  { start, criteria }: RolloutOptions,
): RolloutStep {
  const { days } = criteria;
  if (failing > 0)
    return {
      mode: 'warn',
      from: dayAfter(start, days),
      why: `${objects(failing)}: who changes them is told, ${days} days after audit`,
    };
  if (since === undefined) return { mode: 'warn', from: dayAfter(start, days), why: `${days} days after audit` };
  const from = later(start, dayAfter(since, days));
  return { mode: 'warn', from, why: `nothing has failed since ${since}` };
}

function denyStep(evidence: RolloutEvidence, held: Rollout['held'], options: RolloutOptions): RolloutStep {
  const { failing = 0, streaks } = evidence;
  const { days, runs } = options.criteria;
  if (failing > 0) return { mode: 'deny', why: `${objects(failing)}: ${2 * days} days after the last of them is put right` };
  const broken = streaks.find((streak) => streak.runs === 0);
  if (broken !== undefined) return { mode: 'deny', why: `${broken.source}: ${broken.ended ?? 'no run that counts'}` };
  if (held.since === undefined) return { mode: 'deny', why: 'no source has runs that count' };
  if (held.runs < runs) return { mode: 'deny', why: `needs ${counted(runs - held.runs, 'more clean run')}` };
  const warned = warnStep(evidence, held, options).from ?? options.start;
  const from = later(dayAfter(warned, days), dayAfter(held.since, 2 * days));
  return { mode: 'deny', from, why: `${days} days of warnings, and nothing has failed since ${held.since}` };
}

const objects = (failing: number): string => `${counted(failing, 'object')} ${failing === 1 ? 'fails' : 'fail'} today`;
