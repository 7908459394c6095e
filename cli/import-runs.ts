import { existsSync, readFileSync } from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import type { HistoryImported } from '#core/api/history.ts';
import { SEVERITIES } from '#core/model.ts';
import type { AppError } from '#core/model.ts';
import { safeText } from '#core/report/safe-text.ts';
import { err, ok } from '#core/result.ts';
import { answer } from '#cli/answer.ts';
import type { ImportOptions } from '#cli/commands/import.ts';
import { CLEAN, FINDINGS } from '#cli/exit-code.ts';
import { note, printError } from '#cli/output.ts';
import { paintFor } from '#cli/paint.ts';
import { withApp } from '#cli/run.ts';
import { createInProcessClient } from '#main/rpc/in-process.ts';
import { createServices } from '#main/services/index.ts';

export async function importRuns(paths: readonly string[], options: ImportOptions): Promise<void> {
  await withApp(options, async (app) => {
    const missing = paths.find((path) => path !== '-' && !existsSync(path));
    if (missing !== undefined) return err(noSuchFile(missing));
    const client = createInProcessClient(createServices(app, 'inProcess'));
    const rows: HistoryImported['files'] = [];
    // One at a time: reports are large, and together may be larger than a call may be.
    for (const path of await inOrder(paths)) {
      const imported = await client.history.import({ files: [path] });
      if (!imported.ok) return imported;
      rows.push(...imported.value.files);
    }
    answer({ files: rows }, options, () => told(rows, options.color));
    return ok(rows.some(({ outcome }) => outcome === 'failed') ? FINDINGS : CLEAN);
  });
}

/** Files as text, the oldest run first, so that ages of findings come out right. */
async function inOrder(paths: readonly string[]): Promise<readonly { readonly name: string; readonly text: string }[]> {
  const files = [];
  for (const path of paths)
    files.push(path === '-' ? { name: 'stdin', text: await readAll(process.stdin) } : { name: path, text: readText(path) });
  const startOf = (text: string): string => /"startedAt":\s*"([^"]*)"/.exec(text)?.[1] ?? '';
  return files
    .map((file) => ({ file, start: startOf(file.text) }))
    .toSorted((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0))
    .map(({ file }) => file);
}

/** What cannot be read is an empty text, and so no report: the error then names the file. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** A line for each run; what failed and what is noted goes to stderr. */
function told(rows: HistoryImported['files'], colour: boolean): string {
  const paint = paintFor(process.stdout, colour);
  let lines = '';
  for (const row of rows) {
    if (row.outcome === 'failed') {
      printError(row.error);
      continue;
    }
    const { run, outcome } = row;
    const figures =
      outcome === 'known'
        ? paint('dim', 'in the history already')
        : `${run.objects} objects, ${SEVERITIES.map((severity) => `${run.failing[severity]} ${severity}`).join(', ')}`;
    lines += `${run.id}  ${safeText(`${run.source.name} #${run.number} (${run.source.kind})`)}  ${figures}\n`;
    for (const text of row.notes) note(`${row.file}: ${text}`);
  }
  return lines;
}

const noSuchFile = (path: string): AppError => ({
  code: 'notFound',
  what: 'There is no such file.',
  where: path,
  why: 'It does not exist, or a link leads nowhere.',
  next: 'Check the path; nothing was imported.',
});
