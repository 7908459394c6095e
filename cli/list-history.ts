import type { Run } from '#core/api/common.ts';
import { hasVerdicts, SEVERITIES } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import { safeText } from '#core/report/safe-text.ts';
import { answer } from '#cli/answer.ts';
import type { Rows } from '#cli/answer.ts';
import type { HistoryOptions } from '#cli/commands/history.ts';
import { CLEAN } from '#cli/exit-code.ts';
import { paintFor } from '#cli/paint.ts';
import { withApp } from '#cli/run.ts';
import { invalidInput, notFound } from '#main/services/errors.ts';
import { toRun } from '#main/services/runs.ts';

export async function listHistory(options: HistoryOptions): Promise<void> {
  await withApp(options, async (app) => {
    const limit = Number(options.limit);
    if (!Number.isInteger(limit) || limit < 1)
      return err(
        invalidInput(
          `'${options.limit}' is no number of runs.`,
          '--limit',
          'It must be a whole number from 1.',
          'For example --limit 20.',
        ),
      );
    const wanted = app.store.sources.list().filter((source) => options.source === undefined || source.name === options.source);
    if (wanted.length === 0 && options.source !== undefined)
      return err(notFound(`A source named '${options.source}'`, app.store.file));
    const { runs, total } = app.store.runs.list({ limit, sources: wanted.map((source) => source.id), labels: options.label });
    const listed = runs.map(toRun);
    answer(
      { runs: listed, total },
      options,
      () => historyTable(listed, total, options.color),
      () => historyRows(listed),
    );
    return ok(CLEAN);
  });
}

const historyRows = (runs: readonly Run[]): Rows => [
  ['run', 'started', 'status', 'source', 'number', 'policy', 'objects', ...SEVERITIES, 'covered', 'labels'],
  ...runs.map((run) => [
    run.id,
    run.startedAt,
    run.status,
    run.source.name,
    String(run.number),
    run.policy,
    String(run.objects),
    ...SEVERITIES.map((severity) => (hasVerdicts(run) ? String(run.failing[severity]) : '')),
    String(run.covered),
    Object.entries(run.labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(' '),
  ]),
];

/** The runs as a person reads them; a run that did not come to its end has dashes for figures. */
export function historyTable(runs: readonly Run[], total: number, colour: boolean): string {
  if (runs.length === 0) return 'No runs yet. `plimsoll scan` makes one.\n';
  const paint = paintFor(process.stdout, colour);
  const lines = runs.map((run) => {
    const failing = SEVERITIES.map((severity) =>
      hasVerdicts(run) ? paint(severity, String(run.failing[severity]).padStart(4)) : '   -',
    ).join(' ');
    const labels = Object.entries(run.labels).map(([key, value]) => `${key}=${value}`);
    const name = safeText(`${run.source.name} #${run.number}`);
    return `${run.id}  ${run.startedAt.slice(0, 16).replace('T', ' ')}  ${run.status.padEnd(11)} ${name.padEnd(28)} ${String(run.objects).padStart(6)} objects  ${failing}  ${safeText(labels.join(' '))}`.trimEnd();
  });
  const heading = `${'run'.padEnd(26)}  ${'started (UTC)'.padEnd(16)}  ${'status'.padEnd(11)} ${'source'.padEnd(28)} ${' '.repeat(14)}  crit high  med  low`;
  return `${paint('dim', heading)}\n${lines.join('\n')}\n${total > runs.length ? `${runs.length} of ${total} runs\n` : ''}`;
}
