import { isOn } from '#core/policy/effective.ts';
import type { Policy } from '#core/rules/model.ts';

/** A revision of a policy with its inheritance resolved. `at` is ISO 8601. */
export interface PastPolicy {
  readonly at: string;
  readonly number: number;
  readonly policy: Policy;
}

export const rulesHeld = (policy: Policy): number => Object.keys(policy.rules).filter((rule) => isOn(policy, rule)).length;

/** Where the load line stood: how many rules were held at each revision, oldest first, those left out that moved nothing. */
export function ticksOf(revisions: readonly PastPolicy[]): readonly { readonly at: string; readonly rules: number }[] {
  const ticks = inOrder(revisions).map(({ at, policy }) => ({ at, rules: rulesHeld(policy) }));
  return ticks.filter(({ rules }, index) => index === 0 || ticks[index - 1]?.rules !== rules);
}

/** The revision in which a rule came into the policy for the last time; undefined where it is in none, or was from the start. */
export function promotedAt(
  revisions: readonly PastPolicy[],
  rule: string,
): { readonly at: string; readonly number: number } | undefined {
  const ordered = inOrder(revisions);
  const index = ordered.findLastIndex(({ policy }, at) => at > 0 && isOn(policy, rule) && !isOn(ordered[at - 1]?.policy, rule));
  const found = ordered[index];
  return found === undefined || !isOn(ordered.at(-1)?.policy, rule) ? undefined : { at: found.at, number: found.number };
}

const inOrder = (revisions: readonly PastPolicy[]): readonly PastPolicy[] =>
  revisions.toSorted((left, right) => left.number - right.number);
