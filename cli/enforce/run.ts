import type { Step } from '#core/enforce/actions.ts';
import { SYSTEM_NAMESPACES } from '#core/enforce/model.ts';
import type { EnforcementPlan, FailurePolicy } from '#core/enforce/model.ts';
import { plan } from '#core/enforce/plan.ts';
import type { ExportFile } from '#core/enforce/files.ts';
import { chartFiles } from '#core/enforce/helm.ts';
import { EXPORT_TITLES } from '#core/enforce/other-targets.ts';
import type { ExportTarget } from '#core/enforce/other-targets.ts';
import { targetFiles } from '#core/enforce/targets.ts';
import type { Target } from '#core/enforce/targets.ts';
import type { AppError } from '#core/model.ts';
import type { Policy } from '#core/rules/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { answer } from '#cli/client.ts';
import type { WorkspaceOptions } from '#cli/client.ts';
import { planText, planValue } from '#cli/enforce/text.ts';
import { CLEAN } from '#cli/exit-code.ts';
import { note } from '#cli/output.ts';
import { withApp } from '#cli/run.ts';
import type { App } from '#main/app.ts';
import { writeExport } from '#main/enforce/write.ts';
import { bodyText } from '#main/enforce/yaml.ts';
import { workspacePolicies } from '#main/scan/policies.ts';
import { invalidInput } from '#main/services/errors.ts';
import { dayOf } from '#main/services/workspace-lenses.ts';
import { VERSION } from '#main/version.ts';

export interface EnforceOptions extends WorkspaceOptions {
  readonly policy: string;
  readonly mode: readonly Step[];
  readonly kubernetes?: number;
  readonly excludeNamespace: readonly string[];
  readonly includeSystem: boolean;
}

export interface ExportOptions extends EnforceOptions {
  readonly target: ExportTarget;
  readonly out: string;
  readonly failurePolicy?: FailurePolicy;
  /** Scan that the export is made from, for targets that are. */
  readonly run?: string;
  /** `name=value`, for targets that have settings. */
  readonly set: readonly string[];
  /** As a Helm chart. */
  readonly helm: boolean;
}

interface Planned {
  readonly policy: Policy;
  readonly made: EnforcementPlan;
}

export const showPlan = (options: EnforceOptions): Promise<void> =>
  withApp(options, async (app) => {
    const planned = planOf(app, options, 'Ignore');
    if (!planned.ok) return planned;
    answer(planValue(planned.value.made), options, () => planText(planned.value.made));
    return ok(CLEAN);
  });

export const exportPlan = (options: ExportOptions & { readonly target: Target }): Promise<void> =>
  withApp(options, async (app) => {
    const planned = planOf(app, options, options.failurePolicy ?? 'Ignore');
    if (!planned.ok) return planned;
    const { made, policy } = planned.value;
    if (made.rules.length === 0) return err(nothing(made));
    const denies = made.rules.filter(({ actions }) => actions.some(({ mode }) => mode === 'deny'));
    if (denies.length > 0 && options.failurePolicy === undefined) return err(notChosen(denies.length));
    const bundle = workspacePolicies(app.workspace, app.library).digest(policy);
    const exported = packed(targetFiles(options.target, made, bundle), made, bundle, options);
    if (!exported.ok) return exported;
    const files = writeExport(exported.value, options.out, app.version);
    if (!files.ok) return files;
    for (const { rule, why } of made.skipped) note(`left out: ${rule}: ${why}`);
    answer({ ...planValue(made), bundle, files: files.value }, options, () => files.value.map((file) => `${file}\n`).join(''));
    return ok(CLEAN);
  });

function planOf(app: App, options: EnforceOptions, failurePolicy: FailurePolicy): Result<Planned, AppError> {
  const policy = app.workspace.find(options.policy);
  if (!policy.ok) return policy;
  const excludedNamespaces = [
    ...new Set([...(options.includeSystem ? [] : SYSTEM_NAMESPACES), ...options.excludeNamespace]),
  ].toSorted();
  const both = options.mode.flatMap(({ namespaces }) => namespaces ?? []).find((name) => excludedNamespaces.includes(name));
  if (both !== undefined) return err(excludedToo(both));
  const made = plan(policy.value, app.library, {
    waivers: app.workspace.now().read.content.waivers,
    today: dayOf(app.now()),
    steps: options.mode,
    excludedNamespaces,
    failurePolicy,
    ...(options.kubernetes === undefined ? {} : { minor: options.kubernetes }),
  });
  return ok({ policy: policy.value, made });
}

/** As plain files, or as a chart. */
function packed(
  files: readonly ExportFile[],
  made: EnforcementPlan,
  bundle: string,
  { target, helm }: ExportOptions,
): Result<readonly ExportFile[], AppError> {
  if (!helm) return ok(files);
  const chart = chartFiles(files, { plan: made, title: EXPORT_TITLES[target], target, bundle, version: VERSION }, bodyText);
  return chart.ok ? chart : err(noChart(target, chart.error));
}

const noChart = (target: ExportTarget, why: string): AppError =>
  invalidInput(
    `The target '${target}' cannot be a Helm chart.`,
    '--helm',
    `${why.charAt(0).toUpperCase()}${why.slice(1)}.`,
    'Leave out --helm, and apply the files in their order.',
  );

const excludedToo = (namespace: string): AppError =>
  invalidInput(
    `The namespace '${namespace}' has a mode and is excluded.`,
    '--mode',
    'Nothing is enforced in excluded namespaces.',
    'Leave out one of the two; --include-system includes those of Kubernetes.',
  );

const nothing = ({ policy, skipped }: EnforcementPlan): AppError =>
  invalidInput(
    `Nothing of the policy '${policy}' can be enforced.`,
    '--policy',
    skipped[0] === undefined ? 'It switches on no rule.' : `${skipped[0].rule}: ${skipped[0].why}.`,
    `'plimsoll enforce plan -p ${policy}' says why of each rule.`,
  );

const notChosen = (rules: number): AppError =>
  invalidInput(
    `${rules} ${rules === 1 ? 'rule denies' : 'rules deny'}, and nothing says what happens where one cannot be computed.`,
    '--failure-policy',
    'Ignore lets such a request through; Fail refuses it, which can stand in the way of the cluster itself.',
    'Choose --failure-policy Ignore or Fail, or begin with --mode audit or --mode warn.',
  );
