import type { Progress } from '#core/api/scans.ts';
import type { AppError } from '#core/model.ts';
import { findPolicy, onlyRules } from '#core/policy/policies.ts';
import { buildReport } from '#core/report/build.ts';
import type { Report } from '#core/report/report.ts';
import { ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { Library, Policy } from '#core/rules/model.ts';
import { exitCode, FATAL } from '#cli/exit-code.ts';
import type { ReportOptions } from '#cli/options.ts';
import { note, printError, writeReport } from '#cli/output.ts';
import { progressLine } from '#cli/progress.ts';
import { openApp } from '#main/app.ts';
import type { App } from '#main/app.ts';
import type { FinishedScan, ScanManager } from '#main/scan/manager.ts';

/** The policy that the options ask for, narrowed to `--rule`. */
export function policyFor(options: ReportOptions, library: Library): Result<Policy, AppError> {
  const policy = findPolicy(library, options.policy);
  return policy.ok && options.rule.length > 0 ? onlyRules(policy.value, library, options.rule) : policy;
}

/** Runs with an app that is closed in the end; an error is printed and becomes the exit code. */
export async function withApp(options: { readonly db?: string }, run: (app: App) => Promise<Result<number, AppError>>): Promise<void> {
  const app = openApp({ env: process.env, ...(options.db === undefined ? {} : { database: options.db }) });
  if (!app.ok) {
    fail(app.error);
    return;
  }
  try {
    const result = await run(app.value);
    if (result.ok) process.exitCode = result.value;
    else fail(result.error);
  } finally {
    await app.value.close();
  }
}

export function fail(error: AppError): void {
  printError(error);
  process.exitCode = FATAL;
}

/** Waits for a scan: progress on a terminal, Ctrl-C cancels it and keeps what was read apart. */
export async function followScan(scans: ScanManager, scanId: string, quiet: boolean): Promise<Result<FinishedScan, AppError>> {
  const line = progressLine(quiet);
  const unsubscribe = scans.subscribe((event) => {
    if (event.type === 'progress' && event.progress.scanId === scanId) line.show(event.progress);
  });
  const interrupt = (): void => {
    scans.cancel(scanId);
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    const done = scans.wait(scanId);
    if (done === undefined) throw new Error(`scan ${scanId} is not running`);
    return await done;
  } finally {
    line.clear();
    unsubscribe();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** The report of a stored run through a policy. */
export function reportOf(app: App, scan: FinishedScan, policy: Policy): Report {
  const { store, library } = app;
  const { run } = scan;
  return buildReport(
    {
      run: { ...run, source: { kind: run.source.kind, name: run.source.name } },
      status: run.status,
      ruleSet: run.rulesetId === undefined ? { rules: [] } : store.rulesets.get(run.rulesetId),
      objects: [...store.scans.objects(run.id)],
      coverage: store.runs.coverage(run.id),
      errors: scan.errors,
      notes: scan.notes,
    },
    policy,
    library,
  );
}

/** Writes the report in every format asked for and gives the exit code. */
export function finish(report: Report, options: ReportOptions): Result<number, AppError> {
  writeReport(report, options);
  const code = exitCode(report, options);
  if (code === FATAL) note(fatalText(report), false);
  return ok(code);
}

function fatalText(report: Report): string {
  if (report.status === 'cancelled') return 'plimsoll: the scan was cancelled.';
  if (report.objects.length === 0) return 'plimsoll: nothing was judged. --allow-empty makes that no error.';
  const missing = report.coverage.filter((entry) => !['complete', 'metadataOnly', 'leftOut'].includes(entry.status));
  const kinds = [...new Set(missing.map((entry) => entry.kind))];
  const what = kinds.length === 0 ? 'something could not be judged' : `not read completely: ${kinds.slice(0, 8).join(', ')}${kinds.length > 8 ? ' ...' : ''}`;
  return `plimsoll: ${what}. --allow-incomplete makes that no error.`;
}

export type { Progress };
