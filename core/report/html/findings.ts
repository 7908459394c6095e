import type { Finding } from '#core/policy/finding.ts';
import { thousands } from '#core/report/context.ts';
import { objectTitle } from '#core/report/file-place.ts';
import { html } from '#core/report/html/markup.ts';
import type { Markup } from '#core/report/html/markup.ts';
import { table } from '#core/report/html/table.ts';
import type { Report } from '#core/report/report.ts';

/** Findings that are listed one by one, and how many of one rule: a page stays one that a browser opens at once. */
export const MAX_FINDINGS = 1000;
const MAX_OF_RULE = 200;

export interface Listed {
  /** By rule, the worst first; of each the findings that are listed. */
  readonly rules: readonly { readonly all: readonly Finding[]; readonly shown: readonly Finding[] }[];
  readonly failing: number;
  /** Findings that are counted and not listed. */
  readonly left: number;
}

export function listedFindings({ findings }: Report): Listed {
  const failing = findings.filter(({ verdict }) => verdict === 'fail');
  let room = MAX_FINDINGS;
  const rules = [...Map.groupBy(failing, ({ rule }) => rule).values()].map((all) => {
    const shown = all.slice(0, Math.min(room, MAX_OF_RULE));
    room -= shown.length;
    return { all, shown };
  });
  return { rules, failing: failing.length, left: failing.length - (MAX_FINDINGS - room) };
}

/** What fails, rule by rule; each opens by itself. */
export function findingsSection({ rules, failing, left }: Listed): Markup {
  if (failing === 0)
    return html`<section>
      <h2>Findings</h2>
      <p class="clean">Nothing fails.</p>
    </section>`;
  const cut = html`<p class="warn">${thousands(left)} of ${thousands(failing)} findings are counted and not listed here.</p>`;
  return html`<section>
    <h2>Findings</h2>
    ${left > 0 ? [cut] : []}${rules.map(({ all, shown }) => ruleDetails(all, shown))}
  </section>`;
}

function ruleDetails(group: readonly Finding[], shown: readonly Finding[]): Markup {
  const [first] = group;
  if (first === undefined) return html``;
  const { rule, severity, mode } = first.rule;
  const left = group.length - shown.length;
  return html`<details>
    <summary>
      <span class="sev ${severity}">${severity}</span> ${rule.title} <code class="muted">${rule.id}</code>
      <span class="n">${thousands(group.length)}</span>
    </summary>
    <p>${rule.why}</p>
    <p><b>Fix:</b> ${rule.remediation} <span class="muted">(mode ${mode}, effort ${rule.effort})</span></p>
    ${table([{ title: 'object' }, { title: 'where' }, { title: 'what' }], shown.map(findingRow))}
    ${left > 0 ? html`<p class="muted">and ${thousands(left)} more</p>` : html``}
  </details>`;
}

function findingRow({ object, owned, place, position, path, message, debt }: Finding): readonly Markup[] {
  const where = place === undefined ? path : `${place.file}:${position?.line ?? place.line}`;
  return [
    html`${objectTitle(object)}${owned > 0 ? html` <span class="muted">and ${owned} owned</span>` : html``}`,
    html`<code>${where}</code>`,
    html`${message}${debt ? html` <span class="muted">(known debt)</span>` : html``}`,
  ];
}
