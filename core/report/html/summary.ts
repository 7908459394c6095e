import { SEVERITIES } from '#core/model.ts';
import { postureRate, postureRows } from '#core/policy/posture.ts';
import { thousands } from '#core/report/context.ts';
import { html } from '#core/report/html/markup.ts';
import type { Markup } from '#core/report/html/markup.ts';
import { percent } from '#core/report/percent.ts';
import type { Report } from '#core/report/report.ts';

/** What stands where, in a line of figures. */
export function summarySection(report: Report): Markup {
  const { summary } = report;
  const { waived, error, notEvaluated, pass, fail } = summary.verdicts;
  const posture = postureRate(postureRows(report.counts));
  const total = SEVERITIES.reduce((sum, severity) => sum + summary.findings[severity], 0);
  return html`<section>
    <h2>Summary</h2>
    <p>${sentence(report, total)}</p>
    <dl class="figures">
      ${figure('posture, by severity', posture === undefined ? 'none' : percent(posture, 1))}
      ${figure('findings', thousands(total))}
      ${SEVERITIES.map((severity) => figure(severity, thousands(summary.findings[severity]), summary.findings[severity] > 0 ? severity : ''))}
      ${figure('objects', thousands(summary.objects))}
      ${figure('of what could be read', percent(report.covered, 1), report.covered < 1 ? 'warn' : '')}
      ${waived > 0 ? [figure('waived', thousands(waived))] : []}
      ${error > 0 ? [figure('could not be judged', thousands(error), 'warn')] : []}
      ${notEvaluated > 0 ? [figure('not evaluated', thousands(notEvaluated), 'warn')] : []}
      ${summary.unreadable > 0 ? [figure('unreadable documents', thousands(summary.unreadable), 'critical')] : []}
    </dl>
    <p class="muted">${thousands(pass)} of ${thousands(pass + fail)} verdicts pass.</p>
  </section>`;
}

const figure = (name: string, value: string, look = ''): Markup =>
  html`<div>
    <dt>${name}</dt>
    <dd class="${look}">${value}</dd>
  </div>`;

function sentence({ counts, summary }: Report, total: number): string {
  if (summary.objects === 0) return 'Nothing was judged.';
  if (total === 0) return 'Nothing fails.';
  const rules = counts.filter((row) => row.counts.fail > 0).length;
  const places = summary.namespaces.filter(({ findings }) => findings > 0).length;
  return `${thousands(total)} ${total === 1 ? 'finding' : 'findings'} of ${rules} ${rules === 1 ? 'rule' : 'rules'} in ${places} ${places === 1 ? 'namespace' : 'namespaces'}.`;
}
