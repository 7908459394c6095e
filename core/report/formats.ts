import type { ReportContext, Written } from '#core/report/context.ts';
import { whole } from '#core/report/context.ts';
import { toCsv } from '#core/report/csv.ts';
import { toDatreeJson } from '#core/report/datree-json.ts';
import type { FormatName } from '#core/report/format-names.ts';
import { toGithub } from '#core/report/github.ts';
import { toGitlab } from '#core/report/gitlab.ts';
import { toHtml } from '#core/report/html/page.ts';
import { toJsonReport } from '#core/report/json.ts';
import { toJunit } from '#core/report/junit.ts';
import { toMarkdown } from '#core/report/markdown.ts';
import { toPolicyReports } from '#core/report/policy-report.ts';
import type { Report } from '#core/report/report.ts';
import { safeJson } from '#core/report/safe-text.ts';
import { toSarif } from '#core/report/sarif.ts';
import { yamlText } from '#core/report/yaml-text.ts';
import { namespaceLines, plain, toTable } from '#core/report/table.ts';

type Write = (report: Report, context: ReportContext) => Written;

/** What writes each format of core/report/format-names.ts: one table for the command line and the app. */
const WRITERS: Readonly<Record<FormatName, Write>> = {
  table: (report) => whole([toTable(report, { paint: plain, quiet: false }), ...namespaceLines(report, plain)].join('\n')),
  json: (report, { verdicts }) => whole(safeJson(toJsonReport(report, { verdicts }))),
  yaml: (report, { verdicts }) => whole(yamlText(toJsonReport(report, { verdicts }))),
  sarif: toSarif,
  junit: toJunit,
  html: toHtml,
  csv: toCsv,
  markdown: toMarkdown,
  github: toGithub,
  gitlab: toGitlab,
  policyreport: (report, context) => toPolicyReports(report, 'policyreport', context),
  openreports: (report, context) => toPolicyReports(report, 'openreports', context),
  'datree-json': toDatreeJson,
};

/** A report in a format, without a line break at its end; the same report gives the same bytes. */
export const writeFormat = (report: Report, format: FormatName, context: ReportContext): Written =>
  WRITERS[format](report, context);
