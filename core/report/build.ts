import type { RuleSet, ScanObject } from '#core/inventory/model.ts';
import { noCounts, SEVERITIES, VERDICTS } from '#core/model.ts';
import type { CoverageEntry, RunRecord, RunStatus, Severity } from '#core/model.ts';
import { viewCoverage } from '#core/policy/coverage.ts';
import { countPlaces, findingsOf } from '#core/policy/finding.ts';
import { policyRules, projectLens } from '#core/policy/project.ts';
import type { Projection, RuleCounts } from '#core/policy/project.ts';
import type { Lens } from '#core/policy/lens.ts';
import { indexRules } from '#core/policy/scan-index.ts';
import { compareCoverage, compareFindings, compareObjects, compareProblems, namespaceStanding } from '#core/report/report.ts';
import type { ReadProblem, Report, ReportSummary } from '#core/report/report.ts';
import { byPlace, proposeBaseline } from '#core/ratchet/baseline.ts';
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

/** What besides the policy a run is seen through: waivers of a day, what the policy governs, debt, changed parameters. */
export type ReportLens = Omit<Lens, 'rules' | 'policy'>;

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
export function buildReport(result: RunResult, policy: Policy, library: Library, through: ReportLens = {}): Report {
  const rules = policyRules(policy, library.rules, result.ruleSet);
  const positions = [...new Set(rules.map(({ index }) => index))];
  const projection = projectLens(indexRules(result.objects, positions), { ...through, rules, policy: policy.name });
  const { objects, owned } = projection;
  const figures = { counts: projection.rules, places: placesOf(projection), objects, owned };
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
    baseline: byPlace(proposeBaseline([{ rules: figures.counts, coverage, source: result.run.source.name }], library.matchers)),
    summary: { ...summarise(figures, result.errors.length), ...result.work },
  };
}

/** Failing places by rule id and namespace. */
export function placesOf({ judgements }: Projection): Figures['places'] {
  const places = new Map<string, Map<string, number>>();
  for (const judgement of judgements) {
    if (judgement.verdict !== 'fail') continue;
    const { id } = judgement.rule.rule;
    const byNamespace = places.get(id) ?? new Map<string, number>();
    places.set(id, byNamespace);
    const namespace = judgement.object.namespace ?? '';
    byNamespace.set(namespace, (byNamespace.get(namespace) ?? 0) + countPlaces(judgement));
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
