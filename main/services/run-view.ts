import type { Overview } from '#core/api/findings.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import { noCounts, VERDICTS } from '#core/model.ts';
import type { AppError, VerdictCounts } from '#core/model.ts';
import { blindTo } from '#core/policy/blind.ts';
import { viewCoverage } from '#core/policy/coverage.ts';
import type { CoverageView } from '#core/policy/coverage.ts';
import { diffFindings } from '#core/policy/diff.ts';
import type { FindingDiff } from '#core/policy/diff.ts';
import { findingsOf, teamsOf } from '#core/policy/finding.ts';
import type { Finding } from '#core/policy/finding.ts';
import { findPolicy } from '#core/policy/policies.ts';
import { policyRules, project } from '#core/policy/project.ts';
import type { Projection } from '#core/policy/project.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { compareFindings } from '#core/report/report.ts';
import type { Library, Matchers, Policy } from '#core/rules/model.ts';
import { notFound } from '#main/services/errors.ts';
import type { Store } from '#main/store/index.ts';
import type { StoredRun } from '#main/store/run-model.ts';
import { countAt, findingsAt } from '#main/store/summaries.ts';

/** One stored run seen through one policy, held in memory while screens ask about it. */
export interface RunView {
  readonly run: StoredRun;
  readonly policy: Policy;
  readonly matchers: Matchers;
  readonly objects: readonly ScanObject[];
  readonly projection: Projection;
  readonly verdicts: VerdictCounts;
  readonly findings: readonly Finding[];
  byFingerprint(fingerprint: string): Finding | undefined;
  readonly coverage: CoverageView;
  teamOf(object: ScanObject): string | undefined;
  teamOfNamespace(namespace: string): string | undefined;
  /** ISO 8601 UTC; undefined where the source has no whole run before. */
  firstSeen(finding: Finding): string | undefined;
  /** First seen in this very run, with an earlier run to compare with. */
  isNew(finding: Finding): boolean;
  /** Why this run has no sound word on a finding of another run. */
  blind(finding: Finding): string | undefined;
}

export type Changes = FindingDiff & { readonly from: RunView };

/** Views that are kept: the run on screen, the one it is compared with, and their neighbours. */
const KEPT = 4;

/** Opens runs through policies. Projections are made once and kept for the calls that follow. */
export class RunViews {
  readonly #store: Store;
  readonly #library: Library;
  readonly #teamLabel: () => string;
  readonly #kept = new Map<string, RunView>();

  constructor(store: Store, library: Library, teamLabel: () => string) {
    this.#store = store;
    this.#library = library;
    this.#teamLabel = teamLabel;
  }

  get library(): Library {
    return this.#library;
  }

  open(scanId: string, policyName: string): Result<RunView, AppError> {
    const policy = findPolicy(this.#library, policyName);
    if (!policy.ok) return policy;
    const run = this.#store.runs.get(scanId);
    if (run === undefined) return err(notFound(`Run ${scanId}`, 'the database'));
    const key = [scanId, run.status, policyName, this.#teamLabel()].join('\u0000');
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return ok(kept);
    }
    const view = this.#make(run, policy.value);
    if (run.status !== 'running') this.#kept.set(key, view);
    for (const oldest of [...this.#kept.keys()].slice(0, Math.max(0, this.#kept.size - KEPT))) this.#kept.delete(oldest);
    return ok(view);
  }

  forget(): void {
    this.#kept.clear();
  }

  /** What changed since the run before it in the same source; undefined for a first run. */
  changes(view: RunView): Changes | undefined {
    const previous = this.#store.runs.previous(view.run.id);
    if (previous === undefined) return undefined;
    const from = this.open(previous.id, view.policy.name);
    return from.ok ? { ...diffFindings(from.value, view), from: from.value } : undefined;
  }

  /** Failing findings by severity of the runs up to this one, oldest first. Read from summaries: no run is opened. */
  trend(view: RunView, limit: number): Overview['trend'] {
    const rules = new Map(
      policyRules(view.policy, this.#library.rules, { rules: this.#library.rules.map(({ id }) => ({ id, factKey: '' })) }).map(
        (rule) => [rule.rule.id, rule],
      ),
    );
    return this.#store.summaries.trend(view.run.source.id, limit, view.run.startedAt).map((point) => {
      const failing = { critical: 0, high: 0, medium: 0, low: 0 };
      let pass = 0;
      let fail = 0;
      point.summary.rules.forEach((id, position) => {
        const rule = rules.get(id);
        if (rule === undefined) return;
        point.summary.namespaces.forEach((_, namespace) => {
          pass += countAt(point.summary, position, namespace, 'pass');
          fail += countAt(point.summary, position, namespace, 'fail');
          failing[rule.severity] += findingsAt(point.summary, position, namespace);
        });
      });
      return {
        scanId: point.runId,
        number: point.number,
        startedAt: new Date(point.startedMs).toISOString(),
        failing,
        pass,
        fail,
      };
    });
  }

  #make(run: StoredRun, policy: Policy): RunView {
    const { matchers } = this.#library;
    const ruleSet = run.rulesetId === undefined ? { rules: [] } : this.#store.rulesets.get(run.rulesetId);
    const objects = [...this.#store.scans.objects(run.id)];
    const rules = policyRules(policy, this.#library.rules, ruleSet);
    const projection = project(objects, rules);
    const findings = projection.judgements.flatMap(findingsOf).toSorted(compareFindings);
    const coverage = viewCoverage(this.#store.runs.coverage(run.id));
    const teamOf = teamsOf(objects, this.#teamLabel());
    const namespaces = new Map(objects.filter((object) => object.kind === 'Namespace').map((object) => [object.name, object]));
    const blind = blindTo({ rules, objects, coverage });
    const hasEarlier = this.#store.runs.previous(run.id) !== undefined;
    const ages = this.#store.scans.ages(run.id);
    let index: ReadonlyMap<string, Finding> | undefined;
    const firstSeen = (finding: Finding): string | undefined => {
      const since = ages.since(finding.object.id, finding.rule.rule.id, finding.path);
      return since === undefined ? undefined : new Date(since).toISOString();
    };
    return {
      run,
      policy,
      matchers,
      objects,
      projection,
      verdicts: totals(projection),
      findings,
      byFingerprint: (fingerprint) => {
        index ??= new Map(findings.map((finding) => [finding.fingerprint, finding]));
        return index.get(fingerprint);
      },
      coverage,
      teamOf,
      teamOfNamespace: (name) => {
        const object = namespaces.get(name);
        return object === undefined ? undefined : object.labels[this.#teamLabel()];
      },
      firstSeen,
      isNew: (finding) => hasEarlier && firstSeen(finding) === run.startedAt,
      blind: (finding) => unfinishedReason(run) ?? blind(finding),
    };
  }
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
