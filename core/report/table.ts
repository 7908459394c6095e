import { SEVERITIES } from '#core/model.ts';
import type { Severity } from '#core/model.ts';
import type { Finding } from '#core/policy/finding.ts';
import { postureRate, postureRows } from '#core/policy/posture.ts';
import { percent } from '#core/report/percent.ts';
import type { ReadProblem, Report } from '#core/report/report.ts';
import { safeText } from '#core/report/safe-text.ts';

/** How words are coloured; the caller decides whether at all. */
export type Paint = (style: 'bold' | 'dim' | 'fail' | 'pass' | Severity, text: string) => string;

export const plain: Paint = (_, text) => text;

/** The terminal's table: findings by object, then what could not be read, then the summary. */
export function toTable(report: Report, options: { readonly paint: Paint; readonly quiet: boolean }): string {
  const { paint, quiet } = options;
  const lines = quiet ? [] : [...findingLines(report, paint), ...problemLines(report, paint)];
  return [...lines, ...summaryLines(report, paint)].join('\n');
}

function findingLines(report: Report, paint: Paint): readonly string[] {
  const lines: string[] = [];
  let heading = '';
  const width = Math.max(0, ...report.findings.map((finding) => finding.rule.rule.id.length));
  for (const finding of byObject(report.findings)) {
    if (finding.verdict === 'notEvaluated' || finding.verdict === 'waived') continue;
    const title = objectTitle(finding);
    if (title !== heading) lines.push(...(heading === '' ? [] : ['']), paint('bold', title));
    heading = title;
    lines.push(findingLine(finding, width, paint));
  }
  return lines.length === 0 ? [] : [...lines, ''];
}

const keyOf = (finding: Finding): string =>
  [finding.place?.file ?? '', finding.object.namespace ?? '', finding.object.kind, finding.object.name].join('\u0000');

/** Objects in order, and what is found on each as it comes. */
function byObject(findings: readonly Finding[]): readonly Finding[] {
  const groups = Map.groupBy(findings, keyOf);
  return [...groups.keys()].toSorted().flatMap((key) => groups.get(key) ?? []);
}

function objectTitle(finding: Finding): string {
  const { object, place } = finding;
  const name = `${object.kind} ${object.namespace === undefined ? '' : `${object.namespace}/`}${object.name}`;
  const owned = finding.owned > 0 ? ` (and ${finding.owned} owned)` : '';
  return safeText(
    `${name}${owned}${place === undefined ? '' : `  ${place.file}`}${object.assumedNamespace ? '  (namespace assumed)' : ''}`,
  );
}

function findingLine(finding: Finding, width: number, paint: Paint): string {
  const mark = finding.verdict === 'fail' ? paint('fail', '✕') : '!';
  const line = finding.position ?? finding.place;
  const where = line === undefined ? finding.path : `${line.line}: ${finding.path}`;
  const severity = paint(finding.rule.severity, finding.rule.severity.padEnd(8));
  const text = `${finding.rule.rule.id.padEnd(width)}  ${finding.message}`;
  return `  ${mark} ${severity} ${safeText(text)} ${paint('dim', safeText(where))}`;
}

function problemLines(report: Report, paint: Paint): readonly string[] {
  const lineOf = (problem: ReadProblem): string => {
    const at = problem.line === undefined ? '' : `:${problem.line}${problem.column === undefined ? '' : `:${problem.column}`}`;
    return `  ${safeText(`${problem.file}${at}  ${problem.message}`)}`;
  };
  const errors = report.errors.length === 0 ? [] : [paint('bold', 'Could not be read'), ...report.errors.map(lineOf), ''];
  const notes =
    report.notes.length === 0 ? [] : [paint('dim', 'Notes'), ...report.notes.map((note) => paint('dim', lineOf(note))), ''];
  return [...errors, ...notes];
}

const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** What stood, how much of it was seen, what fails, what a baseline would hold. */
export function summaryLines(report: Report, paint: Paint): readonly string[] {
  const { summary, baseline } = report;
  const { pass, fail, waived, error, notEvaluated } = summary.verdicts;
  const posture = postureRate(postureRows(report.counts));
  const total = SEVERITIES.reduce((sum, severity) => sum + summary.findings[severity], 0);
  const row = (label: string, text: string): string => `${paint('dim', label.padEnd(11))} ${text}`;
  const lines = [
    row(
      'objects',
      `${summary.objects}${summary.owned > 0 ? ` and ${summary.owned} owned` : ''}, policy ${report.policy.name} (${plural(report.policy.rules, 'rule')})`,
    ),
    row(
      'findings',
      total === 0 ? 'none' : `${total}: ${SEVERITIES.map((name) => paint(name, `${summary.findings[name]} ${name}`)).join(', ')}`,
    ),
    row(
      'posture',
      posture === undefined
        ? 'nothing judged'
        : `${percent(posture, 1)} by severity (${pass} of ${pass + fail} pass), ${percent(report.covered, 1)} covered`,
    ),
  ];
  const apart = [
    waived > 0 ? `${waived} waived` : '',
    error > 0 ? `${error} could not be computed` : '',
    notEvaluated > 0 ? `${notEvaluated} not evaluated` : '',
    summary.unreadable > 0 ? plural(summary.unreadable, 'document unreadable', 'documents unreadable') : '',
  ].filter((text) => text !== '');
  if (apart.length > 0) lines.push(row('apart', apart.join(', ')));
  lines.push(row('baseline', baselineText(baseline)));
  return lines;
}

function baselineText(baseline: Report['baseline']): string {
  const parts = [`${plural(baseline.holds.length, 'rule holds', 'rules hold')} today`, `${baseline.fails.length} fail somewhere`];
  if (baseline.notApplicable.length > 0) parts.push(`${baseline.notApplicable.length} have nothing to judge`);
  if (baseline.notEvaluated.length > 0) parts.push(`${baseline.notEvaluated.length} not evaluated`);
  return parts.join(', ');
}

/** Best and worst namespaces, for the sample's and a scan's summary. */
export function namespaceLines(report: Report, paint: Paint): readonly string[] {
  const rows = report.summary.namespaces.filter(({ namespace, pass, fail }) => namespace !== '' && pass + fail > 0);
  if (rows.length === 0) return [];
  const rate = (row: { readonly pass: number; readonly fail: number }): number => row.pass / (row.pass + row.fail);
  const byRate = rows.toSorted((a, b) => rate(a) - rate(b) || b.findings - a.findings);
  const text = (row: (typeof rows)[number]): string =>
    `${safeText(row.namespace)} ${percent(rate(row), 1)} (${plural(row.findings, 'finding')})`;
  const worst = byRate.slice(0, 3);
  const best = byRate
    .toReversed()
    .slice(0, 3)
    .filter((row) => !worst.includes(row));
  const row = (label: string, list: typeof rows): readonly string[] =>
    list.length === 0 ? [] : [`${paint('dim', label.padEnd(11))} ${list.map(text).join(', ')}`];
  return [...row('worst', worst), ...row('best', best)];
}
