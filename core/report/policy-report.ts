import { yamlText } from '#core/report/yaml-text.ts';
import { PASS } from '#core/inventory/model.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import type { Finding } from '#core/policy/finding.ts';
import type { PolicyRule } from '#core/policy/project.ts';
import { whole } from '#core/report/context.ts';
import type { ReportContext, Written } from '#core/report/context.ts';
import type { Report } from '#core/report/report.ts';
import { fingerprint } from '#core/rules/fingerprint.ts';
import { groupOf } from '#core/model.ts';
import type { Waiver } from '#core/workspace/model.ts';

/** The two APIs of one shape: reports-api's is a superset of the working group's. */
const APIS = {
  policyreport: { apiVersion: 'wgpolicyk8s.io/v1alpha2', kind: 'PolicyReport' },
  openreports: { apiVersion: 'openreports.io/v1alpha1', kind: 'Report' },
} as const;
export type PolicyReportApi = keyof typeof APIS;

type Outcome = 'pass' | 'fail' | 'warn' | 'error' | 'skip';
type Summary = Record<Outcome, number>;

export interface PolicyReportResult {
  readonly source: 'plimsoll';
  readonly policy: string;
  readonly rule: string;
  readonly category: string;
  readonly severity: string;
  readonly result: Outcome;
  readonly scored: boolean;
  readonly message?: string;
  /** Both are demanded. */
  readonly timestamp: { readonly seconds: number; readonly nanos: number };
  readonly properties?: Readonly<Record<string, string>>;
}

/** One report for each object that is counted, as a stream of YAML documents to apply. */
export function toPolicyReports(report: Report, api: PolicyReportApi, context: ReportContext): Written {
  const documents = policyReports(report, api, context).map((document) => `---\n${yamlText(document)}\n`);
  return whole(documents.join('').trimEnd());
}

/**
 * The reports as values. Its name is made of the object's UID, so that the next scan writes over it, and the object owns it, so
 * that it goes with the object; from files, where there is no UID, of its names. Results are what does not pass; with `verdicts`
 * what passes too. The summary counts all of them.
 */
export function policyReports(report: Report, api: PolicyReportApi, { verdicts, waivers }: ReportContext) {
  const byObject = Map.groupBy(report.findings, ({ object }) => object);
  const uids = new Set(report.objects.map(({ uid }) => uid));
  const expiries = new Map(waivers.map((waiver) => [waiver.id, waiver]));
  const timestamp = { seconds: Math.floor(Date.parse(report.run.finishedAt ?? report.run.startedAt) / 1000), nanos: 0 };
  return report.objects.flatMap((object) => {
    const findings = byObject.get(object) ?? [];
    const isCounted = object.owner === undefined || !uids.has(object.owner.uid);
    if (object.idle || (findings.length === 0 && !isCounted)) return [];
    const results = findings.map((finding) => resultOf(finding, timestamp, expiries));
    const broken = new Set(findings.map(({ rule }) => rule.index));
    const passing = report.counts.filter(({ rule }) => object.verdicts[rule.index] === PASS && !broken.has(rule.index));
    if (results.length + passing.length === 0) return [];
    const passes = verdicts ? passing.map(({ rule }) => passOf(rule, timestamp)) : [];
    return [documentOf(object, api, [...results, ...passes], { ...countsOf(results), pass: passing.length })];
  });
}

function documentOf(object: ScanObject, api: PolicyReportApi, results: readonly PolicyReportResult[], summary: Summary) {
  const { apiVersion, kind } = APIS[api];
  const { namespace, name, uid } = object;
  const reference = { apiVersion: object.apiVersion, kind: object.kind, name };
  const identified = uid === undefined || uid === '' ? {} : { uid };
  return {
    apiVersion,
    kind: namespace === undefined ? `Cluster${kind}` : kind,
    metadata: {
      name: nameOf(object),
      ...(namespace === undefined ? {} : { namespace }),
      labels: { 'app.kubernetes.io/managed-by': 'plimsoll' },
      ...('uid' in identified ? { ownerReferences: [{ ...reference, uid: identified.uid }] } : {}),
    },
    ...(api === 'openreports' ? { source: 'plimsoll' } : {}),
    scope: { ...reference, ...(namespace === undefined ? {} : { namespace }), ...identified },
    summary,
    results,
  };
}

/** A name that the API server takes, and that no other tool gives: others use the UID alone. */
function nameOf({ uid, apiVersion, kind, namespace = '', name }: ScanObject): string {
  if (uid !== undefined && /^[a-z0-9-]{1,200}$/.test(uid)) return `plimsoll-${uid}`;
  const parts = { ruleId: '', group: groupOf(apiVersion), kind, namespace, name, path: '' };
  return `plimsoll-${fingerprint(parts).slice('v1:'.length)}`;
}

function resultOf(
  finding: Finding,
  timestamp: PolicyReportResult['timestamp'],
  waivers: ReadonlyMap<string, Waiver>,
): PolicyReportResult {
  const { rule, verdict, message, path, reason, owned, debt, waiver } = finding;
  const result = OUTCOMES[verdict](rule);
  const expires = waiver === undefined ? undefined : waivers.get(waiver)?.expires;
  return {
    ...common(rule, timestamp),
    result,
    scored: result === 'fail',
    message: message === '' ? rule.rule.title : message,
    properties: {
      fieldPath: path,
      fingerprint: finding.fingerprint,
      mode: rule.mode,
      ...(verdict === 'notEvaluated' ? { notEvaluated: 'true' } : {}),
      ...(reason === undefined ? {} : verdict === 'waived' ? { exception: reason } : { reason }),
      ...(waiver === undefined ? {} : { waiver }),
      ...(expires === undefined ? {} : { expires }),
      ...(owned === 0 ? {} : { owned: String(owned) }),
      ...(debt ? { debt: 'true' } : {}),
    },
  };
}

/** What is waived is skipped; what was not evaluated could not be judged, and is no pass. */
const OUTCOMES: Readonly<Record<Finding['verdict'], (rule: PolicyRule) => Outcome>> = {
  fail: ({ mode }) => (mode === 'deny' ? 'fail' : 'warn'),
  waived: () => 'skip',
  error: () => 'error',
  notEvaluated: () => 'error',
};

const passOf = (rule: PolicyRule, timestamp: PolicyReportResult['timestamp']): PolicyReportResult => ({
  ...common(rule, timestamp),
  result: 'pass',
  scored: true,
});

const common = ({ rule, severity }: PolicyRule, timestamp: PolicyReportResult['timestamp']) => ({
  source: 'plimsoll' as const,
  policy: `plimsoll-${rule.id}`,
  rule: rule.id,
  category: rule.category,
  severity,
  timestamp,
});

function countsOf(results: readonly PolicyReportResult[]): Summary {
  const summary: Summary = { pass: 0, fail: 0, warn: 0, error: 0, skip: 0 };
  for (const { result } of results) summary[result] += 1;
  return summary;
}
