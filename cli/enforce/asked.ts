import type { EnforceInput } from '#core/api/enforce.ts';
import type { Step } from '#core/enforce/actions.ts';
import type { EnforceMode, FailurePolicy } from '#core/enforce/model.ts';
import type { KyvernoApi } from '#core/enforce/kyverno/index.ts';
import type { OnUpdate } from '#core/enforce/update-guards.ts';
import { untouchedNamespaces } from '#core/enforce/targets.ts';
import type { Target } from '#core/enforce/targets.ts';
import type { WorkspaceOptions } from '#cli/client.ts';

/** A policy by its name, and where it counts: in these namespaces, or in all that no other names. */
export interface PolicyChoice {
  readonly name: string;
  readonly namespaces?: readonly string[];
}

/** What commands about enforcement are asked with. */
export interface PlanFlags extends WorkspaceOptions {
  /** None: the default policy. */
  readonly policy: readonly PolicyChoice[];
  readonly target?: Target;
  readonly mode: readonly Step[];
  readonly kubernetes?: number;
  readonly excludeNamespace: readonly string[];
  readonly includeSystem: boolean;
  readonly onUpdate?: OnUpdate;
  readonly failurePolicy?: FailurePolicy;
  readonly helm?: boolean;
  readonly kyvernoApi?: KyvernoApi;
  readonly kyvernoExceptions?: string;
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
    onUpdate,
    helm = false,
    kyvernoApi,
    kyvernoExceptions,
    failurePolicy,
    rollout,
    start,
    step,
  } = flags;
  const [first = { policy: 'default' }, ...others] = policy.map(({ name, namespaces }) => ({
    policy: name,
    ...(namespaces === undefined ? {} : { namespaces: [...namespaces] }),
  }));
  return {
    ...first,
    others,
    target,
    helm,
    kyverno: {
      ...(kyvernoApi === undefined ? {} : { api: kyvernoApi }),
      ...(kyvernoExceptions === undefined ? {} : { exceptionsIn: kyvernoExceptions }),
    },
    steps: mode.map(({ mode: most, namespaces }) => ({
      mode: most,
      ...(namespaces === undefined ? {} : { namespaces: [...namespaces] }),
    })),
    excludedNamespaces: [...(includeSystem ? [] : untouchedNamespaces(target)), ...excludeNamespace],
    ...(kubernetes === undefined ? {} : { kubernetes: `1.${kubernetes}` }),
    ...(onUpdate === undefined ? {} : { onUpdate }),
    ...(failurePolicy === undefined ? {} : { failurePolicy }),
    ...(scanId === undefined ? {} : { scanId }),
    ...(rollout === true
      ? { rollout: { ...(start === undefined ? {} : { start }), ...(step === undefined ? {} : { step }) } }
      : {}),
  };
}
