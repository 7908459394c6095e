import type { Overview } from '#core/api/findings.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import { noCounts, VERDICTS } from '#core/model.ts';
import type { AppError, VerdictCounts } from '#core/model.ts';
import { once } from '#core/once.ts';
import { blindAt } from '#core/policy/blind.ts';
import type { CoverageView } from '#core/policy/coverage.ts';
import { diffFindings } from '#core/policy/diff.ts';
import type { FindingDiff } from '#core/policy/diff.ts';
import { findingsOf, partsOf, teamsOf } from '#core/policy/finding.ts';
import type { Finding } from '#core/policy/finding.ts';
import { postureRate, postureRows } from '#core/policy/posture.ts';
import { policyRules, projectLens } from '#core/policy/project.ts';
import type { PolicyRule, Projection } from '#core/policy/project.ts';
import { scopeTest } from '#core/policy/scope.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { compareFindings } from '#core/report/report.ts';
import type { FingerprintParts } from '#core/rules/fingerprint.ts';
import type { Library, Matchers, Policy } from '#core/rules/model.ts';
import { notFound } from '#main/services/errors.ts';
import { IndexedRun } from '#main/services/indexed-run.ts';
import { libraryLenses } from '#main/services/lenses.ts';
import type { Lenses, PolicyLens } from '#main/services/lenses.ts';
import { Variants } from '#main/services/variants.ts';
import type { Store } from '#main/store/index.ts';
import type { StoredRun } from '#main/store/run-model.ts';
import { countAt, findingsAt } from '#main/store/summaries.ts';

/** One stored run seen through one policy, held in memory while screens ask about it. */
export interface RunView {
  readonly run: StoredRun;
  readonly lens: PolicyLens;
  readonly policy: Policy;
  /** The rules that the policy switches on and the run judged. */
  readonly rules: readonly PolicyRule[];
  readonly matchers: Matchers;
  /** All of the run, whatever the policy governs. */
  readonly objects: readonly ScanObject[];
  readonly projection: Projection;
  readonly verdicts: VerdictCounts;
  /** core/policy/posture.ts; undefined where nothing was judged. */
  readonly posture: number | undefined;
  /** In the order of reports. Made when they are first asked for: a draft that only counts needs none. */
  readonly findings: readonly Finding[];
  readonly byFingerprint: (fingerprint: string) => Finding | undefined;
  readonly coverage: CoverageView;
  readonly teamOf: (object: ScanObject) => string | undefined;
  readonly teamOfNamespace: (namespace: string) => string | undefined;
  /** ISO 8601 UTC; undefined where the source has no whole run before. */
  readonly firstSeen: (finding: Finding) => string | undefined;
  /** First seen in this very run, with an earlier run to compare with. */
  readonly isNew: (finding: Finding) => boolean;
  /** Why this run has no sound word on a finding of another run. */
  readonly blind: (finding: Finding) => string | undefined;
  /** The same of a place by its parts: what debt is shrunk by (core/decide/debt.ts). */
  readonly blindAt: (place: FingerprintParts) => string | undefined;
}

export type Changes = FindingDiff & { readonly from: RunView };

/** Runs that are kept: the one on screen, the one it is compared with, and their neighbours. They hold the memory. */
const KEPT_RUNS = 4;
/** Views of kept runs: some policies on each. */
const KEPT_VIEWS = 16;

/** Opens runs through policies. A run is read and rolled up once; projections are made once and kept for the calls that follow. */
export class RunViews {
  readonly #store: Store;
  readonly #library: Library;
  readonly #teamLabel: () => string;
  readonly #lenses: Lenses;
  readonly #variants: Variants;
  readonly #runs = new Map<string, IndexedRun>();
  readonly #views = new Map<string, RunView>();

  constructor(store: Store, library: Library, teamLabel: () => string, lenses: Lenses = libraryLenses(library)) {
    this.#store = store;
    this.#library = library;
    this.#teamLabel = teamLabel;
    this.#lenses = lenses;
    this.#variants = new Variants(store, library);
  }

  get library(): Library {
    return this.#library;
  }

  get lenses(): Lenses {
    return this.#lenses;
  }

  open(scanId: string, policyName: string): Result<RunView, AppError> {
    const run = this.#store.runs.get(scanId);
    if (run === undefined) return err(notFound(`Run ${scanId}`, 'the database'));
    const lens = this.#lenses.lensFor(policyName, run);
    if (!lens.ok) return lens;
    const key = [scanId, run.status, this.#teamLabel(), lens.value.key].join('\u0000');
    const view = this.#views.get(key) ?? this.#make(run, lens.value);
    if (run.status !== 'running') keep(this.#views, key, view, KEPT_VIEWS);
    return ok(view);
  }

  /**
   * The run through a policy that is not saved: a draft, an earlier revision. `like` names the policy whose waivers, debt and reach
   * count; by default its own name, and where there is no such policy yet the draft is seen on everything, with every waiver that
   * names no policy. Nothing is kept but the run itself.
   */
  openDraft(scanId: string, draft: Policy, like: string = draft.name): Result<RunView, AppError> {
    const run = this.#store.runs.get(scanId);
    if (run === undefined) return err(notFound(`Run ${scanId}`, 'the database'));
    const lens = this.#lenses.lensFor(like, run);
    const base = lens.ok ? lens : this.#lenses.lensFor('all', run);
    if (!base.ok) return base;
    return ok(this.#make(run, { ...base.value, policy: draft }));
  }

  forget(): void {
    this.#views.clear();
    this.#runs.clear();
  }

  /** What changed since the run before it in the same source; undefined for a first run. */
  changes(view: RunView): Changes | undefined {
    const previous = this.#store.runs.previous(view.run.id);
    if (previous === undefined) return undefined;
    const from = this.open(previous.id, view.policy.name);
    return from.ok ? { ...diffFindings(from.value, view), from: from.value } : undefined;
  }

  /**
   * Failing findings by severity of the runs up to this one, oldest first. Read from summaries: no run is opened, so that waivers
   * in files, debt, labels and parameters of the policy are not seen; whole namespaces that it does not govern are left out.
   */
  trend(view: RunView, limit: number): Overview['trend'] {
    const everything = { rules: this.#library.rules.map(({ id }) => ({ id, factKey: '' })) };
    const rules = new Map(policyRules(view.policy, this.#library.rules, everything).map((rule) => [rule.rule.id, rule]));
    const reaches = view.lens.reachesNamespace ?? (() => true);
    return this.#store.summaries.trend(view.run.source.id, limit, view.run.startedAt).map((point) => {
      const failing = { critical: 0, high: 0, medium: 0, low: 0 };
      const rows = point.summary.rules.flatMap((id, position) => {
        const rule = rules.get(id);
        if (rule === undefined) return [];
        const row = { severity: rule.severity, pass: 0, fail: 0 };
        point.summary.namespaces.forEach((name, namespace) => {
          if (!reaches(name)) return;
          row.pass += countAt(point.summary, position, namespace, 'pass');
          row.fail += countAt(point.summary, position, namespace, 'fail');
          failing[rule.severity] += findingsAt(point.summary, position, namespace);
        });
        return [row];
      });
      const rate = postureRate(rows);
      return {
        scanId: point.runId,
        number: point.number,
        startedAt: new Date(point.startedMs).toISOString(),
        failing,
        pass: rows.reduce((sum, { pass }) => sum + pass, 0),
        fail: rows.reduce((sum, { fail }) => sum + fail, 0),
        ...(rate === undefined ? {} : { rate }),
      };
    });
  }

  #indexed(run: StoredRun): IndexedRun {
    const key = [run.id, run.status].join('\u0000');
    const indexed = this.#runs.get(key) ?? new IndexedRun(run, this.#store, this.#library, this.#variants);
    if (run.status !== 'running') keep(this.#runs, key, indexed, KEPT_RUNS);
    return indexed;
  }

  #make(run: StoredRun, lens: PolicyLens): RunView {
    const indexed = this.#indexed(run);
    const { objects, coverage } = indexed;
    const { policy, reach, waivers, debt, today } = lens;
    const rules = indexed.rules(policy);
    const projection = projectLens(indexed.index, {
      rules,
      policy: policy.name,
      waivers,
      debt,
      today,
      variant: (rule) => indexed.variantFacts(rule),
      ...(reach === undefined ? {} : { reach }),
    });
    const findings = once(() => projection.judgements.flatMap(findingsOf).toSorted(compareFindings));
    const byFingerprint = once(() => new Map(findings().map((finding) => [finding.fingerprint, finding])));
    const blind = blindAt({ rules, objects, coverage, variant: (rule) => indexed.variant(rule), judges: judgedBy(rules, reach) });
    const firstSeen = (finding: Finding): string | undefined => {
      const since = indexed.ages.since(finding.object.id, finding.rule.rule.id, finding.path);
      return since === undefined ? undefined : new Date(since).toISOString();
    };
    const blindHere = (place: FingerprintParts): string | undefined => unfinishedReason(run) ?? blind(place);
    return {
      run,
      lens,
      policy,
      rules,
      matchers: this.#library.matchers,
      objects,
      projection,
      verdicts: totals(projection),
      posture: postureRate(postureRows(projection.rules)),
      get findings() {
        return findings();
      },
      byFingerprint: (fingerprint) => byFingerprint().get(fingerprint),
      coverage,
      ...teams(objects, this.#teamLabel()),
      firstSeen,
      isNew: (finding) => indexed.hasEarlier && firstSeen(finding) === run.startedAt,
      blind: ({ rule, object, path }) => blindHere(partsOf(rule.rule.id, object, path)),
      blindAt: blindHere,
    };
  }
}

/** Puts what was used last at the end, and drops from the start what is too much. */
function keep<T>(kept: Map<string, T>, key: string, value: T, most: number): void {
  kept.delete(key);
  kept.set(key, value);
  for (const oldest of [...kept.keys()].slice(0, Math.max(0, kept.size - most))) kept.delete(oldest);
}

function teams(objects: readonly ScanObject[], label: string): Pick<RunView, 'teamOf' | 'teamOfNamespace'> {
  const namespaces = new Map(objects.filter((object) => object.kind === 'Namespace').map((object) => [object.name, object]));
  return { teamOf: teamsOf(objects, label), teamOfNamespace: (name) => namespaces.get(name)?.labels[label] };
}

/** Whether the policy governs an object and the rule's scope holds it. */
function judgedBy(rules: readonly PolicyRule[], reach: PolicyLens['reach']): (object: ScanObject, rule: PolicyRule) => boolean {
  const scopes = new Map(rules.map((rule) => [rule, rule.scope === undefined ? undefined : scopeTest(rule.scope)]));
  return (object, rule) => (reach?.(object) ?? true) && (scopes.get(rule)?.(object) ?? true);
}

/** A run that ended early, or files of which some could not be read: what it lacks is not gone. */
function unfinishedReason({ status, source }: StoredRun): string | undefined {
  if (status !== 'complete' && status !== 'incomplete') return `the other run is ${status}`;
  const unread = status === 'incomplete' && source.kind === 'manifests';
  return unread ? 'documents of the other run could not be read' : undefined;
}

function totals(projection: Projection): VerdictCounts {
  const sum = noCounts();
  for (const row of projection.rules) for (const verdict of VERDICTS) sum[verdict] += row.counts[verdict];
  return sum;
}
