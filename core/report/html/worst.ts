import { SEVERITIES } from '#core/model.ts';
import { thousands } from '#core/report/context.ts';
import { html } from '#core/report/html/markup.ts';
import type { Markup } from '#core/report/html/markup.ts';
import { andMore, table } from '#core/report/html/table.ts';
import { percent } from '#core/report/percent.ts';
import type { Report } from '#core/report/report.ts';

const MAX_ROWS = 10;

/** Where most is to be gained: the worst rules and the worst namespaces. */
export function worstSection(report: Report): Markup {
  const rules = report.counts
    .filter(({ counts }) => counts.fail > 0)
    .toSorted(
      (a, b) => SEVERITIES.indexOf(a.rule.severity) - SEVERITIES.indexOf(b.rule.severity) || b.counts.fail - a.counts.fail,
    );
  const namespaces = report.summary.namespaces.filter(({ findings }) => findings > 0);
  if (rules.length === 0) return html``;
  return html`<section>
    <h2>Worst</h2>
    <h3>Rules</h3>
    ${table(
      [
        { title: 'severity' },
        { title: 'rule' },
        { title: 'failing', figure: true },
        { title: 'passing', figure: true },
        { title: 'effort' },
      ],
      rules
        .slice(0, MAX_ROWS)
        .map(({ rule, counts }) => [
          html`<span class="sev ${rule.severity}">${rule.severity}</span>`,
          html`${rule.rule.title}<br /><code class="muted">${rule.rule.id}</code>`,
          html`${thousands(counts.fail)}`,
          html`${percent(counts.pass / (counts.pass + counts.fail), 1)}`,
          html`${rule.rule.effort}`,
        ]),
    )}
    ${andMore(rules.length - MAX_ROWS, 'rules that fail')}
    <h3>Namespaces</h3>
    ${table(
      [{ title: 'namespace' }, { title: 'findings', figure: true }, { title: 'passing', figure: true }],
      namespaces
        .slice(0, MAX_ROWS)
        .map(({ namespace, findings, pass, fail }) => [
          namespace === '' ? html`<i class="muted">cluster-scoped</i>` : html`${namespace}`,
          html`${thousands(findings)}`,
          html`${pass + fail === 0 ? '' : percent(pass / (pass + fail), 1)}`,
        ]),
    )}
    ${andMore(namespaces.length - MAX_ROWS, 'namespaces')}
  </section>`;
}
