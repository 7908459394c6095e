import { setImmediate } from 'node:timers/promises';
import type { EnforcePreview, ReplayHistory, ReplaySummary } from '#core/api/enforce.ts';
import { countHardest, replayOutcomes, replayRows } from '#core/enforce/replay/outcomes.ts';
import type { ReplayOutcomes, RowFilter } from '#core/enforce/replay/outcomes.ts';
import { LET_THROUGH_TEXTS } from '#core/enforce/replay/words.ts';
import type { ReplayCounts } from '#core/enforce/replay/words.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import { groupOf } from '#core/model.ts';
import { teamsOf } from '#core/policy/finding.ts';
import type { DeepReadonly, Services } from '#main/rpc/services.ts';
import type { ServiceContext } from '#main/services/context.ts';
import type { Planned } from '#main/services/enforce-plan.ts';
import type { ReplayedRun, ReplayedRuns } from '#main/services/enforce-run.ts';
import { refOf } from '#main/services/rows.ts';
import { readSettings } from '#main/services/settings.ts';
import type { StoredRun } from '#main/store/run-model.ts';

/** What a plan would have done on a run. */
export interface Replayed {
  readonly replayed: ReplayedRun;
  readonly outcomes: ReplayOutcomes;
  readonly teamOf: (object: ScanObject) => string | undefined;
}

export function replayOn(context: ServiceContext, replayed: ReplayedRun, { base, made, policy }: Planned): Replayed {
  const replays = replayed.replay(base, policy).map((replay, at) => ({ ...replay, rule: made.rules[at] ?? replay.rule }));
  return {
    replayed,
    outcomes: replayOutcomes(made, replays, replayed.objects),
    teamOf: teamsOf(replayed.objects, readSettings(context.store).teamLabel),
  };
}

/** Groups that an answer has at most. */
const MOST_GROUPS = 200;

export function summaryOf({ replayed, outcomes, teamOf }: Replayed): DeepReadonly<ReplaySummary> {
  const { run, objects } = replayed;
  const byTeam = groups(objects, outcomes, teamOf);
  const byNamespace = groups(objects, outcomes, ({ namespace }) => namespace);
  return {
    scanId: run.id,
    number: run.number,
    startedAt: run.startedAt,
    source: run.source.name,
    objects: objects.length,
    judged: Math.max(0, ...outcomes.rules.map(({ judged }) => judged)),
    counts: outcomes.counts,
    byTeam: byTeam.slice(0, MOST_GROUPS),
    teams: byTeam.length,
    byNamespace: byNamespace.slice(0, MOST_GROUPS),
    namespaces: byNamespace.length,
    letThrough: outcomes.letThrough,
  };
}

/** Objects that meet anything, by what is said of them, hardest hit first. */
function groups(
  objects: readonly ScanObject[],
  { hardest }: ReplayOutcomes,
  nameOf: (object: ScanObject) => string | undefined,
): readonly { readonly name?: string; readonly counts: ReplayCounts }[] {
  const found = new Map<string | undefined, number[]>();
  objects.forEach((object, at) => {
    if (hardest[at] === 0) return;
    const name = nameOf(object);
    const known = found.get(name);
    if (known === undefined) found.set(name, [at]);
    else known.push(at);
  });
  return [...found]
    .map(([name, positions]) => ({ ...(name === undefined ? {} : { name }), counts: countHardest(hardest, positions) }))
    .toSorted((a, b) => harder(a.counts, b.counts) || ((a.name ?? '') < (b.name ?? '') ? -1 : 1));
}

const harder = (a: ReplayCounts, b: ReplayCounts): number =>
  b.denied - a.denied || b.warned - a.warned || b.audited - a.audited || b.notEvaluated - a.notEvaluated;

/** Rules that refuse objects which are there: the first 20 of each. */
export function liveFailures({ replayed, outcomes }: Replayed): DeepReadonly<EnforcePreview['liveFailures']> {
  return outcomes.rules.flatMap(({ rule, met, counts }) => {
    if (counts.denied === 0) return [];
    const denied = met.filter(({ outcome }) => outcome === 'denied').slice(0, 20);
    const first = denied.flatMap(({ at }) => {
      const object = replayed.objects[at];
      return object === undefined ? [] : [refOf(object)];
    });
    return [{ rule: rule.rule, title: rule.title, objects: counts.denied, first }];
  });
}

type Asked = Parameters<Services['enforce']['objects']>[0];

export function rowsOf({ replayed, outcomes, teamOf }: Replayed, { base }: Planned, asked: Asked) {
  const { objects } = replayed;
  const { rows, total } = replayRows(outcomes, filterOf(objects, teamOf, asked), asked);
  return {
    rows: rows.flatMap(({ rule, met: { at, outcome, why } }) => {
      const object = objects[at];
      if (object === undefined) return [];
      const team = teamOf(object);
      const message = outcome === 'notEvaluated' ? undefined : replayed.message(base, rule, at);
      return [
        {
          object: refOf(object),
          ...(team === undefined ? {} : { team }),
          rule: rule.rule,
          title: rule.title,
          severity: rule.severity,
          outcome,
          ...(message === undefined ? {} : { message }),
          ...(why === undefined ? {} : { why: LET_THROUGH_TEXTS[why] ?? why }),
        },
      ];
    }),
    total,
  };
}

function filterOf(
  objects: readonly ScanObject[],
  teamOf: (object: ScanObject) => string | undefined,
  { outcomes, rule, namespace, team, text }: Asked,
): RowFilter {
  const wanted = text?.trim().toLowerCase() ?? '';
  const fits = (object: ScanObject): boolean =>
    (namespace === undefined || (object.namespace ?? '') === namespace) &&
    (team === undefined || (teamOf(object) ?? '') === team) &&
    (wanted === '' || `${object.kind} ${object.namespace ?? ''}/${object.name}`.toLowerCase().includes(wanted));
  const any = namespace === undefined && team === undefined && wanted === '';
  return {
    ...(outcomes === undefined ? {} : { outcomes }),
    ...(rule === undefined ? {} : { rule }),
    ...(any
      ? {}
      : {
          object: (at) => {
            const object = objects[at];
            return object !== undefined && fits(object);
          },
        }),
  };
}

/** The plan of today on the runs of a source up to one, oldest first. Other calls get their turn between two runs. */
export async function historyOf(
  context: ServiceContext,
  runs: ReplayedRuns,
  planned: Planned,
  { run, count, signal }: { readonly run: StoredRun; readonly count: number; readonly signal: AbortSignal },
): Promise<DeepReadonly<ReplayHistory>> {
  const past = context.store.runs
    .list({ limit: 500, sources: [run.source.id], statuses: ['complete', 'incomplete'] })
    .runs.filter(({ startedAt }) => startedAt <= run.startedAt)
    .slice(0, count)
    .toReversed();
  let before: ReadonlySet<string> | undefined;
  const points: ReplayHistory['points'] = [];
  for (const one of past) {
    signal.throwIfAborted();
    await setImmediate();
    const { outcomes, replayed } = replayOn(context, one.id === run.id ? runs.open(one) : runs.once(one), planned);
    const now = hitsOf(outcomes, replayed.objects);
    const gone = [...(before ?? [])].filter((hit) => !now.has(hit)).length;
    points.push({
      scanId: one.id,
      number: one.number,
      startedAt: one.startedAt,
      objects: replayed.objects.length,
      counts: outcomes.counts,
      appeared: before === undefined ? 0 : now.size - (before.size - gone),
      gone,
    });
    before = now;
  }
  return { points };
}

/** Every refusal and warning, by rule and object: equal in two runs for the same object, whatever its version. */
function hitsOf({ rules }: ReplayOutcomes, objects: readonly ScanObject[]): ReadonlySet<string> {
  const names = new Map<number, string>();
  const nameOf = (at: number): string => {
    const known = names.get(at);
    if (known !== undefined) return known;
    const { apiVersion = '', kind = '', namespace = '', name = '' } = objects[at] ?? {};
    const made = [groupOf(apiVersion), kind, namespace, name].join('\u0000');
    names.set(at, made);
    return made;
  };
  const hits = rules.flatMap(({ rule, met }) =>
    met.flatMap(({ at, outcome }) => (outcome === 'denied' || outcome === 'warned' ? [`${rule.rule}\u0000${nameOf(at)}`] : [])),
  );
  return new Set(hits);
}
