import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { whole } from '#core/report/context.ts';
import type { ReportContext, Written } from '#core/report/context.ts';
import { toJsonReport } from '#core/report/json.ts';
import { fixLines } from '#core/report/fixes.ts';
import { namespaceLines, plain, toTable } from '#core/report/table.ts';
import type { Report } from '#core/report/report.ts';
import type { AppError } from '#core/model.ts';
import { safeJson, safeText } from '#core/report/safe-text.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { OutputTarget, ReportOptions } from '#cli/options.ts';
import { paintFor } from '#cli/paint.ts';

/**
 * Writes a report in every format asked for; a table on stdout where none was. Notes and progress never go to stdout, and what a
 * format had to leave out is noted. Fails where a file cannot be written; what came before it is written then.
 */
export async function writeReport(
  report: Report,
  options: ReportOptions,
  context: () => Promise<ReportContext>,
): Promise<Result<void, AppError>> {
  const targets: readonly OutputTarget[] = options.output.length > 0 ? options.output : [{ format: 'table' }];
  for (const target of targets) {
    const { text, notes } = await render(report, target, options, context);
    for (const line of notes) note(line);
    if (target.file === undefined) {
      process.stdout.write(`${text}\n`);
      continue;
    }
    try {
      writeFileSync(target.file, `${text}\n`);
    } catch (cause) {
      return err(unwritable(target.file, cause));
    }
  }
  return ok(undefined);
}

export const unwritable = (file: string, cause: unknown): AppError => ({
  code: 'invalidInput',
  what: 'The file cannot be written.',
  where: file,
  why: cause instanceof Error ? cause.message : String(cause),
  next: 'Name a file in a folder that exists and that you may write to.',
});

async function render(
  report: Report,
  { format, file }: OutputTarget,
  options: ReportOptions,
  context: () => Promise<ReportContext>,
): Promise<Written> {
  switch (format) {
    case 'json':
      return whole(safeJson(toJsonReport(report, { verdicts: options.verdicts })));
    case 'table': {
      const paint = file === undefined ? paintFor(process.stdout, options.color) : plain;
      const fixes = options.verbose ? fixLines(report, paint) : [];
      return whole([...fixes, toTable(report, { paint, quiet: options.quiet }), ...namespaceLines(report, paint)].join('\n'));
    }
    default: {
      // Most runs want none of them.
      const { writeFormat } = await import('#core/report/formats.ts');
      return writeFormat(report, format, {
        ...(await context()),
        verdicts: options.verdicts,
        absolute: (name) => path.resolve(name),
      });
    }
  }
}

/** An error as a person reads it: what, where, why, what next. */
export function printError(error: AppError): void {
  process.stderr.write(
    `plimsoll: ${safeText(error.what)}\n  where: ${safeText(error.where)}\n  why:   ${safeText(error.why)}\n  next:  ${safeText(error.next)}\n`,
  );
}

export function note(text: string, quiet = false): void {
  if (!quiet) process.stderr.write(`${safeText(text)}\n`);
}
