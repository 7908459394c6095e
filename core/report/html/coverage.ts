import { thousands } from '#core/report/context.ts';
import { html } from '#core/report/html/markup.ts';
import type { Markup } from '#core/report/html/markup.ts';
import { andMore, table } from '#core/report/html/table.ts';
import { percent } from '#core/report/percent.ts';
import type { Report } from '#core/report/report.ts';

const MAX_ROWS = 50;

/** What was not seen: without it no percentage means anything. */
export function coverageSection(report: Report): Markup {
  const { coverage, covered, errors, counts } = report;
  const missing = coverage.filter(({ status }) => status !== 'complete' && status !== 'metadataOnly' && status !== 'leftOut');
  const open = counts.filter((row) => row.counts.error + row.counts.notEvaluated > 0);
  return html`<section>
    <h2>Coverage</h2>
    <p>
      ${coverage.length === 0 ? `${thousands(new Set(report.objects.flatMap(({ place }) => (place === undefined ? [] : [place.file]))).size)} files were read.` : `${percent(covered, 1)} of the kinds that can be listed were read completely.`}${missing.length + open.length + errors.length === 0 ? ' Nothing is missing.' : ''}
    </p>
    ${
      missing.length === 0
        ? html``
        : html`<h3>Not read completely</h3>
            ${table(
              [{ title: 'kind' }, { title: 'namespace' }, { title: 'status' }, { title: 'why' }],
              missing
                .slice(0, MAX_ROWS)
                .map(({ kind, group, namespace = '', status, reason = '' }) => [
                  html`${group === '' ? kind : `${kind} (${group})`}`,
                  html`${namespace}`,
                  html`<span class="warn">${status}</span>`,
                  html`${reason}`,
                ]),
            )}${andMore(missing.length - MAX_ROWS, 'lists')}`
    }
    ${
      open.length === 0
        ? html``
        : html`<h3>Rules without a verdict on some objects</h3>
            ${table(
              [{ title: 'rule' }, { title: 'not evaluated', figure: true }, { title: 'could not be judged', figure: true }],
              open
                .slice(0, MAX_ROWS)
                .map(({ rule, counts: { notEvaluated, error } }) => [
                  html`<code>${rule.rule.id}</code>`,
                  html`${thousands(notEvaluated)}`,
                  html`${thousands(error)}`,
                ]),
            )}${andMore(open.length - MAX_ROWS, 'rules')}`
    }
    ${
      errors.length === 0
        ? html``
        : html`<h3>Documents that could not be read</h3>
            ${table(
              [{ title: 'file' }, { title: 'why' }],
              errors
                .slice(0, MAX_ROWS)
                .map(({ file, line, message }) => [
                  html`<code>${line === undefined ? file : `${file}:${line}`}</code>`,
                  html`${message}`,
                ]),
            )}${andMore(errors.length - MAX_ROWS, 'documents')}`
    }
  </section>`;
}
