import { countsIn } from '#core/decide/waivers.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import { policyRules } from '#core/policy/project.ts';
import type { PolicyRule } from '#core/policy/project.ts';
import { isVaried, variantFacts } from '#core/policy/variants.ts';
import { buildReport, reportFrom } from '#core/report/build.ts';
import type { ReportLens } from '#core/report/build.ts';
import type { Report } from '#core/report/report.ts';
import type { Policy } from '#core/rules/model.ts';
import { boundSource, isBound, reachOf } from '#core/workspace/bindings.ts';
import type { App } from '#main/app.ts';
import type { FinishedScan } from '#main/scan/manager.ts';
import { figuresFrom } from '#main/scan/summary.ts';
import { Variants } from '#main/services/variants.ts';
import { dayOf } from '#main/services/workspace-lenses.ts';
import type { StoredRun } from '#main/store/index.ts';

type Reporting = Pick<App, 'store' | 'library' | 'workspace' | 'now'>;

/**
 * The report of a stored run through a policy, on this day: waivers and debt of the workspace count. Its figures come from the
 * summary that was kept, where that tells them; its objects are read where they are asked for.
 */
export function reportOf(app: Reporting, scan: FinishedScan, policy: Policy): Report {
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
function seenBy(app: Reporting, run: StoredRun, policy: Policy, rules: readonly PolicyRule[]) {
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
