import type { JsonObject } from '#core/json.ts';
import type { EffectivePolicy } from '#core/policy/effective.ts';
import { countsIn } from '#core/decide/waivers.ts';
import type { Waiver } from '#core/workspace/model.ts';

const API_VERSION = 'plimsoll.dev/v1';

/**
 * The documents that a job needs to judge by a policy as this workspace does, and no others: the policy with its inheritance
 * resolved (what ships needs no file), the waivers that count in it, and custom rules as they stand. The bundle digest is the same.
 */
export function workspaceDocuments(
  { name, title, rules, origin }: EffectivePolicy,
  waivers: readonly Waiver[],
  customRules: readonly JsonObject[],
): readonly JsonObject[] {
  const policy = { apiVersion: API_VERSION, kind: 'Policy', name, title, rules: plain(rules) };
  return [
    ...(origin === 'workspace' ? [policy] : []),
    ...waivers
      .filter((waiver) => countsIn(waiver, name))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .map((waiver) => ({ apiVersion: API_VERSION, kind: 'Waiver', ...plain(waiver) })),
    ...customRules,
  ];
}

/** Without what is undefined. */
const plain = (value: object): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;
