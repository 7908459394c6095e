import { SEVERITIES } from '#core/model.ts';
import type { Finding } from '#core/policy/finding.ts';
import { postureRate, postureRows } from '#core/policy/posture.ts';
import { thousands } from '#core/report/context.ts';
import type { Written } from '#core/report/context.ts';
import { objectTitle } from '#core/report/file-place.ts';
import { markdownTable, markdownText, utf8Length } from '#core/report/markdown-text.ts';
import { percent } from '#core/report/percent.ts';
import type { Report } from '#core/report/report.ts';

/**
 * Markdown for a job summary, whose step may write 1 MiB (docs.github.com, "Adding a job summary"); 64 KiB are left for what other
 * tools write into the same step.
 */
export const MAX_BYTES = 1024 * 1024 - 64 * 1024;
/** More rows nobody reads on a page. */
export const MAX_ROWS = 1000;
const MAX_NAMESPACES = 20;

export function toMarkdown(report: Report): Written {
  const parts = [...head(report), ...rules(report), ...namespaces(report), ...problems(report)];
  const failing = report.findings.filter(({ verdict }) => verdict === 'fail');
  if (failing.length === 0) return { text: parts.join('\n'), notes: [] };
  const listed = fitting(
    failing,
    parts.reduce((sum, line) => sum + utf8Length(line) + 1, 0),
  );
  const left = failing.length - listed.length;
  const cut =
    left === 0 ? [] : [`${thousands(left)} of ${thousands(failing.length)} findings are left out: a summary has an end`];
  const text = [
    ...parts,
    '',
    '### Findings',
    '',
    ...FINDING_HEAD,
    ...listed,
    ...cut.flatMap((line) => ['', `_${line}, the worst are there._`]),
  ].join('\n');
  return { text, notes: cut.map((line) => `markdown: ${line}; -o csv or -o json has all of them`) };
}

const FINDING_HEAD = markdownTable(['severity', 'rule', 'object', 'where', 'what'], []);

/** Rows, worst first, as long as the page has room. */
function fitting(failing: readonly Finding[], used: number): readonly string[] {
  const rows: string[] = [];
  let bytes = used + 1024;
  for (const finding of failing.slice(0, MAX_ROWS)) {
    const [row = ''] = markdownTable([], [findingRow(finding)]).slice(2);
    bytes += utf8Length(row) + 1;
    if (bytes > MAX_BYTES) break;
    rows.push(row);
  }
  return rows;
}

function findingRow({ rule, object, owned, place, position, path, message, debt }: Finding): readonly string[] {
  const where = place === undefined ? path : `${place.file}:${position?.line ?? place.line}`;
  const more = owned > 0 ? ` (and ${owned} owned)` : '';
  return [rule.severity, rule.rule.id, `${objectTitle(object)}${more}`, where, `${message}${debt ? ' (known debt)' : ''}`];
}

function head(report: Report): readonly string[] {
  const { summary, policy, run } = report;
  const { pass, fail, waived, error, notEvaluated } = summary.verdicts;
  const total = SEVERITIES.reduce((sum, severity) => sum + summary.findings[severity], 0);
  const posture = postureRate(postureRows(report.counts));
  const rows: (readonly string[])[] = [
    ['Objects', `${thousands(summary.objects)}${summary.owned > 0 ? ` and ${thousands(summary.owned)} owned` : ''}`],
    ...SEVERITIES.map((severity) => [`Findings, ${severity}`, thousands(summary.findings[severity])]),
    [
      'Posture',
      posture === undefined
        ? 'nothing judged'
        : `${percent(posture, 1)} by severity (${thousands(pass)} of ${thousands(pass + fail)} pass), ${percent(report.covered, 1)} covered`,
    ],
    ...(waived > 0 ? [['Waived', thousands(waived)]] : []),
    ...(error > 0 ? [['Could not be computed', thousands(error)]] : []),
    ...(notEvaluated > 0 ? [['Not evaluated', thousands(notEvaluated)]] : []),
    ...(summary.unreadable > 0 ? [['Unreadable documents', thousands(summary.unreadable)]] : []),
  ];
  return [
    `## Plimsoll: ${total === 0 ? 'no findings' : `${thousands(total)} ${total === 1 ? 'finding' : 'findings'}`}`,
    '',
    `${markdownText(run.source.name)}, policy ${markdownText(policy.name)} (${policy.rules} rules)${report.status === 'complete' ? '' : `, **${report.status}**`}`,
    '',
    ...markdownTable(['', ''], rows),
  ];
}

function rules(report: Report): readonly string[] {
  const failing = report.counts
    .filter(({ counts }) => counts.fail > 0)
    .toSorted(
      (a, b) => SEVERITIES.indexOf(a.rule.severity) - SEVERITIES.indexOf(b.rule.severity) || b.counts.fail - a.counts.fail,
    );
  if (failing.length === 0) return [];
  const rows = failing.map(({ rule, counts }) => [
    rule.severity,
    rule.rule.id,
    rule.mode,
    `${thousands(counts.fail)} of ${thousands(counts.fail + counts.pass)}`,
    rule.rule.effort,
    rule.rule.remediation,
  ]);
  return ['', '### Rules that fail', '', ...markdownTable(['severity', 'rule', 'mode', 'objects', 'effort', 'fix'], rows)];
}

function namespaces({ summary }: Report): readonly string[] {
  const worst = summary.namespaces.filter(({ findings }) => findings > 0);
  if (worst.length < 2) return [];
  const rows = worst
    .slice(0, MAX_NAMESPACES)
    .map(({ namespace, findings }) => [namespace === '' ? 'cluster-scoped' : namespace, thousands(findings)]);
  const more = worst.length - rows.length;
  return [
    '',
    '### Namespaces',
    '',
    ...markdownTable(['namespace', 'findings'], rows),
    ...(more > 0 ? ['', `_and ${more} more_`] : []),
  ];
}

function problems({ errors }: Report): readonly string[] {
  if (errors.length === 0) return [];
  const rows = errors
    .slice(0, MAX_ROWS / 10)
    .map(({ file, line, message }) => [`${file}${line === undefined ? '' : `:${line}`}`, message]);
  const more = errors.length - rows.length;
  return [
    '',
    '### Could not be read',
    '',
    ...markdownTable(['file', 'why'], rows),
    ...(more > 0 ? ['', `_and ${thousands(more)} more_`] : []),
  ];
}
