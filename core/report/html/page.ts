import { thousands } from '#core/report/context.ts';
import type { ReportContext, Written } from '#core/report/context.ts';
import { coverageSection } from '#core/report/html/coverage.ts';
import { decisionsSection } from '#core/report/html/decisions.ts';
import { findingsSection, listedFindings } from '#core/report/html/findings.ts';
import { lineOfReport } from '#core/report/html/line.ts';
import { loadLinePicture } from '#core/report/html/load-line.ts';
import { Markup, html } from '#core/report/html/markup.ts';
import { STYLE, contentPolicy } from '#core/report/html/style.ts';
import { summarySection } from '#core/report/html/summary.ts';
import { teamsSection } from '#core/report/html/teams.ts';
import { worstSection } from '#core/report/html/worst.ts';
import type { Report } from '#core/report/report.ts';

/**
 * One page for people: no script, nothing loaded, light and dark, and it prints. Its size has an end: the findings that are listed
 * one by one are the worst (core/report/html/findings.ts), every figure is of all of them.
 */
export function toHtml(report: Report, context: ReportContext): Written {
  const listed = listedFindings(report);
  const { left, failing } = listed;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${contentPolicy(STYLE)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="generator" content="Plimsoll ${report.toolVersion}" />
        <title>${`${report.run.source.name}: Plimsoll report`}</title>
        ${new Markup(`<style>${STYLE}</style>`)}
      </head>
      <body>
        ${heading(report)}
        <main>
          ${summarySection(report)}
          <section>
            <h2>The load line</h2>
            ${loadLinePicture(lineOfReport(report, context))}
          </section>
          ${teamsSection(report, context)} ${worstSection(report)} ${decisionsSection(report, context)} ${coverageSection(report)}
          ${findingsSection(listed)}
        </main>
        ${foot(report)}
      </body>
    </html>`;
  const cut = `html: ${thousands(left)} of ${thousands(failing)} findings are counted and not listed; -o csv or -o json has all of them`;
  return { text: page.text, notes: left > 0 ? [cut] : [] };
}

function heading({ run, policy, status, toolVersion }: Report): Markup {
  const when = (run.finishedAt ?? run.startedAt).slice(0, 16).replace('T', ' ');
  const server = run.kubernetesMinor === undefined ? '' : `Kubernetes ${run.kubernetesMinor}, `;
  const unfinished = status === 'complete' ? html`` : html` · <b class="warn">${status}: not everything was read</b>`;
  return html`<header>
    <h1>${run.source.name}</h1>
    <p class="muted">
      ${run.source.kind} · ${when} UTC · ${server}policy <b>${policy.name}</b> (${policy.rules} rules) · Plimsoll
      ${toolVersion}${unfinished}
    </p>
  </header>`;
}

function foot({ run, library }: Report): Markup {
  const git = [run.git?.remote, run.git?.branch, run.git?.commit].filter((part) => part !== undefined).join(' ');
  return html`<footer>
    <p>
      Run <code>${run.id}</code>${git === '' ? html`` : html`, of <code>${git}</code>`}. Policy and rules: digest
      <code>${run.bundleDigest.slice(0, 16)}</code>, library <code>${library.hash.slice(0, 16)}</code>.
    </p>
    <p>A percentage is what passes of what was judged. What is waived, not evaluated or does not apply is in none of them.</p>
  </footer>`;
}
