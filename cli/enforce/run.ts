import { resolve } from 'node:path';
import type { EnforcePreview, EnforceRule } from '#core/api/enforce.ts';
import type { Step } from '#core/enforce/actions.ts';
import type { EnforceMode, FailurePolicy } from '#core/enforce/model.ts';
import type { OnUpdate } from '#core/enforce/update-guards.ts';
import type { ExportTarget } from '#core/enforce/other-targets.ts';
import type { Target } from '#core/enforce/targets.ts';
import type { KyvernoApi } from '#core/enforce/kyverno/index.ts';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { answer, scanNamed, withClient } from '#cli/client.ts';
import type { Session, WorkspaceOptions } from '#cli/client.ts';
import { inputOf } from '#cli/enforce/asked.ts';
import type { PolicyChoice } from '#cli/enforce/asked.ts';
import { bypassText } from '#cli/enforce/safety-text.ts';
import { planText, planValue } from '#cli/enforce/text.ts';
import { CLEAN } from '#cli/exit-code.ts';
import { note } from '#cli/output.ts';
import { latestRun } from '#cli/run.ts';
import { notConfirmed } from '#main/services/enforce-errors.ts';
import { invalidInput } from '#main/services/errors.ts';

export interface EnforceOptions extends WorkspaceOptions {
  /** Scan that shows what is there; `latest`: the newest, `none`: no scan. */
  readonly run: string;
  /** None: the default policy. */
  readonly policy: readonly PolicyChoice[];
  readonly mode: readonly Step[];
  readonly kubernetes?: number;
  readonly excludeNamespace: readonly string[];
  readonly includeSystem: boolean;
  readonly onUpdate: OnUpdate;
}

export interface PlanOptions extends EnforceOptions {
  readonly target: Target;
}

export interface ExportOptions extends Omit<EnforceOptions, 'run'> {
  readonly run?: string;
  readonly target: ExportTarget;
  readonly out: string;
  readonly failurePolicy?: FailurePolicy;
  /** Rules that refuse what is there are exported all the same. */
  readonly yes: boolean;
  readonly rollout: boolean;
  readonly start?: string;
  readonly step?: EnforceMode;
  /** `name=value`, for targets that have settings. */
  readonly set: readonly string[];
  /** As a Helm chart. */
  readonly helm: boolean;
  readonly kyvernoApi?: KyvernoApi;
  readonly kyvernoExceptions?: string;
}

export const showPlan = (options: PlanOptions): Promise<void> =>
  withClient(options, async (session) => {
    const scan = scanOf(session, options.run);
    if (!scan.ok) return scan;
    const preview = await session.client.enforce.preview(inputOf(options, scan.value));
    if (!preview.ok) return preview;
    const { bypass } = preview.value;
    answer({ ...planValue(preview.value), bypass }, options, () => `${planText(preview.value)}${bypassText(bypass)}`);
    return ok(CLEAN);
  });

/** The newest scan where there is one; none is no error. */
function scanOf(session: Session, run: string): Result<string | undefined, AppError> {
  if (run === 'none') return ok(undefined);
  if (run === 'latest') return ok(latestRun(session.app, undefined));
  return scanNamed(session, run);
}

export const exportPlan = (options: ExportOptions & { readonly target: Target }): Promise<void> =>
  withClient(options, async (session) => {
    const { client } = session;
    const kyverno = kyvernoProblem(options);
    if (kyverno !== undefined) return err(kyverno);
    const scan = scanOf(session, options.run ?? 'latest');
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

function kyvernoProblem({ target, kyvernoApi, kyvernoExceptions }: ExportOptions): AppError | undefined {
  if (target !== 'kyverno' && (kyvernoApi ?? kyvernoExceptions) !== undefined) return notKyverno();
  return kyvernoExceptions !== undefined && (kyvernoApi ?? 'v1') !== 'v1' ? noExceptions() : undefined;
}

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

const YES = 'Fix or waive them, go no further than --mode warn, or say --yes.';

const isDenied = ({ actions }: EnforceRule): boolean => actions.some(({ mode }) => mode === 'deny');

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
