/**
 * Namespaced kinds of Kubernetes' own groups (discovery of kube-apiserver 1.30 to 1.36, and what earlier servers had). In a file
 * these are in the namespace `default` where they name none; kinds that are not listed here get none (decisions.md 16).
 */
const NAMESPACED: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    '': 'Binding ConfigMap Endpoints Event LimitRange PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount',
    apps: 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet',
    autoscaling: 'HorizontalPodAutoscaler',
    batch: 'CronJob Job',
    'certificates.k8s.io': 'PodCertificateRequest',
    'coordination.k8s.io': 'Lease LeaseCandidate',
    'discovery.k8s.io': 'EndpointSlice',
    'events.k8s.io': 'Event',
    extensions: 'DaemonSet Deployment Ingress NetworkPolicy ReplicaSet',
    'networking.k8s.io': 'Ingress NetworkPolicy',
    policy: 'PodDisruptionBudget',
    'rbac.authorization.k8s.io': 'Role RoleBinding',
    'resource.k8s.io': 'ResourceClaim ResourceClaimTemplate',
    'storage.k8s.io': 'CSIStorageCapacity',
  }).map(([group, kinds]) => [group, new Set(kinds.split(' '))]),
);

export const isNamespaced = (group: string, kind: string): boolean => NAMESPACED.get(group)?.has(kind) === true;
