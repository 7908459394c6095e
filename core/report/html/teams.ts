import { SEVERITIES } from '#core/model.ts';
import type { Severity } from '#core/model.ts';
import { teamsOf } from '#core/policy/finding.ts';
import { thousands } from '#core/report/context.ts';
import type { ReportContext } from '#core/report/context.ts';
import { html } from '#core/report/html/markup.ts';
import type { Markup } from '#core/report/html/markup.ts';
import { andMore, table } from '#core/report/html/table.ts';
import type { Report } from '#core/report/report.ts';

const MAX_TEAMS = 40;

interface Row {
  readonly team: string | undefined;
  readonly bySeverity: Record<Severity, number>;
  readonly objects: Set<number>;
  readonly rules: Set<string>;
  total: number;
}

/** Who has how much to fix, the worst first. */
export function teamsSection(report: Report, { teamLabel }: ReportContext): Markup {
  const rows = teamRows(report, teamLabel);
  if (rows.length === 0) return html``;
  const most = rows[0]?.total ?? 1;
  const columns = [
    { title: 'team' },
    { title: 'findings', figure: true as const },
    { title: '' },
    ...SEVERITIES.map((title) => ({ title, figure: true as const })),
    { title: 'objects', figure: true as const },
    { title: 'rules', figure: true as const },
  ];
  return html`<section>
    <h2>By team</h2>
    ${table(
      columns,
      rows
        .slice(0, MAX_TEAMS)
        .map((row) => [
          row.team === undefined ? html`<i class="muted">unowned</i>` : html`${row.team}`,
          html`${thousands(row.total)}`,
          bar(row, most),
          ...SEVERITIES.map((severity) => html`${row.bySeverity[severity] === 0 ? '' : thousands(row.bySeverity[severity])}`),
          html`${thousands(row.objects.size)}`,
          html`${row.rules.size}`,
        ]),
    )}
    ${andMore(rows.length - MAX_TEAMS, 'teams')}
    <p class="muted">The team is the label <code>${teamLabel}</code> of an object, else of its namespace.</p>
  </section>`;
}

function teamRows(report: Report, teamLabel: string): readonly Row[] {
  const teamOf = teamsOf(report.objects, teamLabel);
  const rows = new Map<string | undefined, Row>();
  for (const { verdict, object, rule } of report.findings) {
    if (verdict !== 'fail') continue;
    const team = teamOf(object);
    const row = rows.get(team) ?? {
      team,
      bySeverity: { critical: 0, high: 0, medium: 0, low: 0 },
      objects: new Set(),
      rules: new Set(),
      total: 0,
    };
    rows.set(team, row);
    row.total += 1;
    row.bySeverity[rule.severity] += 1;
    row.objects.add(object.id);
    row.rules.add(rule.rule.id);
  }
  return [...rows.values()].toSorted((a, b) => b.total - a.total || ((a.team ?? '') < (b.team ?? '') ? -1 : 1));
}

function bar({ bySeverity, total }: Row, most: number): Markup {
  let x = 0;
  const parts = SEVERITIES.map((severity) => {
    const width = (bySeverity[severity] / most) * 120;
    const part = html`<rect class="s-${severity}" x="${x.toFixed(1)}" y="0" width="${width.toFixed(1)}" height="10" />`;
    x += width;
    return part;
  });
  return html`<svg class="bar" viewBox="0 0 120 10" role="img" aria-label="${total} findings">${parts}</svg>`;
}
