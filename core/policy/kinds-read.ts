import { settingOf } from '#core/policy/effective.ts';
import type { Library, MatchedKind, Policy } from '#core/rules/model.ts';

/** What a scan has to read for a policy: certain kinds, or all that there are, and the rules because of which. */
export type KindsRead =
  | { readonly type: 'some'; readonly kinds: readonly MatchedKind[] }
  | { readonly type: 'any'; readonly rules: readonly string[] };

/** The kinds that the rules of a policy look at, each once, in the library's order. */
export function kindsRead(policy: Policy, { rules, matchers }: Library): KindsRead {
  const kinds = new Map<string, MatchedKind>();
  const any: string[] = [];
  for (const rule of rules) {
    if ((settingOf(policy, rule.id)?.mode ?? 'off') === 'off') continue;
    const matched = matchers.matchers[rule.match]?.kinds ?? 'any';
    if (matched === 'any') any.push(rule.id);
    else for (const kind of matched) kinds.set(kindKey(kind), kind);
  }
  return any.length > 0 ? { type: 'any', rules: any } : { type: 'some', kinds: [...kinds.values()] };
}

export const kindKey = ({ group, kind }: { readonly group: string; readonly kind: string }): string => `${group}/${kind}`;

/** Read whatever the policy: labels of a namespace say whose its objects are (decisions.md 22). */
export const NAMESPACE_KIND = { group: '', kind: 'Namespace', resource: 'namespaces' } as const;

export interface Narrowing {
  /** Only what the rules of this policy look at. */
  readonly read?: KindsRead;
  /** Without even the names of Secrets. */
  readonly withoutSecrets: boolean;
}

/** Why a scan that is narrowed so does not ask for a kind; undefined where it does. */
export function notAskedFor({
  read,
  withoutSecrets,
}: Narrowing): (kind: { readonly group: string; readonly kind: string }) => string | undefined {
  const wanted = read?.type === 'some' ? new Set([...read.kinds, NAMESPACE_KIND].map(kindKey)) : undefined;
  return (kind) => {
    const key = kindKey(kind);
    if (withoutSecrets && key === '/Secret') return 'Not asked for (--without-secrets). What was not read is not evaluated.';
    if (wanted === undefined || wanted.has(key)) return undefined;
    return 'Not asked for (--policy-kinds): no rule of the policy looks at it.';
  };
}
