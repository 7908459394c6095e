import type { AppError } from '#core/model.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import { policyRules } from '#core/policy/project.ts';
import { countsIn } from '#core/decide/waivers.ts';
import type { PolicyRule } from '#core/policy/project.ts';
import { isVaried, variantFacts } from '#core/policy/variants.ts';
import { boundSource, isBound, reachOf } from '#core/workspace/bindings.ts';
import { buildReport, reportFrom } from '#core/report/build.ts';
import type { ReportLens } from '#core/report/build.ts';
import type { Report } from '#core/report/report.ts';
import type { Result } from '#core/result.ts';
import type { Policy } from '#core/rules/model.ts';
import { fail } from '#cli/finish.ts';
import { progressLine } from '#cli/progress.ts';
import { openApp } from '#main/app.ts';
import type { App } from '#main/app.ts';
import type { FinishedScan, ScanManager } from '#main/scan/manager.ts';
import { figuresFrom } from '#main/scan/summary.ts';
import { Variants } from '#main/services/variants.ts';
import { dayOf } from '#main/services/workspace-lenses.ts';
import type { StoredRun } from '#main/store/index.ts';

/** Runs with an app that is closed in the end; an error is printed and becomes the exit code. */
export async function withApp(
  options: { readonly db?: string; readonly workspace?: string },
  run: (app: App) => Promise<Result<number, AppError>>,
): Promise<void> {
  const app = openApp({
    env: process.env,
    ...(options.db === undefined ? {} : { database: options.db }),
    ...(options.workspace === undefined ? {} : { workspace: options.workspace }),
  });
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

/**
 * The report of a stored run through a policy, on this day: waivers and debt of the workspace count. Its figures come from the
 * summary that was kept, where that tells them; its objects are read where they are asked for.
 */
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
  const rules = policyRules(policy, library.rules, result.ruleSet);
  const seen = seenBy(app, run, policy, rules);
  // Equal objects in several files are one in the summary, and each by its place in a report.
  const summary = run.source.kind === 'cluster' && seen === undefined ? store.summaries.of(run.id) : undefined;
  const figures = summary === undefined ? undefined : figuresFrom(summary, run.objects, rules);
  if (figures !== undefined) return reportFrom(result, figures, read, policy, library);
  const objects = read();
  return buildReport({ ...result, objects }, policy, library, { ...seen?.lens, ...seen?.variants(objects) });
}

/** What the workspace adds to a policy's rules; undefined where it adds nothing, so that kept figures stand. */
function seenBy(app: App, run: StoredRun, policy: Policy, rules: readonly PolicyRule[]) {
  const { workspace: roster, waivers, debts } = app.workspace.now().read.content;
  const debt = debts.find((one) => one.policy === policy.name && one.source === run.source.name)?.entries ?? [];
  const counting = waivers.filter((waiver) => countsIn(waiver, policy.name));
  const varied = rules.filter(isVaried);
  // Files that somebody names are judged by the policy that somebody names; of a cluster it governs what it is bound to.
  const governs = run.source.kind !== 'manifests' && run.source.kind !== 'ci' && isBound(roster.bindings, policy.name);
  const plain = counting.length + debt.length + varied.length === 0 && rules.every(({ scope }) => scope === undefined);
  if (plain && !governs) return undefined;
  const judges = new Variants(app.store, app.library);
  return {
    lens: {
      waivers: counting,
      debt,
      today: dayOf(app.now()),
      ...(governs ? { reach: reachOf(roster.bindings, boundSource(roster, run.source.name, run.labels), policy.name) } : {}),
    },
    variants: (objects: readonly ScanObject[]): Pick<ReportLens, 'variant'> => ({
      variant: (rule) => (isVaried(rule) ? variantFacts(objects, judges.of(rule, run.kubernetesMinor)) : undefined),
    }),
  };
}

/** The newest whole run, of one source where a name is given. */
export function latestRun(app: App, sourceName: string | undefined): string | undefined {
  const sources = app.store.sources.list().filter((source) => sourceName === undefined || source.name === sourceName);
  if (sources.length === 0) return undefined;
  return app.store.runs.list({ limit: 1, sources: sources.map((source) => source.id), statuses: ['complete', 'incomplete'] })
    .runs[0]?.id;
}

export const noScan = (where: string): AppError => ({
  code: 'notFound',
  what: 'There is no finished scan to look at.',
  where,
  why: 'None was kept in this database, or none of the source that was asked for.',
  next: "Make one: 'plimsoll scan', or 'plimsoll test FILES --record'.",
});
