import type { Step } from '#core/enforce/actions.ts';
import type { KyvernoApi } from '#core/enforce/kyverno/index.ts';
import type { EnforcementPlan, FailurePolicy } from '#core/enforce/model.ts';
import { plan } from '#core/enforce/plan.ts';
import { planFor, targetFiles, untouchedNamespaces } from '#core/enforce/targets.ts';
import type { Target, TargetOptions } from '#core/enforce/targets.ts';
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
import { workspacePolicies } from '#main/scan/policies.ts';
import { invalidInput } from '#main/services/errors.ts';
import { dayOf } from '#main/services/workspace-lenses.ts';

export interface EnforceOptions extends WorkspaceOptions {
  readonly policy: string;
  readonly mode: readonly Step[];
  readonly kubernetes?: number;
  readonly excludeNamespace: readonly string[];
  readonly includeSystem: boolean;
  readonly target: Target;
}

export interface ExportOptions extends EnforceOptions {
  readonly out: string;
  readonly failurePolicy?: FailurePolicy;
  readonly kyvernoApi?: KyvernoApi;
  readonly kyvernoExceptions?: string;
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

export const exportPlan = (options: ExportOptions): Promise<void> =>
  withApp(options, async (app) => {
    const planned = planOf(app, options, options.failurePolicy ?? 'Ignore');
    if (!planned.ok) return planned;
    if (options.target !== 'kyverno' && (options.kyvernoApi ?? options.kyvernoExceptions) !== undefined) return err(notKyverno());
    if (options.kyvernoExceptions !== undefined && (options.kyvernoApi ?? 'v1') !== 'v1') return err(noExceptions());
    const { made, policy } = planned.value;
    if (made.rules.length === 0) return err(nothing(made));
    const denies = made.rules.filter(({ actions }) => actions.some(({ mode }) => mode === 'deny'));
    if (denies.length > 0 && options.failurePolicy === undefined) return err(notChosen(denies.length));
    const bundle = workspacePolicies(app.workspace, app.library).digest(policy);
    const files = writeExport(targetFiles(options.target, made, bundle, targetOptions(options)), options.out, app.version);
    if (!files.ok) return files;
    for (const { rule, why } of made.skipped) note(`left out: ${rule}: ${why}`);
    answer({ ...planValue(made), bundle, files: files.value }, options, () => files.value.map((file) => `${file}\n`).join(''));
    return ok(CLEAN);
  });

function planOf(app: App, options: EnforceOptions, failurePolicy: FailurePolicy): Result<Planned, AppError> {
  const policy = app.workspace.find(options.policy);
  if (!policy.ok) return policy;
  const excludedNamespaces = [
    ...new Set([...(options.includeSystem ? [] : untouchedNamespaces(options.target)), ...options.excludeNamespace]),
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
  return ok({ policy: policy.value, made: planFor(options.target, made) });
}

const targetOptions = ({ kyvernoApi, kyvernoExceptions }: ExportOptions): TargetOptions => ({
  kyverno: {
    ...(kyvernoApi === undefined ? {} : { api: kyvernoApi }),
    ...(kyvernoExceptions === undefined ? {} : { exceptionsIn: kyvernoExceptions }),
  },
});

const excludedToo = (namespace: string): AppError =>
  invalidInput(
    `The namespace '${namespace}' has a mode and is excluded.`,
    '--mode',
    'Nothing is enforced in excluded namespaces.',
    'Leave out one of the two; --include-system includes those of Kubernetes.',
  );

const notKyverno = (): AppError =>
  invalidInput(
    'Options of Kyverno say nothing of another engine.',
    '--kyverno-api, --kyverno-exceptions',
    'The export is for another target.',
    'Leave them out, or say --target kyverno.',
  );

const noExceptions = (): AppError =>
  invalidInput(
    'Waivers can be exceptions beside policies of v1 only.',
    '--kyverno-exceptions',
    'Exceptions that end by themselves need Kyverno 1.19, which takes v1.',
    'Leave out --kyverno-api; without exceptions waivers are conditions of the policies.',
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
