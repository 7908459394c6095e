import type { CoverageEntry } from '#core/model.ts';
import { missingFor, viewCoverage } from '#core/policy/coverage.ts';
import type { CoverageView } from '#core/policy/coverage.ts';
import { evidenceRuns } from '#core/ratchet/evidence.ts';
import type { InReach, RuleEvidence, RunEvidence } from '#core/ratchet/evidence.ts';
import { summaryEvidence } from '#core/ratchet/summaries.ts';
import type { Library } from '#core/rules/model.ts';
import { boundSource, governsSource, namespaceReach } from '#core/workspace/bindings.ts';
import type { EvidenceSource } from '#core/ratchet/eligible.ts';
import type { Workspace } from '#core/workspace/model.ts';
import { ruleSetOf } from '#main/scan/library-facts.ts';
import type { Store, StoredEvidence } from '#main/store/index.ts';
import type { Summary } from '#main/store/summaries.ts';

/** The key that a rule's facts have now, in every run of evidence: a run's own key is named only where it is another. */
export const KEY_NOW = 'now';

/** Runs of a source that are looked back on. */
const MOST_RUNS = 1000;

/** The history as streaks, trends and forecasts read it. What runs share (figures, coverage, keys) is worked out once. */
export class RunHistory {
  readonly #store: Store;
  readonly #library: Library;
  readonly #runs = new WeakMap<StoredEvidence, RunEvidence>();
  readonly #indexes = new WeakMap<Summary, ReturnType<typeof summaryEvidence>>();
  /** By policy and source, of the workspace as it was last asked about: sums are kept by them. */
  #reaches = new Map<string, InReach>();
  #roster: Workspace | undefined;
  readonly #coverages = new WeakMap<readonly CoverageEntry[], Seen>();
  readonly #keys = new Map<string, ReadonlyMap<string, string>>();

  constructor(store: Store, library: Library) {
    this.#store = store;
    this.#library = library;
  }

  /** Runs of a source, newest first. */
  runs(sourceId: number): readonly RunEvidence[] {
    return this.#store.evidence.of(sourceId, MOST_RUNS).map((stored) => {
      const known = this.#runs.get(stored) ?? this.#evidence(stored);
      this.#runs.set(stored, known);
      return known;
    });
  }

  /** Those that count as evidence: of the branches that the workspace names. */
  counted(sourceId: number, roster: Pick<Workspace, 'sources'>): readonly RunEvidence[] {
    const name = this.#store.sources.get(sourceId)?.name;
    return evidenceRuns(this.runs(sourceId), roster.sources.find((source) => source.name === name)?.branches ?? []);
  }

  /** The namespaces of a source in which a policy may govern something. */
  reach(policy: string, sourceName: string, roster: Workspace): InReach {
    if (this.#roster !== roster) this.#reaches = new Map();
    this.#roster = roster;
    const key = [policy, sourceName].join('\u0000');
    const known = this.#reaches.get(key) ?? namespaceReach(roster.bindings, boundSource(roster, sourceName), policy);
    this.#reaches.set(key, known);
    return known;
  }

  /** Every source with runs that a policy governs. */
  sources(policy: string, roster: Workspace): readonly EvidenceSource[] {
    return this.#store.sources.list().flatMap(({ id, name, kind, runs }): readonly EvidenceSource[] => {
      const source = boundSource(roster, name);
      if (runs === 0 || !governsSource(roster.bindings, source, policy)) return [];
      const branches = roster.sources.find((entry) => entry.name === name)?.branches ?? [];
      const inReach = this.reach(policy, name, roster);
      return [{ name, kind, branches, runs: this.runs(id), inReach }];
    });
  }

  #evidence({ id, startedMs, status, git, kubernetesMinor, ruleset, summary, coverage }: StoredEvidence): RunEvidence {
    const counts = summary === undefined ? undefined : this.#index(summary);
    const keysThen = new Map(ruleset?.rules.map((rule) => [rule.id, rule.factKey]));
    const keysNow = this.#keysNow(kubernetesMinor);
    const seen = this.#seen(coverage ?? []);
    return {
      scanId: id,
      startedAt: new Date(startedMs).toISOString(),
      status,
      restricted: seen.restricted,
      ...(git?.branch === undefined ? {} : { branch: git.branch }),
      rule: (rule): RuleEvidence | undefined => {
        const key = keysThen.get(rule);
        const found = counts?.(rule);
        if (key === undefined || found === undefined) return undefined;
        const missing = seen.missing(rule);
        return {
          factKey: key === keysNow.get(rule) ? KEY_NOW : key,
          ...(missing === undefined ? {} : { missing }),
          counts: found,
        };
      },
    };
  }

  #index(summary: Summary): ReturnType<typeof summaryEvidence> {
    const known = this.#indexes.get(summary) ?? summaryEvidence(summary);
    this.#indexes.set(summary, known);
    return known;
  }

  #keysNow(minor: string | undefined): ReadonlyMap<string, string> {
    const known =
      this.#keys.get(minor ?? '') ?? new Map(ruleSetOf(this.#library, minor).rules.map(({ id, factKey }) => [id, factKey]));
    this.#keys.set(minor ?? '', known);
    return known;
  }

  #seen(entries: readonly CoverageEntry[]): Seen {
    const known = this.#coverages.get(entries) ?? seenIn(entries, this.#library);
    this.#coverages.set(entries, known);
    return known;
  }
}

interface Seen {
  /** Asked for certain namespaces only: some kind has no list over all of them. */
  readonly restricted: boolean;
  readonly missing: (rule: string) => string | undefined;
}

function seenIn(entries: readonly CoverageEntry[], library: Library): Seen {
  const view: CoverageView = viewCoverage(entries);
  const rules = new Map(library.rules.map((rule) => [rule.id, rule]));
  const known = new Map<string, string | undefined>();
  const whole = new Set(entries.flatMap(({ group, kind, namespace }) => (namespace === undefined ? [`${group}/${kind}`] : [])));
  return {
    restricted: entries.some(({ group, kind, namespace }) => namespace !== undefined && !whole.has(`${group}/${kind}`)),
    missing: (id) => {
      const rule = rules.get(id);
      if (!known.has(id)) known.set(id, rule === undefined ? undefined : missingFor(rule, library.matchers, view));
      return known.get(id);
    },
  };
}
