import type { EnforceInput } from '#core/api/enforce.ts';
import type { Step } from '#core/enforce/actions.ts';
import { defaultExcluded } from '#core/enforce/own-namespaces.ts';
import type { EnforceMode, FailurePolicy } from '#core/enforce/model.ts';
import type { Target } from '#core/enforce/targets.ts';
import type { WorkspaceOptions } from '#cli/client.ts';

/** What commands about enforcement are asked with. */
export interface PlanFlags extends WorkspaceOptions {
  readonly policy: string;
  readonly target?: Target;
  readonly mode: readonly Step[];
  readonly kubernetes?: number;
  readonly excludeNamespace: readonly string[];
  readonly includeSystem: boolean;
  readonly failurePolicy?: FailurePolicy;
  readonly rollout?: boolean;
  readonly start?: string;
  readonly step?: EnforceMode;
}

/** The same as the contract has it. */
export function inputOf(flags: PlanFlags, scanId?: string): EnforceInput {
  const {
    policy,
    target = 'vap',
    mode,
    kubernetes,
    excludeNamespace,
    includeSystem,
    failurePolicy,
    rollout,
    start,
    step,
  } = flags;
  return {
    policy,
    target,
    steps: mode.map(({ mode: most, namespaces }) => ({
      mode: most,
      ...(namespaces === undefined ? {} : { namespaces: [...namespaces] }),
    })),
    excludedNamespaces: [...(includeSystem ? [] : defaultExcluded(target)), ...excludeNamespace],
    kubernetes: `1.${kubernetes ?? 30}`,
    ...(failurePolicy === undefined ? {} : { failurePolicy }),
    ...(scanId === undefined ? {} : { scanId }),
    ...(rollout === true
      ? { rollout: { ...(start === undefined ? {} : { start }), ...(step === undefined ? {} : { step }) } }
      : {}),
  };
}
