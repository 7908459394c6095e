import { resolve } from 'node:path';
import type { EnforcePreview, EnforceRule } from '#core/api/enforce.ts';
import type { Step } from '#core/enforce/actions.ts';
import type { EnforceMode, EnforcementPlan, FailurePolicy } from '#core/enforce/model.ts';
import { plan } from '#core/enforce/plan.ts';
import type { Target } from '#core/enforce/targets.ts';
import type { AppError } from '#core/model.ts';
import type { Policy } from '#core/rules/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { answer, scanNamed, withClient } from '#cli/client.ts';
import type { Session, WorkspaceOptions } from '#cli/client.ts';
import { inputOf } from '#cli/enforce/asked.ts';
import { bypassText } from '#cli/enforce/safety-text.ts';
import { planText, planValue } from '#cli/enforce/text.ts';
import { CLEAN } from '#cli/exit-code.ts';
import { note } from '#cli/output.ts';
import { latestRun } from '#cli/run.ts';
import type { App } from '#main/app.ts';
import { excludedToo, notConfirmed } from '#main/services/enforce-errors.ts';
import { invalidInput } from '#main/services/errors.ts';
import { dayOf } from '#main/services/workspace-lenses.ts';

export interface EnforceOptions extends WorkspaceOptions {
  /** Scan that shows what is there; `last`: the newest, `none`: no scan. */
  readonly run: string;
  readonly policy: string;
  readonly mode: readonly Step[];
  readonly kubernetes?: number;
  readonly excludeNamespace: readonly string[];
  readonly includeSystem: boolean;
}

export interface ExportOptions extends EnforceOptions {
  readonly target: Target;
  readonly out: string;
  readonly failurePolicy?: FailurePolicy;
  /** Rules that refuse what is there are exported all the same. */
  readonly yes: boolean;
  readonly rollout: boolean;
  readonly start?: string;
  readonly step?: EnforceMode;
}

interface Planned {
  readonly policy: Policy;
  readonly made: EnforcementPlan;
}

export const showPlan = (options: EnforceOptions): Promise<void> =>
  withClient(options, async (session) => {
    const planned = planOf(session.app, options, 'Ignore');
    if (!planned.ok) return planned;
    const scan = scanOf(session, options.run);
    if (!scan.ok) return scan;
    const preview = await session.client.enforce.preview(inputOf(options, scan.value));
    if (!preview.ok) return preview;
    const { bypass } = preview.value;
    const { made } = planned.value;
    answer({ ...planValue(made), bypass }, options, () => `${planText(made)}${bypassText(bypass)}`);
    return ok(CLEAN);
  });

/** The newest scan where there is one; none is no error. */
function scanOf(session: Session, run: string): Result<string | undefined, AppError> {
  if (run === 'none') return ok(undefined);
  if (run === 'last') return ok(latestRun(session.app, undefined));
  return scanNamed(session, run);
}

export const exportPlan = (options: ExportOptions): Promise<void> =>
  withClient(options, async (session) => {
    const { client } = session;
    const scan = scanOf(session, options.run);
    if (!scan.ok) return scan;
    const asked = inputOf(options, scan.value);
    const preview = await client.enforce.preview(asked);
    if (!preview.ok) return preview;
    const { rules, skipped, liveFailures, needs, bundle } = preview.value;
    if (rules.length === 0) return err(nothing(preview.value));
    if (needs.includes('failurePolicy')) return err(notChosen(rules.filter(isDenied).length));
    if (liveFailures.length > 0 && !options.yes) return err(notConfirmed(liveFailures, YES));
    const confirmed = liveFailures.map(({ rule }) => rule);
    const saved = await client.enforce.save({ ...asked, folder: resolve(options.out), confirmed });
    if (!saved.ok) return saved;
    for (const { rule, why } of skipped) note(`left out: ${rule}: ${why}`);
    const { files, commands } = saved.value;
    const { policy, kubernetes, excludedNamespaces } = preview.value;
    const value = { policy, kubernetes, excludedNamespaces, rules, skipped, bundle, files, commands };
    answer(value, options, () => files.map((file) => `${file}\n`).join(''));
    return ok(CLEAN);
  });

const YES = 'Fix or waive them, go no further than --mode warn, or say --yes.';

const isDenied = ({ actions }: EnforceRule): boolean => actions.some(({ mode }) => mode === 'deny');

function planOf(app: App, options: EnforceOptions, failurePolicy: FailurePolicy): Result<Planned, AppError> {
  const policy = app.workspace.find(options.policy);
  if (!policy.ok) return policy;
  const excludedNamespaces = [...new Set(inputOf(options).excludedNamespaces)].toSorted();
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

const nothing = ({ policy, skipped }: Pick<EnforcePreview, 'policy' | 'skipped'>): AppError =>
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
