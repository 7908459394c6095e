import type { RuleSet, ScanObject } from '#core/inventory/model.ts';
import { noCounts, SEVERITIES, VERDICTS } from '#core/model.ts';
import type { CoverageEntry, RunRecord, RunStatus, Severity } from '#core/model.ts';
import { proposeBaseline } from '#core/policy/baseline.ts';
import { viewCoverage } from '#core/policy/coverage.ts';
import { findingsOf } from '#core/policy/finding.ts';
import { policyRules, project } from '#core/policy/project.ts';
import type { Projection } from '#core/policy/project.ts';
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

/** Projects a run by a policy and gathers what reports say of it. Nothing is evaluated here. */
export function buildReport(result: RunResult, policy: Policy, library: Library): Report {
  const rules = policyRules(policy, library.rules, result.ruleSet);
  const projection = project(result.objects, rules);
  const findings = projection.judgements.flatMap(findingsOf).toSorted(compareFindings);
  const coverage = viewCoverage(result.coverage);
  return {
    run: result.run,
    status: result.status,
    toolVersion: result.run.toolVersion,
    library: { hash: library.hash, rules: library.rules.length },
    policy: { name: policy.name, rules: rules.length },
    coverage: result.coverage.toSorted(compareCoverage),
    covered: coverage.share,
    objects: result.objects.toSorted(compareObjects),
    counts: projection.rules,
    findings,
    errors: result.errors.toSorted(compareProblems),
    notes: result.notes.toSorted(compareProblems),
    baseline: proposeBaseline(projection, library.matchers, coverage),
    summary: { ...summarise(projection, findings, result.errors.length), ...result.work },
  };
}

function summarise(projection: Projection, findings: Report['findings'], unreadable: number): ReportSummary {
  const bySeverity = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<Severity, number>;
  for (const finding of findings) if (finding.verdict === 'fail') bySeverity[finding.rule.severity] += 1;
  const verdicts = noCounts();
  for (const row of projection.rules) for (const verdict of VERDICTS) verdicts[verdict] += row.counts[verdict];
  return {
    objects: projection.objects,
    owned: projection.owned,
    findings: bySeverity,
    verdicts,
    namespaces: namespaceStanding(projection.rules, findings),
    unreadable,
  };
}
