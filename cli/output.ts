import { writeFileSync } from 'node:fs';
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
 * Writes a report in every format asked for; a table on stdout where none was. Notes and progress never go to stdout.
 * Fails where a file cannot be written; what came before it is written then.
 */
export function writeReport(report: Report, options: ReportOptions): Result<void, AppError> {
  const targets: readonly OutputTarget[] = options.output.length > 0 ? options.output : [{ format: 'table' }];
  for (const target of targets) {
    const text = `${render(report, target, options)}\n`;
    if (target.file === undefined) {
      process.stdout.write(text);
      continue;
    }
    try {
      writeFileSync(target.file, text);
    } catch (cause) {
      return err(unwritable(target.file, cause));
    }
  }
  return ok(undefined);
}

const unwritable = (file: string, cause: unknown): AppError => ({
  code: 'invalidInput',
  what: 'The report cannot be written.',
  where: file,
  why: cause instanceof Error ? cause.message : String(cause),
  next: 'Name a file in a folder that exists and that you may write to.',
});

function render(report: Report, target: OutputTarget, options: ReportOptions): string {
  switch (target.format) {
    case 'json':
      return safeJson(toJsonReport(report, { verdicts: options.verdicts }));
    case 'table': {
      const paint = target.file === undefined ? paintFor(process.stdout, options.color) : plain;
      const fixes = options.verbose ? fixLines(report, paint) : [];
      return [...fixes, toTable(report, { paint, quiet: options.quiet }), ...namespaceLines(report, paint)].join('\n');
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
