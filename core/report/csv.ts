import { teamsOf } from '#core/policy/finding.ts';
import type { Finding } from '#core/policy/finding.ts';
import { whole } from '#core/report/context.ts';
import type { ReportContext, Written } from '#core/report/context.ts';
import { csv } from '#core/report/csv-rows.ts';
import type { Report } from '#core/report/report.ts';
import { safeText } from '#core/report/safe-text.ts';

export const CSV_COLUMNS = [
  'verdict',
  'severity',
  'mode',
  'rule',
  'title',
  'category',
  'effort',
  'api version',
  'kind',
  'namespace',
  'name',
  'container',
  'path',
  'message',
  'reason',
  'team',
  'owned',
  'debt',
  'file',
  'line',
  'fingerprint',
] as const;

/** Every place that does not pass, those that are waived or open too: one a row (RFC 4180). What plays with a terminal is replaced. */
export function toCsv(report: Report, { teamLabel }: ReportContext): Written {
  const teamOf = teamsOf(report.objects, teamLabel);
  const rows = report.findings.map((finding) => rowOf(finding, teamOf(finding.object)).map(safeText));
  return whole(csv(CSV_COLUMNS, rows));
}

function rowOf(finding: Finding, team = ''): readonly string[] {
  const { rule, object, place, position } = finding;
  return [
    finding.verdict,
    rule.severity,
    rule.mode,
    rule.rule.id,
    rule.rule.title,
    rule.rule.category,
    rule.rule.effort,
    object.apiVersion,
    object.kind,
    object.namespace ?? '',
    object.name,
    finding.container ?? '',
    finding.path,
    finding.message,
    finding.reason ?? '',
    team,
    String(finding.owned),
    finding.debt ? 'yes' : 'no',
    place?.file ?? '',
    place === undefined ? '' : String(position?.line ?? place.line),
    finding.fingerprint,
  ];
}
