import type { Action, PlannedRule } from '#core/enforce/model.ts';
import { hashOf } from '#core/rules/hash.ts';

/** With a rule id of 40 characters, a variant and a message of 110, a whole warning of the API server stays within 256 (decisions.md 18). */
export const policyName = ({ rule, variant }: Pick<PlannedRule, 'rule' | 'variant'>): string =>
  `plimsoll-${rule}${variant === undefined ? '' : `-${variant}`}`;

/** `plimsoll-<mode>-<8 hex>`: the same for the same rule of the same policy in the same namespaces. */
export const bindingName = (
  policy: string,
  { rule, collection }: Pick<PlannedRule, 'rule' | 'collection'>,
  { mode, namespaces, exceptNamespaces }: Action,
): string =>
  `plimsoll-${mode}-${hashOf([policy, collection === undefined ? rule : [rule, collection], mode, [...(namespaces ?? [])], [...(exceptNamespaces ?? [])]]).slice(0, 8)}`;
