import type { Finding } from '#core/policy/finding.ts';
import type { PolicyRule } from '#core/policy/project.ts';
import { whole } from '#core/report/context.ts';
import type { Written } from '#core/report/context.ts';
import { filePath, objectTitle, placeOfFinding } from '#core/report/file-place.ts';
import type { ReadProblem, Report } from '#core/report/report.ts';
import { safeJson } from '#core/report/safe-text.ts';

/** One entry of a code quality report (docs.gitlab.com, "Code Quality report format"). */
interface CodeQualityIssue {
  readonly description: string;
  readonly check_name: string;
  /** Unique in the report: GitLab drops what comes twice. */
  readonly fingerprint: string;
  readonly severity: 'info' | 'minor' | 'major' | 'critical' | 'blocker';
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

/** Failing places and documents that could not be read. What is waived is accepted, and no issue. */
export function toGitlab(report: Report): Written {
  const unique = uniqueNames();
  const issues: readonly CodeQualityIssue[] = [
    ...report.errors.map((problem) => unread(problem, unique)),
    ...report.findings.filter(({ verdict }) => verdict === 'fail').map((finding) => issue(report, finding, unique)),
  ];
  return whole(safeJson(issues));
}

function issue(report: Report, finding: Finding, unique: (name: string) => string): CodeQualityIssue {
  const { rule, object, message, fingerprint } = finding;
  const { path, line } = placeOfFinding(report, finding);
  return {
    description: `${objectTitle(object)}: ${message === '' ? rule.rule.title : message}`,
    check_name: rule.rule.id,
    fingerprint: unique(fingerprint),
    severity: severityOf(rule),
    location: { path, lines: { begin: line ?? 1 } },
  };
}

const unread = ({ file, line, message }: ReadProblem, unique: (name: string) => string): CodeQualityIssue => ({
  description: `could not be read: ${message}`,
  check_name: 'unreadable',
  fingerprint: unique(`unreadable:${filePath(file)}:${line ?? 0}`),
  severity: 'blocker',
  location: { path: filePath(file), lines: { begin: line ?? 1 } },
});

const SEVERITY = { critical: 'blocker', high: 'critical', medium: 'major', low: 'minor' } as const;

const severityOf = ({ severity, mode }: PolicyRule): CodeQualityIssue['severity'] =>
  mode === 'audit' ? 'info' : SEVERITY[severity];

/** The same object may stand in two files, or twice in one: the second gets a number, in the report's order. */
function uniqueNames(): (name: string) => string {
  const seen = new Map<string, number>();
  return (name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}:${count}`;
  };
}
