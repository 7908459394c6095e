import type { ResourceMatch, ResourceRule } from '#core/enforce/model.ts';
import { kindsWithPodSpec } from '#core/evaluate/variables.ts';
import { oncePer } from '#core/once.ts';
import { isNamespaced } from '#core/inventory/namespaced.ts';
import type { MatchedKind, Matcher, Matchers } from '#core/rules/model.ts';

/** Written every few seconds, by machines, and read by no scan. */
const NEVER: readonly ResourceRule[] = [
  { apiGroups: ['coordination.k8s.io'], apiVersions: ['*'], resources: ['leases'], kinds: ['Lease'] },
  { apiGroups: ['', 'events.k8s.io'], apiVersions: ['*'], resources: ['events'], kinds: ['Event'] },
];

/**
 * By these a Pod gets other containers and other limits behind the back of a policy that knows `pods` only. Each changes one field:
 * rules that do not name it are not asked, or nobody could debug or resize a Pod that is older than they are.
 */
const POD_SUBRESOURCES: readonly { readonly resource: string; readonly changes: RegExp }[] = [
  { resource: 'pods/ephemeralcontainers', changes: /\bephemeralContainers\b/ },
  { resource: 'pods/resize', changes: /\bresources\b/ },
];

const ANY: readonly ResourceRule[] = [{ apiGroups: ['*'], apiVersions: ['*'], resources: ['*'], kinds: ['*'] }];

/** Kinds of a matcher that an API server may serve. */
export const servedKinds = oncePer((matcher: Matcher): readonly MatchedKind[] | 'any' =>
  matcher.kinds === 'any' ? 'any' : matcher.kinds.filter(({ legacy }) => legacy !== true),
);

/** All that have a pod spec. */
export const servedWithPodSpec = oncePer((matchers: Matchers) =>
  kindsWithPodSpec(matchers).filter(({ legacy }) => legacy !== true),
);

/** The resources of kinds, those of one group and the same versions together; `texts` is all CEL that judges them. */
export function resourceMatch(
  kinds: readonly MatchedKind[] | 'any',
  texts: readonly string[],
): Omit<ResourceMatch, 'operations'> {
  const subresources = POD_SUBRESOURCES.filter(({ changes }) => texts.some((text) => changes.test(text))).map(
    ({ resource }) => resource,
  );
  if (kinds === 'any') return { rules: [...ANY, ...podRules(subresources)], except: NEVER, clusterScoped: true };
  const groups = new Map<string, { readonly kind: MatchedKind; readonly resources: string[]; readonly names: string[] }>();
  for (const kind of kinds) {
    const key = [kind.group, ...kind.versions].join(' ');
    const group = groups.get(key) ?? { kind, resources: [], names: [] };
    group.resources.push(kind.resource, ...(kind.group === '' && kind.kind === 'Pod' ? subresources : []));
    group.names.push(kind.kind);
    groups.set(key, group);
  }
  const rules = [...groups.values()].map(({ kind: { group, versions }, resources, names }) => ({
    apiGroups: [group],
    apiVersions: versions,
    resources: resources.toSorted(),
    kinds: [...new Set(names)].toSorted(),
  }));
  return {
    rules,
    except: [],
    clusterScoped: !kinds.every(({ group, kind, namespaced }) => namespaced === true || isNamespaced(group, kind)),
  };
}

/** `*` does not stand for subresources. */
const podRules = (resources: readonly string[]): readonly ResourceRule[] =>
  resources.length === 0 ? [] : [{ apiGroups: [''], apiVersions: ['v1'], resources, kinds: ['Pod'] }];
