import { z } from 'zod';
import { coverageEntry, effort, mode, objectRef, severity, severityCounts, verdict, verdictCounts } from '#core/api/common.ts';
import { annotationFor } from '#core/decide/waivers.ts';
import { scope } from '#core/api/workspace.ts';
import { NOT_APPLICABLE, VERDICT_CODES } from '#core/inventory/model.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import { RUN_STATUSES, SOURCE_KINDS } from '#core/model.ts';
import type { Finding } from '#core/policy/finding.ts';
import type { PolicyRule, RuleCounts } from '#core/policy/project.ts';
import type { Scope } from '#core/policy/model.ts';
import { plainJson } from '#core/plain-json.ts';
import { canonicalJson } from '#core/canonical-json.ts';
import { own } from '#core/json.ts';
import type { ReadProblem, Report } from '#core/report/report.ts';
import { CATEGORIES } from '#core/rules/model.ts';

/** The JSON of `scan`, `test` and `show -o json`: one schema, `schemaVersion: 1`, stable order. docs/json-report.md explains it. */

const problem = z.object({ file: z.string(), line: z.number().optional(), column: z.number().optional(), message: z.string() });
const place = { file: z.string().optional(), line: z.number().optional() };

const finding = z.object({
  rule: z.string(),
  severity,
  object: objectRef,
  path: z.string(),
  message: z.string(),
  /** `v1:` and 26 characters; stable over versions, clusters and files. */
  fingerprint: z.string(),
  ...place,
  column: z.number().optional(),
  reason: z.string().optional(),
  /** Owned objects (Pods, ReplicaSets) that fail with it and are not counted apart. */
  owned: z.number().optional(),
  /** A known failure: frozen as debt of the policy, or decided to be it. */
  debt: z.literal(true).optional(),
});

export const jsonReport = z.object({
  schemaVersion: z.literal(1),
  run: z.object({
    id: z.string(),
    status: z.enum(RUN_STATUSES),
    startedAt: z.string(),
    finishedAt: z.string().optional(),
    toolVersion: z.string(),
    kubernetesMinor: z.string().optional(),
    bundleDigest: z.string(),
    source: z.object({ kind: z.enum(SOURCE_KINDS), name: z.string() }),
    labels: z.record(z.string(), z.string()),
    git: z.object({ remote: z.string().optional(), branch: z.string().optional(), commit: z.string().optional() }).optional(),
    ci: z.object({ vendor: z.string(), jobUrl: z.string().optional() }).optional(),
  }),
  tool: z.object({ name: z.literal('plimsoll'), version: z.string() }),
  library: z.object({ hash: z.string(), rules: z.number() }),
  source: z.object({ kind: z.enum(SOURCE_KINDS), name: z.string() }),
  policy: z.object({ name: z.string(), rules: z.number() }),
  rules: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      category: z.enum(CATEGORIES),
      severity,
      effort,
      mode,
      counts: verdictCounts,
      /** Parameter values that the policy changes. */
      params: z.record(z.string(), z.json()).optional(),
      /** Objects outside it were not judged by the rule. */
      scope: scope.optional(),
    }),
  ),
  coverage: z.array(coverageEntry),
  objects: z.array(
    objectRef.extend({
      ...place,
      assumedNamespace: z.literal(true).optional(),
      verdicts: z.record(z.string(), verdict).optional(),
    }),
  ),
  /** Failing places only. */
  findings: z.array(finding),
  /** Failing places that a waiver covers: `reason` is the waiver's. */
  waived: z.array(finding),
  /** Places that could not be judged: verdict `error` or `notEvaluated`, `reason` says why. */
  unjudged: z.array(finding.extend({ verdict })),
  errors: z.array(problem),
  notes: z.array(problem),
  summary: z.object({
    objects: z.number(),
    owned: z.number(),
    covered: z.number(),
    findings: severityCounts,
    verdicts: verdictCounts,
    unreadable: z.number(),
    /** Kept runs only: objects judged anew (0 where nothing changed), and requests made. */
    evaluated: z.number().optional(),
    requests: z.number().optional(),
    baseline: z.object({
      holds: z.array(z.string()),
      fails: z.array(z.string()),
      notApplicable: z.array(z.string()),
      notEvaluated: z.array(z.object({ rule: z.string(), reason: z.string() })),
    }),
  }),
});
export type JsonReport = z.infer<typeof jsonReport>;

/** `verdicts` adds rule id → verdict to every object; an owned object has its own verdicts there, unrolled. */
export function toJsonReport(report: Report, options: { readonly verdicts: boolean }): JsonReport {
  const { id, startedAt, finishedAt, toolVersion, kubernetesMinor, bundleDigest, source, labels, git, ci } = report.run;
  return {
    schemaVersion: 1,
    run: {
      id,
      status: report.status,
      startedAt,
      ...(finishedAt === undefined ? {} : { finishedAt }),
      toolVersion,
      ...(kubernetesMinor === undefined ? {} : { kubernetesMinor }),
      bundleDigest,
      source,
      labels: { ...labels },
      ...(git === undefined ? {} : { git }),
      ...(ci === undefined ? {} : { ci }),
    },
    tool: { name: 'plimsoll', version: report.toolVersion },
    library: report.library,
    source,
    policy: report.policy,
    rules: report.counts.map(ruleRow),
    coverage: [...report.coverage],
    objects: report.objects.map((object) => objectRow(object, report.counts, options.verdicts)),
    findings: report.findings.filter((entry) => entry.verdict === 'fail').map(findingRow),
    waived: report.findings.filter((entry) => entry.verdict === 'waived').map(findingRow),
    unjudged: report.findings
      .filter((entry) => entry.verdict === 'error' || entry.verdict === 'notEvaluated')
      .map((entry) => ({ ...findingRow(entry), verdict: entry.verdict })),
    errors: report.errors.map(problemRow),
    notes: report.notes.map(problemRow),
    summary: {
      objects: report.summary.objects,
      owned: report.summary.owned,
      covered: report.covered,
      findings: report.summary.findings,
      verdicts: report.summary.verdicts,
      unreadable: report.summary.unreadable,
      ...(report.summary.evaluated === undefined ? {} : { evaluated: report.summary.evaluated }),
      ...(report.summary.requests === undefined ? {} : { requests: report.summary.requests }),
      baseline: {
        holds: [...report.baseline.holds],
        fails: [...report.baseline.fails],
        notApplicable: [...report.baseline.notApplicable],
        notEvaluated: report.baseline.notEvaluated.map((entry) => ({ ...entry })),
      },
    },
  };
}

function ruleRow({ rule: inForce, counts }: RuleCounts): JsonReport['rules'][number] {
  const { rule, severity: weight, mode: setting, params, scope: within } = inForce;
  return {
    id: rule.id,
    title: rule.title,
    category: rule.category,
    severity: weight,
    effort: rule.effort,
    mode: setting,
    counts: { ...counts },
    ...(params === rule.params ? {} : { params: changedParams(inForce) }),
    ...(within === undefined ? {} : { scope: scopeRow(within) }),
  };
}

const changedParams = ({ rule, params }: PolicyRule): Record<string, ReturnType<typeof plainJson>> =>
  Object.fromEntries(
    Object.entries(params)
      .filter(([name, value]) => canonicalJson(value) !== canonicalJson(own(rule.params, name) ?? null))
      .map(([name, value]) => [name, plainJson(value)]),
  );

const scopeRow = ({ namespaces, exceptNamespaces, labels }: Scope) => ({
  ...(namespaces === undefined ? {} : { namespaces: [...namespaces] }),
  ...(exceptNamespaces === undefined ? {} : { exceptNamespaces: [...exceptNamespaces] }),
  ...(labels === undefined ? {} : { labels: { ...labels } }),
});

const refOf = (object: ScanObject) => ({
  apiVersion: object.apiVersion,
  kind: object.kind,
  ...(object.namespace === undefined ? {} : { namespace: object.namespace }),
  name: object.name,
});

function objectRow(object: ScanObject, counts: readonly RuleCounts[], withVerdicts: boolean): JsonReport['objects'][number] {
  return {
    ...refOf(object),
    ...(object.place === undefined ? {} : { file: object.place.file, line: object.place.line }),
    ...(object.assumedNamespace ? { assumedNamespace: true as const } : {}),
    ...(withVerdicts ? { verdicts: Object.fromEntries(counts.map(({ rule }) => [rule.rule.id, verdictOf(object, rule)])) } : {}),
  };
}

function verdictOf(object: ScanObject, rule: RuleCounts['rule']) {
  const fact = VERDICT_CODES[object.verdicts[rule.index] ?? NOT_APPLICABLE] ?? 'notEvaluated';
  return fact === 'fail' && annotationFor(object, rule.rule) !== undefined ? 'waived' : fact;
}

const findingRow = (entry: Finding): JsonReport['findings'][number] => ({
  rule: entry.rule.rule.id,
  severity: entry.rule.severity,
  object: refOf(entry.object),
  path: entry.path,
  message: entry.message,
  fingerprint: entry.fingerprint,
  ...(entry.place === undefined ? {} : { file: entry.place.file, line: entry.position?.line ?? entry.place.line }),
  ...(entry.position === undefined ? {} : { column: entry.position.column }),
  ...(entry.reason === undefined ? {} : { reason: entry.reason }),
  ...(entry.owned === 0 ? {} : { owned: entry.owned }),
  ...(entry.debt ? { debt: true as const } : {}),
});

const problemRow = (entry: ReadProblem): JsonReport['errors'][number] => ({
  file: entry.file,
  ...(entry.line === undefined ? {} : { line: entry.line }),
  ...(entry.column === undefined ? {} : { column: entry.column }),
  message: entry.message,
});
