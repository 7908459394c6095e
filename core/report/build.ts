import type { RuleSet, ScanObject } from '#core/inventory/model.ts';
import { noCounts, SEVERITIES, VERDICTS } from '#core/model.ts';
import type { CoverageEntry, RunRecord, RunStatus, Severity } from '#core/model.ts';
import { proposeBaseline } from '#core/policy/baseline.ts';
import { viewCoverage } from '#core/policy/coverage.ts';
import { findingsOf } from '#core/policy/finding.ts';
import type { Finding } from '#core/policy/finding.ts';
import { policyRules, project } from '#core/policy/project.ts';
import type { RuleCounts } from '#core/policy/project.ts';
import { compareCoverage, compareFindings, compareObjects, compareProblems, namespaceStanding } from '#core/report/report.ts';
import type { ReadProblem, Report, ReportSummary } from '#core/report/report.ts';
import type { Library, Policy } from '#core/rules/model.ts';

/** What a run brought home, before any policy looks at it. */
export interface RunResult {
  readonly run: RunRecord;
  readonly status: RunStatus;
  readonly ruleSet: RuleSet;
  readonly objects: readonly ScanObject[];
  readonly coverage: readonly CoverageEntry[];
  readonly errors: readonly ReadProblem[];
  readonly notes: readonly ReadProblem[];
  /** Kept runs only: objects judged anew, and requests made. */
  readonly work?: { readonly evaluated: number; readonly requests: number };
}

/** What a projection counts, without the objects it was made from: enough for a summary, and small enough to be kept. */
export interface Figures {
  readonly counts: readonly RuleCounts[];
  /** Failing places by rule id and namespace; an object may have several of one rule. */
  readonly places: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly objects: number;
  readonly owned: number;
}

/** Projects a run by a policy and gathers what reports say of it. Nothing is evaluated here. */
export function buildReport(result: RunResult, policy: Policy, library: Library): Report {
  const rules = policyRules(policy, library.rules, result.ruleSet);
  const projection = project(result.objects, rules);
  const findings = projection.judgements.flatMap(findingsOf).toSorted(compareFindings);
  const { objects, owned } = projection;
  const figures = { counts: projection.rules, places: placesOf(findings), objects, owned };
  return { ...withoutLists(result, figures, policy, library), objects: result.objects.toSorted(compareObjects), findings };
}

/**
 * The same report from figures that were kept. Objects and findings are read and projected only where somebody asks for them:
 * a summary in the terminal does not.
 */
export function reportFrom(
  result: Omit<RunResult, 'objects'>,
  figures: Figures,
  read: () => readonly ScanObject[],
  policy: Policy,
  library: Library,
): Report {
  let whole: Report | undefined;
  const built = (): Report => (whole ??= buildReport({ ...result, objects: read() }, policy, library));
  return {
    ...withoutLists(result, figures, policy, library),
    get objects() {
      return built().objects;
    },
    get findings() {
      return built().findings;
    },
  };
}

function withoutLists(
  result: Omit<RunResult, 'objects'>,
  figures: Figures,
  policy: Policy,
  library: Library,
): Omit<Report, 'objects' | 'findings'> {
  const coverage = viewCoverage(result.coverage);
  return {
    run: result.run,
    status: result.status,
    toolVersion: result.run.toolVersion,
    library: { hash: library.hash, rules: library.rules.length },
    policy: { name: policy.name, rules: figures.counts.length },
    coverage: result.coverage.toSorted(compareCoverage),
    covered: coverage.share,
    counts: figures.counts,
    errors: result.errors.toSorted(compareProblems),
    notes: result.notes.toSorted(compareProblems),
    baseline: proposeBaseline({ rules: figures.counts }, library.matchers, coverage),
    summary: { ...summarise(figures, result.errors.length), ...result.work },
  };
}

function placesOf(findings: readonly Finding[]): Figures['places'] {
  const places = new Map<string, Map<string, number>>();
  for (const { verdict, rule, object } of findings) {
    if (verdict !== 'fail') continue;
    const byNamespace = places.get(rule.rule.id) ?? new Map<string, number>();
    places.set(rule.rule.id, byNamespace);
    const namespace = object.namespace ?? '';
    byNamespace.set(namespace, (byNamespace.get(namespace) ?? 0) + 1);
  }
  return places;
}

function summarise({ counts, places, objects, owned }: Figures, unreadable: number): ReportSummary {
  const bySeverity = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<Severity, number>;
  const verdicts = noCounts();
  for (const row of counts) {
    for (const verdict of VERDICTS) verdicts[verdict] += row.counts[verdict];
    for (const count of places.get(row.rule.rule.id)?.values() ?? []) bySeverity[row.rule.severity] += count;
  }
  return { objects, owned, findings: bySeverity, verdicts, namespaces: namespaceStanding(counts, places), unreadable };
}
