import type { RuleSet, ScanObject } from '#core/inventory/model.ts';
import { noCounts, SEVERITIES, VERDICTS } from '#core/model.ts';
import type { CoverageEntry, RunRecord, RunStatus, Severity } from '#core/model.ts';
import { proposeBaseline } from '#core/policy/baseline.ts';
import { viewCoverage } from '#core/policy/coverage.ts';
import { countPlaces, findingsOf } from '#core/policy/finding.ts';
import { policyRules, project } from '#core/policy/project.ts';
import type { Judgement, RuleCounts } from '#core/policy/project.ts';
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

/**
 * Projects a run by a policy and gathers what reports say of it. Nothing is evaluated here, and its lists are put in order only
 * where somebody asks for them: a summary in the terminal does not.
 */
export function buildReport(result: RunResult, policy: Policy, library: Library): Report {
  const projection = project(result.objects, policyRules(policy, library.rules, result.ruleSet));
  const { objects, owned } = projection;
  const figures = { counts: projection.rules, places: placesOf(projection.judgements), objects, owned };
  return withLists(withoutLists(result, figures, policy, library), () => ({
    objects: result.objects.toSorted(compareObjects),
    findings: projection.judgements.flatMap(findingsOf).toSorted(compareFindings),
  }));
}

/** The same report from figures that were kept: objects are not even read before somebody asks for them. */
export function reportFrom(
  result: Omit<RunResult, 'objects'>,
  figures: Figures,
  read: () => readonly ScanObject[],
  policy: Policy,
  library: Library,
): Report {
  return withLists(withoutLists(result, figures, policy, library), () =>
    buildReport({ ...result, objects: read() }, policy, library),
  );
}

type Lists = Pick<Report, 'objects' | 'findings'>;

function withLists(report: Omit<Report, keyof Lists>, make: () => Lists): Report {
  let made: Lists | undefined;
  const lists = (): Lists => (made ??= make());
  return {
    ...report,
    get objects() {
      return lists().objects;
    },
    get findings() {
      return lists().findings;
    },
  };
}

function withoutLists(
  result: Omit<RunResult, 'objects'>,
  figures: Figures,
  policy: Policy,
  library: Library,
): Omit<Report, keyof Lists> {
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

/** Numbers of failing places by rule id and namespace. */
export type Places = Map<string, Map<string, number>>;

export function addPlaces(places: Places, judgement: Judgement): void {
  if (judgement.verdict !== 'fail') return;
  const { id } = judgement.rule.rule;
  const byNamespace = places.get(id) ?? new Map<string, number>();
  places.set(id, byNamespace);
  const namespace = judgement.object.namespace ?? '';
  byNamespace.set(namespace, (byNamespace.get(namespace) ?? 0) + countPlaces(judgement));
}

function placesOf(judgements: readonly Judgement[]): Places {
  const places: Places = new Map();
  for (const judgement of judgements) addPlaces(places, judgement);
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
