import type { AppError } from '#core/model.ts';
import type { ReportContext } from '#core/report/context.ts';
import type { WorkspaceNow } from '#main/workspace/index.ts';
import { onlyRules } from '#core/policy/policies.ts';
import type { Report } from '#core/report/report.ts';
import { ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Library, Policy } from '#core/rules/model.ts';
import { exitCode, FATAL } from '#cli/exit-code.ts';
import type { ReportOptions } from '#cli/options.ts';
import { note, printError, writeReport } from '#cli/output.ts';

/** The policy that the options ask for, of the workspace or shipped, narrowed to `--rule`. */
export function policyFor(
  options: ReportOptions,
  library: Library,
  find: (name: string) => Result<Policy, AppError>,
): Result<Policy, AppError> {
  const policy = find(options.policy);
  return policy.ok && options.rule.length > 0 ? onlyRules(policy.value, library, options.rule) : policy;
}

export function fail(error: AppError): void {
  printError(error);
  process.exitCode = FATAL;
}

/** What the workspace adds to pages, and to whom things belong; asked for only where a format wants it. */
export interface Beside {
  readonly workspace: WorkspaceNow;
  readonly policy: Policy;
  /** Default: `team`. */
  readonly teamLabel?: string;
  readonly pointer?: ReportContext['pointer'];
}

/** Writes the report in every format asked for and gives the exit code. */
export async function finish(report: Report, options: ReportOptions, beside: Beside): Promise<Result<number, AppError>> {
  const written = await writeReport(report, options, async () =>
    (await import('#main/services/report-context.ts')).contextOf(beside),
  );
  if (!written.ok) return written;
  const code = exitCode(report, options);
  if (code === FATAL) note(fatalText(report), false);
  return ok(code);
}

function fatalText(report: Report): string {
  if (report.status === 'cancelled') return 'plimsoll: the scan was cancelled.';
  if (report.objects.length === 0) return 'plimsoll: nothing was judged. --allow-empty makes that no error.';
  const missing = report.coverage.filter((entry) => !['complete', 'metadataOnly', 'leftOut', 'notAsked'].includes(entry.status));
  const kinds = [...new Set(missing.map((entry) => entry.kind))];
  const what =
    kinds.length === 0
      ? 'something could not be judged'
      : `not read completely: ${kinds.slice(0, 8).join(', ')}${kinds.length > 8 ? ' ...' : ''}`;
  return `plimsoll: ${what}. --allow-incomplete makes that no error.`;
}
