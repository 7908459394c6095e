import type { AppError } from '#core/model.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import { policyRules } from '#core/policy/project.ts';
import { buildReport, reportFrom } from '#core/report/build.ts';
import type { Report } from '#core/report/report.ts';
import type { Result } from '#core/result.ts';
import type { Policy } from '#core/rules/model.ts';
import { fail } from '#cli/finish.ts';
import { progressLine } from '#cli/progress.ts';
import { openApp } from '#main/app.ts';
import type { App } from '#main/app.ts';
import type { FinishedScan, ScanManager } from '#main/scan/manager.ts';
import { figuresFrom } from '#main/scan/summary.ts';

/** Runs with an app that is closed in the end; an error is printed and becomes the exit code. */
export async function withApp(
  options: { readonly db?: string },
  run: (app: App) => Promise<Result<number, AppError>>,
): Promise<void> {
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

/** The report of a stored run through a policy: its figures from the summary that was kept, its objects where they are asked for. */
export function reportOf(app: App, scan: FinishedScan, policy: Policy): Report {
  const { store, library } = app;
  const { run } = scan;
  const result = {
    run: { ...run, source: { kind: run.source.kind, name: run.source.name } },
    status: run.status,
    ruleSet: run.rulesetId === undefined ? { rules: [] } : store.rulesets.get(run.rulesetId),
    coverage: store.runs.coverage(run.id),
    errors: scan.errors,
    notes: scan.notes,
    work: { evaluated: run.evaluated, requests: run.requests },
  };
  const read = (): readonly ScanObject[] => scan.objects ?? [...store.scans.objects(run.id)];
  // Equal objects in several files are one in the summary, and each by its place in a report.
  const summary = run.source.kind === 'cluster' ? store.summaries.of(run.id) : undefined;
  const figures =
    summary === undefined ? undefined : figuresFrom(summary, run.objects, policyRules(policy, library.rules, result.ruleSet));
  return figures === undefined
    ? buildReport({ ...result, objects: read() }, policy, library)
    : reportFrom(result, figures, read, policy, library);
}

/** The newest whole run, of one source where a name is given. */
export function latestRun(app: App, sourceName: string | undefined): string | undefined {
  const sources = app.store.sources.list().filter((source) => sourceName === undefined || source.name === sourceName);
  if (sources.length === 0) return undefined;
  return app.store.runs.list({ limit: 1, sources: sources.map((source) => source.id), statuses: ['complete', 'incomplete'] })
    .runs[0]?.id;
}
