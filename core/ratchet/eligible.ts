import type { SourceStreak } from '#core/api/ratchet.ts';
import type { SourceKind } from '#core/model.ts';
import type { Scope } from '#core/policy/model.ts';
import { namespaceTest } from '#core/policy/scope.ts';
import { evidenceRuns } from '#core/ratchet/evidence.ts';
import type { InReach, RunEvidence } from '#core/ratchet/evidence.ts';
import { streakOf } from '#core/ratchet/streak.ts';
import type { Streak } from '#core/ratchet/streak.ts';
import type { Criteria } from '#core/workspace/model.ts';

/** A source of the history that the strict policy governs, with all its runs, newest first; it counts although it has none left. */
export interface EvidenceSource {
  readonly name: string;
  readonly kind: SourceKind;
  readonly branches: readonly string[];
  readonly runs: readonly RunEvidence[];
  readonly inReach: InReach;
}

/** A rule as the strict policy judges it. */
export interface JudgedRule {
  readonly rule: string;
  /** The key of its facts now, with the parameters of the policy: figures of other parameters are no evidence. */
  readonly factKey: string;
  /** Namespaces outside it do not count. Labels are not in the figures: all objects of its namespaces must be clean. */
  readonly scope?: Scope;
}

/** Whether a rule passes consistently, and the evidence: a streak per chosen source. */
export interface Eligibility {
  readonly rule: string;
  readonly eligible: boolean;
  readonly streaks: readonly SourceStreak[];
  /** Runs (ULIDs) that it rests on, newest first. */
  readonly evidence: readonly string[];
}

function within(scope: Scope, inReach: InReach): InReach {
  const inScope = namespaceTest(scope);
  return (namespace) => inReach(namespace) && inScope(namespace);
}

/** How many runs of a streak are shown, unless the criteria ask for more. */
const SHOWN = 30;

/** Chosen are the sources that the criteria name, else all that are given. */
export function chosenSources<T extends { readonly name: string }>(
  sources: readonly T[],
  { sources: names }: Criteria,
): readonly T[] {
  return names === undefined ? sources : sources.filter(({ name }) => names.includes(name));
}

/**
 * decisions.md 21: in every chosen source the streak has enough runs and spans enough days. Without a chosen source, or with one
 * that is not in the history, nothing is ever eligible.
 */
export function eligibility(
  { rule, factKey, scope }: JudgedRule,
  sources: readonly EvidenceSource[],
  criteria: Criteria,
): Eligibility {
  const chosen = chosenSources(sources, criteria);
  const unknown = (criteria.sources ?? []).some((name) => !chosen.some((source) => source.name === name));
  const found = chosen.map((source) => ({
    source,
    streak: streakOf({
      rule,
      factKey,
      runs: evidenceRuns(source.runs, source.branches),
      inReach: scope === undefined ? source.inReach : within(scope, source.inReach),
    }),
  }));
  const streaks = found.map(({ source, streak }) => viewOf(source, streak, criteria));
  const runs = found.flatMap(({ streak }) => streak.clean).toSorted((left, right) => (left.startedAt < right.startedAt ? 1 : -1));
  return {
    rule,
    eligible: streaks.length > 0 && !unknown && streaks.every(({ enough }) => enough),
    streaks,
    evidence: [...new Set(runs.map(({ scanId }) => scanId))],
  };
}

function viewOf({ name, kind }: EvidenceSource, { clean, days, ended }: Streak, criteria: Criteria): SourceStreak {
  const shown = clean.slice(0, Math.max(SHOWN - 1, criteria.runs));
  return {
    source: name,
    kind,
    runs: clean.length,
    days,
    enough: clean.length > 0 && clean.length >= criteria.runs && days >= criteria.days,
    ...(ended?.ends === undefined ? {} : { ended: ended.ends }),
    evidence: [...shown, ...(ended === undefined || shown.length < clean.length ? [] : [ended])],
  };
}
