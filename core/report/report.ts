import type { ScanObject } from '#core/inventory/model.ts';
import { SEVERITIES } from '#core/model.ts';
import type { CoverageEntry, RunRecord, RunStatus, Severity, VerdictCounts } from '#core/model.ts';
import type { BaselineProposal } from '#core/ratchet/baseline.ts';
import type { Finding } from '#core/policy/finding.ts';
import type { RuleCounts } from '#core/policy/project.ts';

/** A document that could not be read, or a note about a file. Lines and columns are 1-based. */
export interface ReadProblem {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

/** One run seen through one policy: what every output format is written from. Deterministic order throughout. */
export interface Report {
  readonly run: RunRecord;
  readonly status: RunStatus;
  readonly toolVersion: string;
  readonly library: { readonly hash: string; readonly rules: number };
  readonly policy: { readonly name: string; readonly rules: number };
  readonly coverage: readonly CoverageEntry[];
  /** Share of what could be listed that was read, 0 to 1. */
  readonly covered: number;
  readonly objects: readonly ScanObject[];
  readonly counts: readonly RuleCounts[];
  readonly findings: readonly Finding[];
  readonly errors: readonly ReadProblem[];
  readonly notes: readonly ReadProblem[];
  readonly baseline: BaselineProposal;
  readonly summary: ReportSummary;
}

export interface ReportSummary {
  readonly objects: number;
  /** Owned objects that are counted at their owner. */
  readonly owned: number;
  readonly findings: Readonly<Record<Severity, number>>;
  readonly verdicts: VerdictCounts;
  readonly namespaces: readonly {
    readonly namespace: string;
    readonly findings: number;
    readonly pass: number;
    readonly fail: number;
  }[];
  readonly unreadable: number;
  /** Kept runs only: objects judged anew, and requests made. */
  readonly evaluated?: number;
  readonly requests?: number;
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Worst first, then by place, so that two runs over the same input give the same bytes. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    SEVERITIES.indexOf(a.rule.severity) - SEVERITIES.indexOf(b.rule.severity) ||
    compareText(a.rule.rule.id, b.rule.rule.id) ||
    compareText(a.place?.file ?? '', b.place?.file ?? '') ||
    compareText(a.object.namespace ?? '', b.object.namespace ?? '') ||
    compareText(a.object.kind, b.object.kind) ||
    compareText(a.object.name, b.object.name) ||
    compareText(a.path, b.path) ||
    compareText(a.object.apiVersion, b.object.apiVersion) ||
    (a.place?.line ?? 0) - (b.place?.line ?? 0)
  );
}

/** Workers answer in any order. */
export function compareProblems(a: ReadProblem, b: ReadProblem): number {
  return (
    compareText(a.file, b.file) ||
    (a.line ?? 0) - (b.line ?? 0) ||
    (a.column ?? 0) - (b.column ?? 0) ||
    compareText(a.message, b.message)
  );
}

/** Lists end in any order. */
export function compareCoverage(a: CoverageEntry, b: CoverageEntry): number {
  return (
    compareText(a.group, b.group) ||
    compareText(a.kind, b.kind) ||
    compareText(a.version, b.version) ||
    compareText(a.namespace ?? '', b.namespace ?? '') ||
    compareText(a.status, b.status)
  );
}

export function compareObjects(a: ScanObject, b: ScanObject): number {
  return (
    compareText(a.place?.file ?? '', b.place?.file ?? '') ||
    (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.kind, b.kind) ||
    compareText(a.namespace ?? '', b.namespace ?? '') ||
    compareText(a.name, b.name)
  );
}

/** The worst namespaces first, with `places` by rule id and namespace. Cluster-scoped objects stand under the empty name. */
export function namespaceStanding(
  counts: readonly RuleCounts[],
  places: ReadonlyMap<string, ReadonlyMap<string, number>>,
): ReportSummary['namespaces'] {
  const rows = new Map<string, { namespace: string; findings: number; pass: number; fail: number }>();
  const rowOf = (namespace: string) => {
    const known = rows.get(namespace);
    if (known !== undefined) return known;
    const made = { namespace, findings: 0, pass: 0, fail: 0 };
    rows.set(namespace, made);
    return made;
  };
  for (const { rule, byNamespace } of counts) {
    for (const [namespace, count] of places.get(rule.rule.id) ?? []) rowOf(namespace).findings += count;
    for (const [namespace, verdicts] of byNamespace) {
      const row = rowOf(namespace);
      row.pass += verdicts.pass;
      row.fail += verdicts.fail;
    }
  }
  return [...rows.values()].toSorted((a, b) => b.findings - a.findings || compareText(a.namespace, b.namespace));
}
