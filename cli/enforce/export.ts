import { DEFAULT_ON_UPDATE } from '#core/enforce/update-guards.ts';
import { EXPORT_TITLES, isEngine } from '#core/enforce/other-targets.ts';
import type { OtherTarget } from '#core/enforce/other-targets.ts';
import type { AppError } from '#core/model.ts';
import { fail } from '#cli/finish.ts';
import type { ExportOptions } from '#cli/enforce/run.ts';
import { invalidInput } from '#main/services/errors.ts';

/** Where an export goes: to an engine by a plan, or elsewhere by a policy or a scan. Options that mean nothing there are refused. */
export async function exportTo(options: ExportOptions): Promise<void> {
  const { target } = options;
  const idle = idleOptions(options);
  if (idle.length > 0) fail(notHere(options, idle));
  else if (isEngine(target)) await (await import('#cli/enforce/run.ts')).exportPlan({ ...options, target });
  else await (await import('#cli/enforce/other.ts')).exportOther({ ...options, target });
}

/** Targets that are made from a scan. */
const FROM_SCAN: readonly OtherTarget[] = ['psa', 'cronjob', 'policyreport'];

function idleOptions(options: ExportOptions): readonly string[] {
  const { target, mode, failurePolicy, kubernetes, excludeNamespace, includeSystem, run, set, helm } = options;
  const { policy, onUpdate, yes, rollout, start, step } = options;
  const engine = isEngine(target);
  const several = policy.length > 1 || policy.some(({ namespaces }) => namespaces !== undefined);
  const scoped = engine || target === 'psa';
  return [
    ...(engine || mode.length === 0 ? [] : ['--mode']),
    ...(engine || failurePolicy === undefined ? [] : ['--failure-policy']),
    ...(engine || !helm ? [] : ['--helm']),
    ...(scoped || kubernetes === undefined ? [] : ['--kubernetes']),
    ...(scoped || excludeNamespace.length === 0 ? [] : ['--exclude-namespace']),
    ...(scoped || !includeSystem ? [] : ['--include-system']),
    ...(engine || !several ? [] : ['--policy for namespaces, or more than one']),
    ...(engine || onUpdate === DEFAULT_ON_UPDATE ? [] : ['--on-update']),
    ...(engine || !yes ? [] : ['--yes']),
    ...(engine || !(rollout || start !== undefined || step !== undefined) ? [] : ['--rollout']),
    ...(run === undefined || engine || FROM_SCAN.includes(target) ? [] : ['--run']),
    ...(engine && set.length > 0 ? ['--set'] : []),
  ];
}

const notHere = ({ target }: ExportOptions, idle: readonly string[]): AppError =>
  invalidInput(
    `${idle.join(', ')} ${idle.length === 1 ? 'means' : 'mean'} nothing for the target '${target}'.`,
    idle[0] ?? '',
    `${EXPORT_TITLES[target]} does not know it, and leaving it unsaid would look as if it counted.`,
    'Leave it out; docs/enforcement-places.md says what each target takes.',
  );
