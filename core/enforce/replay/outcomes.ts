import { REPLAY_OUTCOMES } from '#core/enforce/replay/words.ts';
import type { ReplayCounts, ReplayOutcome } from '#core/enforce/replay/words.ts';
import type { Action, EnforceMode, EnforcementPlan, PlannedRule } from '#core/enforce/model.ts';
import type { Occurrence, RuleReplay } from '#core/enforce/replay/replay.ts';
import type { ScanObject } from '#core/inventory/model.ts';

/** What the occurrences of rules come to under the actions of a plan: where each counts, and how hard. */

export interface Met {
  readonly at: number;
  readonly outcome: ReplayOutcome;
  /** Why it is let through or not evaluated; of what is refused or warned of, why it could not be computed. */
  readonly why?: string;
}

export interface RuleOutcomes {
  readonly rule: PlannedRule;
  readonly judged: number;
  /** By namespace, kind and name. */
  readonly met: readonly Met[];
  readonly counts: ReplayCounts;
}

export interface ReplayOutcomes {
  readonly rules: readonly RuleOutcomes[];
  /** By position of the object: 0 where it meets nothing, else the place of its hardest outcome in REPLAY_OUTCOMES plus 1. */
  readonly hardest: Uint8Array;
  readonly counts: ReplayCounts;
  /** Occurrences that are let through, by reason. */
  readonly letThrough: Readonly<Record<string, number>>;
}

const BY_MODE: Readonly<Record<EnforceMode, ReplayOutcome>> = { audit: 'audited', warn: 'warned', deny: 'denied' };

export const EXCLUDED = 'excluded';

export function replayOutcomes(
  plan: Pick<EnforcementPlan, 'excludedNamespaces'>,
  replays: readonly RuleReplay[],
  objects: readonly ScanObject[],
): ReplayOutcomes {
  const excluded = new Set(plan.excludedNamespaces);
  const hardest = new Uint8Array(objects.length);
  const letThrough: Record<string, number> = {};
  const rules = replays.map(({ rule, judged, occurrences }) => {
    const actions = actionFinder(rule);
    const counts = { ...NO_COUNTS };
    const met: Met[] = [];
    for (const occurrence of occurrences) {
      const object = objects[occurrence.at];
      if (object === undefined) continue;
      const one = outcomeOf(occurrence, object, rule, excluded, actions);
      if (one === undefined) continue;
      met.push(one);
      counts[one.outcome] += 1;
      const rank = REPLAY_OUTCOMES.indexOf(one.outcome) + 1;
      const before = hardest[one.at] ?? 0;
      if (before === 0 || rank < before) hardest[one.at] = rank;
      if (one.outcome === 'letThrough') letThrough[one.why ?? ''] = (letThrough[one.why ?? ''] ?? 0) + 1;
    }
    return { rule, judged, met, counts };
  });
  return { rules, hardest, counts: countHardest(hardest), letThrough };
}

const NO_COUNTS: ReplayCounts = { denied: 0, warned: 0, audited: 0, notEvaluated: 0, letThrough: 0 };

/** Objects by the hardest that each meets; those at some positions only where these are given. */
export function countHardest(hardest: Uint8Array, positions?: readonly number[]): ReplayCounts {
  const counts = { ...NO_COUNTS };
  const add = (rank: number | undefined): void => {
    const outcome = rank === undefined || rank === 0 ? undefined : REPLAY_OUTCOMES[rank - 1];
    if (outcome !== undefined) counts[outcome] += 1;
  };
  if (positions === undefined) hardest.forEach(add);
  else for (const at of positions) add(hardest[at]);
  return counts;
}

function outcomeOf(
  { at, fact, why }: Occurrence,
  object: ScanObject,
  rule: PlannedRule,
  excluded: ReadonlySet<string>,
  actions: (object: ScanObject) => Action | undefined,
): Met | undefined {
  // A namespace is selected by its own name.
  const { namespace = object.kind === 'Namespace' ? object.name : undefined } = object;
  if (namespace !== undefined && excluded.has(namespace)) return { at, outcome: 'letThrough', why: EXCLUDED };
  if (fact === 'heldBack') return { at, outcome: 'letThrough', ...(why === undefined ? {} : { why }) };
  if (fact === 'unknown') return { at, outcome: 'notEvaluated', ...(why === undefined ? {} : { why }) };
  if (fact === 'error' && rule.failurePolicy === 'Ignore') return { at, outcome: 'letThrough', why: IGNORED };
  const action = actions(object);
  if (action === undefined) return undefined;
  return { at, outcome: BY_MODE[action.mode], ...(why === undefined ? {} : { why }) };
}

export const IGNORED = 'cannot-be-computed';

/**
 * The action that counts for an object: that of its namespace. Of cluster-scoped objects it is the general one: actions for some
 * namespaces take in none of them. The general one leaves out the namespaces that are named, and a namespace is selected by its name.
 */
function actionFinder({ actions }: PlannedRule): (object: ScanObject) => Action | undefined {
  const general = actions.find(({ namespaces }) => namespaces === undefined);
  const named = new Map(actions.flatMap((action) => (action.namespaces ?? []).map((name) => [name, action] as const)));
  return ({ namespace, kind, apiVersion, name }) => {
    if (namespace !== undefined) return named.get(namespace) ?? general;
    return kind === 'Namespace' && apiVersion === 'v1' && named.has(name) ? undefined : general;
  };
}

/** Which rows are asked for; every part narrows. */
export interface RowFilter {
  readonly outcomes?: readonly ReplayOutcome[];
  readonly rule?: string;
  readonly object?: (at: number) => boolean;
}

export interface ReplayRow {
  readonly rule: PlannedRule;
  readonly met: Met;
}

/** A page of what was met: by outcome, rule, namespace, kind, name. */
export function replayRows(
  { rules }: ReplayOutcomes,
  { outcomes, rule: wanted, object }: RowFilter,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): { readonly rows: readonly ReplayRow[]; readonly total: number } {
  const rows: ReplayRow[] = [];
  let total = 0;
  for (const outcome of REPLAY_OUTCOMES) {
    if (outcomes !== undefined && !outcomes.includes(outcome)) continue;
    for (const { rule, met, counts } of rules) {
      if (counts[outcome] === 0 || (wanted !== undefined && rule.rule !== wanted)) continue;
      for (const one of met) {
        if (one.outcome !== outcome || object?.(one.at) === false) continue;
        if (total >= offset && rows.length < limit) rows.push({ rule, met: one });
        total += 1;
      }
    }
  }
  return { rows, total };
}
