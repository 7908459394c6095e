import { at, isArray, isObject, textAt } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';

/** Who may switch an export off or step around it, by the RBAC objects of a scan; what stands outside RBAC is said in words. */

export type SubjectKind = 'User' | 'Group' | 'ServiceAccount';

export interface Bypasser {
  readonly kind: SubjectKind;
  readonly name: string;
  readonly namespace?: string;
  readonly may: readonly string[];
  /** Names of the bindings that say so. */
  readonly by: readonly string[];
}

/** A resource of which the change switches something off. */
interface Lever {
  readonly group: string;
  readonly resource: string;
  readonly may: string;
}

const CHANGE_POLICIES = 'change policies';
const CHANGE_LABELS = 'change labels of namespaces';
const EVERYTHING = 'everything';

const lever = (group: string, resources: readonly string[], may: string): readonly Lever[] =>
  resources.map((resource) => ({ group, resource, may }));

const WEBHOOKS = lever('admissionregistration.k8s.io', ['validatingwebhookconfigurations'], 'change the webhook of the engine');
const LABELS = lever('', ['namespaces'], CHANGE_LABELS);

const LEVERS: Readonly<Record<string, readonly Lever[]>> = {
  vap: lever(
    'admissionregistration.k8s.io',
    ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'],
    CHANGE_POLICIES,
  ),
  gatekeeper: [
    ...lever('templates.gatekeeper.sh', ['constrainttemplates'], CHANGE_POLICIES),
    ...lever('constraints.gatekeeper.sh', ['*'], CHANGE_POLICIES),
    ...lever('config.gatekeeper.sh', ['configs'], 'exempt namespaces'),
    ...WEBHOOKS,
  ],
  kyverno: [
    ...lever('policies.kyverno.io', ['validatingpolicies', 'policyexceptions'], CHANGE_POLICIES),
    ...lever('kyverno.io', ['clusterpolicies', 'policyexceptions'], CHANGE_POLICIES),
    ...WEBHOOKS,
  ],
  kubewarden: [...lever('policies.kubewarden.io', ['clusteradmissionpolicies', 'policyservers'], CHANGE_POLICIES), ...WEBHOOKS],
};

const CHANGING = ['*', 'update', 'patch', 'delete', 'deletecollection'];

const listOf = (value: JsonValue | undefined): readonly string[] =>
  isArray(value) ? value.filter((one) => typeof one === 'string') : [];

const holds = (list: readonly string[], one: string): boolean => list.includes('*') || list.includes(one);

/** What a role lets its subjects do, of what matters for a target. */
function rightsOf(role: JsonObject, levers: readonly Lever[]): ReadonlySet<string> {
  const rules = at(role, 'rules');
  const found = new Set<string>();
  for (const rule of isArray(rules) ? rules : []) {
    const [groups, resources, verbs] = ['apiGroups', 'resources', 'verbs'].map((field) => listOf(at(rule, field)));
    if (groups === undefined || resources === undefined || !verbs?.some((verb) => CHANGING.includes(verb))) continue;
    if (groups.includes('*') && resources.includes('*')) found.add(EVERYTHING);
    for (const { group, resource, may } of levers) {
      if (holds(groups, group) && (holds(resources, resource) || (resource === '*' && resources.length > 0))) found.add(may);
    }
  }
  return found.has(EVERYTHING) ? new Set([EVERYTHING]) : found;
}

/**
 * Everybody whom a ClusterRoleBinding, or a RoleBinding for the labels of its own namespace, gives a lever on a target's policies.
 * `objects`: the RBAC objects of a scan. Those who may do everything come last, as there are always some.
 */
export function bypassers(objects: readonly JsonObject[], target: string): readonly Bypasser[] {
  const levers = [...(LEVERS[target] ?? []), ...LABELS];
  const roles = new Map<string, ReadonlySet<string>>();
  for (const object of objects) {
    const { kind } = object;
    if (kind !== 'ClusterRole' && kind !== 'Role') continue;
    const key = [kind, kind === 'Role' ? (textAt(object, 'metadata', 'namespace') ?? '') : '', nameOf(object)].join('/');
    // A role in a namespace reaches that namespace's own labels, and nothing cluster-scoped besides.
    roles.set(key, rightsOf(object, kind === 'Role' ? LABELS : levers));
  }
  const found = new Map<string, { readonly subject: Subject; readonly may: Set<string>; readonly by: Set<string> }>();
  for (const binding of objects) {
    if (binding['kind'] !== 'ClusterRoleBinding' && binding['kind'] !== 'RoleBinding') continue;
    const rights = boundRights(binding, roles);
    if (rights.length === 0) continue;
    for (const subject of subjectsOf(binding)) {
      const key = [subject.kind, subject.namespace ?? '', subject.name].join('/');
      const known = found.get(key) ?? { subject, may: new Set<string>(), by: new Set<string>() };
      for (const right of rights) known.may.add(right);
      known.by.add(nameOf(binding));
      found.set(key, known);
    }
  }
  return [...found.values()]
    .map(({ subject, may, by }) => ({ ...subject, may: [...may].toSorted(), by: [...by].toSorted() }))
    .toSorted((a, b) => Number(isAll(a)) - Number(isAll(b)) || (keyOf(a) < keyOf(b) ? -1 : 1));
}

const nameOf = (object: JsonObject): string => textAt(object, 'metadata', 'name') ?? '';
const isAll = ({ may }: Bypasser): boolean => may.includes(EVERYTHING);
const keyOf = ({ kind, namespace = '', name }: Bypasser): string => `${kind}/${namespace}/${name}`;

function boundRights(binding: JsonObject, roles: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const namespace = binding['kind'] === 'RoleBinding' ? (textAt(binding, 'metadata', 'namespace') ?? '') : undefined;
  const kind = textAt(binding, 'roleRef', 'kind') ?? '';
  const rights = roles.get([kind, kind === 'Role' ? (namespace ?? '') : '', textAt(binding, 'roleRef', 'name') ?? ''].join('/'));
  if (rights === undefined) return [];
  if (namespace === undefined) return [...rights];
  return rights.has(EVERYTHING) || rights.has(CHANGE_LABELS) ? [`change labels of the namespace ${namespace}`] : [];
}

type Subject = Pick<Bypasser, 'kind' | 'name' | 'namespace'>;

function subjectsOf(binding: JsonObject): readonly Subject[] {
  const subjects = at(binding, 'subjects');
  return (isArray(subjects) ? subjects : []).flatMap((subject): readonly Subject[] => {
    const name = textAt(subject, 'name');
    const kind = textAt(subject, 'kind');
    if (!isObject(subject) || name === undefined) return [];
    if (kind === 'User' || kind === 'Group') return [{ kind, name }];
    const namespace = textAt(subject, 'namespace');
    return kind === 'ServiceAccount' ? [{ kind, name, ...(namespace === undefined ? {} : { namespace }) }] : [];
  });
}

const EVERYWHERE: readonly string[] = [
  'Members of the group system:masters may do everything, whatever RBAC says.',
  'Objects that are being deleted, updates that change nothing a rule looks at, and what controllers of Kubernetes make from objects that are judged themselves are let through.',
  'Scaling by the subresource scale is not judged.',
];

const OF_ENGINE: Readonly<Record<string, readonly string[]>> = {
  gatekeeper: [
    'Namespaces with the label admission.gatekeeper.sh/ignore are not judged, where Gatekeeper allows them to carry it.',
    'While its webhook does not answer, requests are let through or refused as the webhook’s own failurePolicy says.',
  ],
  kyverno: [
    'A PolicyException lets off what it names, where Kyverno has exceptions switched on.',
    'Kyverno’s own filters (resourceFilters) and excluded groups are not judged.',
    'While its webhook does not answer, requests are let through or refused as the webhook’s own failurePolicy says.',
  ],
  kubewarden: [
    'While its policy server does not answer, requests are let through or refused as the webhook’s failurePolicy says.',
  ],
};

/** What is let through by the export and the engine, in sentences. */
export const exemptions = (target: string, excludedNamespaces: readonly string[]): readonly string[] => [
  ...(excludedNamespaces.length === 0 ? [] : [`Nothing is judged in the namespaces ${excludedNamespaces.join(', ')}.`]),
  ...EVERYWHERE,
  ...(OF_ENGINE[target] ?? []),
];
