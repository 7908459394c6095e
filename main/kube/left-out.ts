/** Kinds that a scan does not read, each with its reason: shown in the coverage table, so that nothing is skipped silently. */
export interface LeftOut {
  readonly group: string;
  /** Plural resource name, or `*` for the whole group. */
  readonly resource: string;
  readonly reason: string;
}

const EVENT = 'Records of what happened, gone after an hour: nothing to put right.';
const HEARTBEAT = 'Heartbeats and locks of components, rewritten every few seconds.';
const MEASURED = 'Measurements, made up by the server for each request: not stored objects.';
const DERIVED = 'Written by a controller from Services and Pods, which are read themselves.';
const NODE_STATE = 'State that drivers on the nodes report, not configuration.';
const BOOKKEEPING = 'Bookkeeping of addresses and allocations, not configuration.';
const REPORT = 'Reports of another tool about objects that are read themselves.';
const TOKENS = 'Holds sign-in tokens, in some versions in its names: never read.';
const MIRROR = 'Shows objects of rbac.authorization.k8s.io a second time.';

const table: readonly (readonly [group: string, resources: string, reason: string])[] = [
  ['', 'events', EVENT],
  ['events.k8s.io', 'events', EVENT],
  ['coordination.k8s.io', 'leases leasecandidates', HEARTBEAT],
  ['', 'componentstatuses', 'Deprecated since 1.19, and made up for each request.'],
  ['metrics.k8s.io', '*', MEASURED],
  ['custom.metrics.k8s.io', '*', MEASURED],
  ['external.metrics.k8s.io', '*', MEASURED],
  ['', 'endpoints', DERIVED],
  ['discovery.k8s.io', 'endpointslices', DERIVED],
  ['apps', 'controllerrevisions', 'Old copies of the templates of StatefulSets and DaemonSets, which are read themselves.'],
  ['storage.k8s.io', 'csinodes csistoragecapacities volumeattachments', NODE_STATE],
  ['resource.k8s.io', 'resourceslices', NODE_STATE],
  [
    'certificates.k8s.io',
    'certificatesigningrequests podcertificaterequests',
    'Requests that are answered once and removed after an hour.',
  ],
  ['networking.k8s.io', 'ipaddresses', BOOKKEEPING],
  ['internal.apiserver.k8s.io', '*', BOOKKEEPING],
  ['cilium.io', 'ciliumendpoints ciliumendpointslices ciliumidentities ciliumnodes', NODE_STATE],
  ['crd.projectcalico.org', 'ipamblocks ipamhandles blockaffinities caliconodestatuses', BOOKKEEPING],
  ['packages.operators.coreos.com', '*', 'A catalogue of what could be installed.'],
  ['image.openshift.io', 'images imagestreamtags imagetags', 'A catalogue of images, made up from image streams.'],
  ['authorization.openshift.io', 'clusterrolebindings clusterroles rolebindings roles', MIRROR],
  ['oauth.openshift.io', 'oauthaccesstokens oauthauthorizetokens useroauthaccesstokens', TOKENS],
  ['management.cattle.io', 'tokens', TOKENS],
  ['wgpolicyk8s.io', '*', REPORT],
  ['openreports.io', '*', REPORT],
  ['reports.kyverno.io', '*', REPORT],
  ['aquasecurity.github.io', '*', REPORT],
  ['spdx.softwarecomposition.kubescape.io', '*', REPORT],
];

export const LEFT_OUT: readonly LeftOut[] = table.flatMap(([group, resources, reason]) =>
  resources.split(' ').map((resource) => ({ group, resource, reason })),
);

/** Why a kind is not read, or undefined where it is. */
export const leftOutReason = (group: string, resource: string): string | undefined =>
  LEFT_OUT.find((entry) => entry.group === group && (entry.resource === '*' || entry.resource === resource))?.reason;

/** Kinds read as names, labels and annotations only: their bodies are credentials. */
export const isMetadataOnly = (group: string, resource: string): boolean => group === '' && resource === 'secrets';

/**
 * Read early: the large kinds, so that the last of them does not keep the other three connections waiting at the end,
 * and namespaces first, because their labels decide much. The rest follows in the server's order.
 */
const FIRST = [
  '/namespaces',
  '/pods',
  'apps/replicasets',
  '/secrets',
  '/configmaps',
  'apps/deployments',
  'batch/jobs',
  '/services',
  '/serviceaccounts',
  'rbac.authorization.k8s.io/rolebindings',
  'rbac.authorization.k8s.io/roles',
];

/** Sort key for the order of reading: lower is earlier. */
export const readingRank = (group: string, resource: string): number => {
  const rank = FIRST.indexOf(`${group}/${resource}`);
  return rank === -1 ? FIRST.length : rank;
};
