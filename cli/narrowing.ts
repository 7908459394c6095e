import { kindsRead, notAskedFor } from '#core/policy/kinds-read.ts';
import type { Library, Policy } from '#core/rules/model.ts';
import type { StartOptions } from '#main/scan/manager.ts';

/** How a scan is told to read less than everything. */
export interface NarrowingOptions {
  readonly policyKinds: boolean;
  readonly withoutSecrets: boolean;
}

export const narrowed = (
  { policyKinds, withoutSecrets }: NarrowingOptions,
  policy: Policy,
  library: Library,
): Pick<StartOptions, 'notAsked'> =>
  policyKinds || withoutSecrets
    ? { notAsked: notAskedFor({ withoutSecrets, ...(policyKinds ? { read: kindsRead(policy, library) } : {}) }) }
    : {};
