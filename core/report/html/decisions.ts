import type { Finding } from '#core/policy/finding.ts';
import { thousands } from '#core/report/context.ts';
import type { ReportContext } from '#core/report/context.ts';
import { html } from '#core/report/html/markup.ts';
import type { Markup } from '#core/report/html/markup.ts';
import { andMore, table } from '#core/report/html/table.ts';
import type { Report } from '#core/report/report.ts';

const MAX_ROWS = 50;

/** What somebody decided: waivers with their reasons, what is being fixed, known debt, rules that are off. */
export function decisionsSection(report: Report, context: ReportContext): Markup {
  const waived = Map.groupBy(
    report.findings.filter(({ verdict }) => verdict === 'waived'),
    ({ rule, waiver, reason }) => [rule.rule.id, waiver ?? '', reason ?? ''].join('\u0000'),
  );
  const failing = new Set(report.counts.filter(({ counts }) => counts.fail > 0).map(({ rule }) => rule.rule.id));
  const fixes = context.decisions.filter(
    ({ decision, policy, rule }) => decision === 'fix' && policy === report.policy.name && failing.has(rule),
  );
  const debt = report.findings.filter((finding) => finding.debt).length;
  const off = Object.entries(context.settings).filter(([, { mode, reason }]) => mode === 'off' && reason !== undefined);
  if (waived.size + fixes.length + debt + off.length === 0)
    return html`<section>
      <h2>Decisions</h2>
      <p class="muted">Nothing is waived, being fixed, known as debt or switched off for a reason.</p>
    </section>`;
  return html`<section>
    <h2>Decisions</h2>
    ${waiversPart([...waived.values()], context)}
    ${
      fixes.length === 0
        ? html``
        : html`<h3>Being fixed</h3>
            ${table(
              [{ title: 'rule' }, { title: 'who' }, { title: 'due' }, { title: 'why' }],
              fixes
                .slice(0, MAX_ROWS)
                .map(({ rule, assignee = '', due = '', reason = '' }) => [
                  html`<code>${rule}</code>`,
                  html`${assignee}`,
                  html`${due}`,
                  html`${reason}`,
                ]),
            )}${andMore(fixes.length - MAX_ROWS, 'rules')}`
    }
    ${
      debt === 0
        ? html``
        : html`<h3>Known debt</h3>
            <p>${thousands(debt)} of the findings were there when the baseline was frozen: only new ones count.</p>`
    }
    ${
      off.length === 0
        ? html``
        : html`<h3>Switched off</h3>
            ${table(
              [{ title: 'rule' }, { title: 'why' }],
              off.slice(0, MAX_ROWS).map(([rule, { reason = '' }]) => [html`<code>${rule}</code>`, html`${reason}`]),
            )}${andMore(off.length - MAX_ROWS, 'rules')}`
    }
  </section>`;
}

function waiversPart(groups: readonly (readonly Finding[])[], { waivers }: ReportContext): Markup {
  if (groups.length === 0) return html``;
  const byId = new Map(waivers.map((waiver) => [waiver.id, waiver]));
  const rows = groups.slice(0, MAX_ROWS).map((group) => {
    const [first] = group;
    const waiver = first?.waiver === undefined ? undefined : byId.get(first.waiver);
    return [
      html`<code>${first?.rule.rule.id ?? ''}</code>`,
      html`${thousands(group.length)}`,
      html`${first?.reason ?? ''}`,
      html`${waiver?.owner ?? (first?.waiver === undefined ? 'annotation' : '')}`,
      html`${waiver?.expires ?? (first?.waiver === undefined ? '' : 'without end')}`,
    ];
  });
  return html`<h3>Waived</h3>
    ${table([{ title: 'rule' }, { title: 'places', figure: true }, { title: 'reason' }, { title: 'by' }, { title: 'until' }], rows)}
    ${andMore(groups.length - MAX_ROWS, 'waivers')}`;
}
