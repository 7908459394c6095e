import type { Bypass } from '#core/api/enforce.ts';
import { bypassers, exemptions } from '#core/enforce/bypass.ts';
import { groupOf } from '#core/model.ts';
import { viewCoverage } from '#core/policy/coverage.ts';
import type { DeepReadonly } from '#main/rpc/services.ts';
import type { Planned } from '#main/services/enforce-plan.ts';
import type { ReplayedRun } from '#main/services/enforce-run.ts';
import type { Store } from '#main/store/index.ts';

const RBAC = 'rbac.authorization.k8s.io';
const KINDS = ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'];

/** Names of bindings that are told of each, and people at most. */
const MOST_BINDINGS = 5;
const MOST = 100;

/** Who could switch a target's export off, by what the scan read. */
export function bypassOf(store: Store, { target, made }: Planned, replayed: ReplayedRun | undefined): DeepReadonly<Bypass> {
  const told = { exemptions: exemptions(target, made.excludedNamespaces) };
  if (replayed === undefined) return { ...told, who: [], total: 0, unknown: 'No scan is chosen.' };
  const bodies = replayed.objects.flatMap(({ apiVersion, kind }, at) => {
    const body = groupOf(apiVersion) === RBAC && KINDS.includes(kind) ? replayed.body(at) : undefined;
    return body === undefined ? [] : [body];
  });
  const found = bypassers(bodies, target);
  const unknown = whyUnknown(store, replayed);
  return {
    ...told,
    who: found.slice(0, MOST).map((one) => ({ ...one, by: one.by.slice(0, MOST_BINDINGS) })),
    total: found.length,
    ...(unknown === undefined ? {} : { unknown }),
  };
}

function whyUnknown(store: Store, { run }: ReplayedRun): string | undefined {
  if (run.source.kind !== 'cluster' && run.source.kind !== 'snapshot') return 'Files do not say who may do what in the cluster.';
  const { missing, seen } = viewCoverage(store.runs.coverage(run.id));
  for (const kind of KINDS) {
    const key = `${RBAC}/${kind}`;
    const reason = missing.get(key) ?? missing.get(`${RBAC}/*`) ?? (seen.has(key) ? undefined : 'the scan did not ask for them');
    if (reason !== undefined) return `The scan could not read ${kind}s: ${reason}`;
  }
  return undefined;
}
