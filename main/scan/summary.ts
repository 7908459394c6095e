import type { RuleSet, ScanObject } from '#core/inventory/model.ts';
import { noCounts, VERDICTS } from '#core/model.ts';
import type { Severity, VerdictCounts } from '#core/model.ts';
import { findPolicy } from '#core/policy/policies.ts';
import { policyRules, project } from '#core/policy/project.ts';
import type { PolicyRule, Projection } from '#core/policy/project.ts';
import { placesOf } from '#core/report/build.ts';
import type { Figures } from '#core/report/build.ts';
import type { Library, Policy } from '#core/rules/model.ts';
import { countAt, findingsAt } from '#main/store/summaries.ts';
import type { Summary } from '#main/store/summaries.ts';

/** What a finished run says of itself in lists, under the policy it was made with, and its policy-independent summary. */
export interface RunFigures {
  readonly summary: Summary;
  readonly failing: Readonly<Record<Severity, number>>;
  readonly posture: { readonly pass: number; readonly fail: number };
  readonly objects: number;
}

/** Projects once by every rule of the library (the summary) and reads the policy's own figures out of it. */
export function figuresOf(objects: readonly ScanObject[], library: Library, ruleSet: RuleSet, policy: Policy): RunFigures {
  const everything = findPolicy(library, 'all');
  if (!everything.ok) throw new Error(everything.error.what);
  const projection = project(objects, policyRules(everything.value, library.rules, ruleSet));
  const findings = placesOf(projection);
  const failing = { critical: 0, high: 0, medium: 0, low: 0 };
  const posture = { pass: 0, fail: 0 };
  for (const rule of policyRules(policy, library.rules, ruleSet)) {
    const row = projection.rules.find((candidate) => candidate.rule.rule.id === rule.rule.id);
    posture.pass += row?.counts.pass ?? 0;
    posture.fail += row?.counts.fail ?? 0;
    for (const count of findings.get(rule.rule.id)?.values() ?? []) failing[rule.severity] += count;
  }
  return { summary: summarise(projection, findings), failing, posture, objects: projection.objects };
}

function summarise(projection: Projection, findings: Figures['places']): Summary {
  const rules = projection.rules.map((row) => row.rule.rule.id);
  const namespaces = [...new Set(projection.rules.flatMap((row) => [...row.byNamespace.keys()]))].toSorted();
  return {
    rules,
    namespaces,
    counts: projection.rules.flatMap((row) =>
      namespaces.flatMap((name) => VERDICTS.map((verdict) => row.byNamespace.get(name)?.[verdict] ?? 0)),
    ),
    findings: rules.flatMap((id) => namespaces.map((name) => findings.get(id)?.get(name) ?? 0)),
    owned: projection.owned,
  };
}

/** The same of a run in which nothing changed, out of the summary it shares; undefined where that does not tell all of it. */
export function figuresAgain(
  summary: Summary,
  objects: number,
  library: Library,
  ruleSet: RuleSet,
  policy: Policy,
): RunFigures | undefined {
  const figures = figuresFrom(summary, objects, policyRules(policy, library.rules, ruleSet));
  if (figures === undefined) return undefined;
  const failing = { critical: 0, high: 0, medium: 0, low: 0 };
  const posture = { pass: 0, fail: 0 };
  for (const { rule, counts } of figures.counts) {
    posture.pass += counts.pass;
    posture.fail += counts.fail;
    for (const count of figures.places.get(rule.rule.id)?.values() ?? []) failing[rule.severity] += count;
  }
  return { summary, failing, posture, objects };
}

/** What a report under a policy counts, read out of a run's summary; undefined where the summary does not tell all of it. */
export function figuresFrom(summary: Summary, objects: number, rules: readonly PolicyRule[]): Figures | undefined {
  const { owned } = summary;
  const places = new Map(summary.rules.map((id, index) => [id, index]));
  if (owned === undefined || rules.some(({ rule }) => !places.has(rule.id))) return undefined;
  const failing = new Map<string, Map<string, number>>();
  const counts = rules.map((rule) => {
    const index = places.get(rule.rule.id) ?? 0;
    const sum = noCounts();
    const byNamespace = new Map<string, VerdictCounts>();
    const byFindings = new Map<string, number>();
    summary.namespaces.forEach((namespace, position) => {
      const found = findingsAt(summary, index, position);
      if (found > 0) byFindings.set(namespace, found);
      const here = noCounts();
      for (const verdict of VERDICTS) sum[verdict] += here[verdict] = countAt(summary, index, position, verdict);
      if (VERDICTS.some((verdict) => here[verdict] > 0)) byNamespace.set(namespace, here);
    });
    failing.set(rule.rule.id, byFindings);
    return { rule, counts: sum, byNamespace };
  });
  return { counts, places: failing, objects, owned };
}
