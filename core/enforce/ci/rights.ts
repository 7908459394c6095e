import type { JsonObject } from '#core/json.ts';
import type { CoverageEntry } from '#core/model.ts';
import { NAMESPACE_KIND } from '#core/policy/kinds-read.ts';
import type { KindsRead } from '#core/policy/kinds-read.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';

/** A kind as RBAC names it. */
export interface Resource {
  readonly group: string;
  readonly resource: string;
}

/** The kinds that a scan asked a cluster for: what is left out by the stated list is never asked for. */
export const servedResources = (coverage: readonly CoverageEntry[]): readonly Resource[] =>
  coverage.filter(({ status, resource }) => status !== 'leftOut' && resource !== '*');

/**
 * What a scan has to list for a policy, each once and in order. Rules that look at every kind need to know which there are
 * (`served`): a right on `*` would be one to read the data of Secrets. Those are in only where their names are wanted.
 */
export function resourcesFor(
  read: KindsRead,
  served: readonly Resource[] | undefined,
  secrets: 'no' | 'names',
): Result<readonly Resource[], readonly string[]> {
  if (read.type === 'any' && served === undefined) return err(read.rules);
  const kinds = read.type === 'any' ? (served ?? []) : read.kinds.filter(({ legacy }) => legacy !== true);
  const wanted = [NAMESPACE_KIND, ...kinds].filter(
    ({ group, resource }) => !isSecrets({ group, resource }) || secrets === 'names',
  );
  const byKey = new Map(wanted.map(({ group, resource }) => [`${group}/${resource}`, { group, resource }]));
  return ok([...byKey.keys()].toSorted().flatMap((key) => byKey.get(key) ?? []));
}

const isSecrets = ({ group, resource }: Resource): boolean => group === '' && resource === 'secrets';

/**
 * Rules of a ClusterRole: lists only. That the namespace kube-system may be read by name is for its UID, by which the history
 * knows the cluster (decisions.md 5). Discovery, the version and questions about oneself are everybody's (system:discovery,
 * system:basic-user).
 */
export function clusterRoleRules(resources: readonly Resource[]): readonly JsonObject[] {
  const groups = Map.groupBy(resources, ({ group }) => group);
  return [
    ...[...groups].map(([group, some]) => ({
      apiGroups: [group],
      resources: some.map(({ resource }) => resource),
      verbs: ['list'],
    })),
    { apiGroups: [''], resources: ['namespaces'], resourceNames: ['kube-system'], verbs: ['get'] },
  ];
}
