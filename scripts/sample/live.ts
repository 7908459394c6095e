import { applyDefaults } from './defaults.ts';
import { isoTime, numberOf, uidOf } from './identity.ts';
import { child, fill, metadataOf, specOf, textOf, type Obj } from './json.ts';
import { makePod } from './pods.ts';
import type { Story } from './story.ts';

/** What is known of a written object besides its manifest. Times in ms. */
export interface History {
  readonly created: number;
  readonly changed: number;
  /** How often its spec was written. */
  readonly generation: number;
  /** How many versions of its pod template there were; 0 where it has none. */
  readonly rollouts: number;
  /** When the cluster is looked at. */
  readonly now: number;
}

/** Kinds whose objects carry no generation. */
const NO_GENERATION = new Set([
  'ClusterRole',
  'ClusterRoleBinding',
  'ConfigMap',
  'Namespace',
  'Node',
  'PersistentVolumeClaim',
  'Role',
  'RoleBinding',
  'Secret',
  'Service',
  'ServiceAccount',
  'StorageClass',
]);

/** A manifest as the API server returns it: with defaults, uid, times, managers and status. */
export function liveObject(manifest: Obj, history: History, story: Story): Obj {
  const object = structuredClone(manifest);
  const kind = textOf(object, 'kind');
  const metadata = metadataOf(object);
  const namespace = textOf(metadata, 'namespace');
  const name = textOf(metadata, 'name');
  if (kind === 'Pod') {
    const pod = makePod({ owner: undefined, namespace, name, template: object, created: history.created }, story);
    metadataOf(pod)['managedFields'] = [managedField('kubectl-run', 'Update', 'v1', history.created)];
    return pod;
  }
  applyDefaults(object);
  const isSystem = kind === 'Namespace' && name === 'kube-system';
  fill(metadata, {
    uid: isSystem ? story.cluster.uid : uidOf(kind, namespace, name),
    creationTimestamp: isoTime(history.created),
  });
  if (!NO_GENERATION.has(kind)) metadata['generation'] = history.generation;
  if (kind === 'Namespace') child(metadata, 'labels')['kubernetes.io/metadata.name'] = name;
  if (kind === 'Deployment') child(metadata, 'annotations')['deployment.kubernetes.io/revision'] = String(history.rollouts);
  if (kind === 'Service') addresses(specOf(object), namespace, name);
  if (kind === 'PersistentVolumeClaim') specOf(object)['volumeName'] = `pvc-${textOf(metadata, 'uid')}`;
  recordManager(object, manifest, history.changed, story);
  const status = statusOf(object, history.now);
  if (status !== undefined) object['status'] = status;
  return object;
}

function recordManager(object: Obj, manifest: Obj, changed: number, { declared, appliedByHand }: Story): void {
  const metadata = metadataOf(object);
  const apiVersion = declared[`${textOf(object, 'kind')}/${textOf(metadata, 'name')}`] ?? textOf(object, 'apiVersion');
  const labels = metadata['labels'] === undefined ? {} : child(metadata, 'labels');
  if (appliedByHand.includes(textOf(labels, 'team'))) {
    child(metadata, 'annotations')['kubectl.kubernetes.io/last-applied-configuration'] = `${JSON.stringify(manifest)}\n`;
    metadata['managedFields'] = [managedField('kubectl-client-side-apply', 'Update', apiVersion, changed)];
  } else {
    metadata['managedFields'] = [managedField('fleet', 'Apply', apiVersion, changed)];
  }
}

const managedField = (manager: string, operation: string, apiVersion: string, at: number): Obj => ({
  manager,
  operation,
  apiVersion,
  time: isoTime(at),
  fieldsType: 'FieldsV1',
  fieldsV1: { 'f:metadata': { 'f:labels': {} }, 'f:spec': {} },
});

function addresses(spec: Obj, namespace: string, name: string): void {
  fill(spec, {
    clusterIP: `10.0.${1 + numberOf(200, 'service', namespace, name)}.${1 + numberOf(250, 'address', namespace, name)}`,
  });
  fill(spec, { clusterIPs: [spec['clusterIP'] ?? ''] });
}

/** Just enough status to look alive; a Node's heartbeat moves with every look, as in life. */
function statusOf(object: Obj, now: number): Obj | undefined {
  switch (textOf(object, 'kind')) {
    case 'Namespace':
      return { phase: 'Active' };
    case 'Node':
      return {
        capacity: { cpu: '8', memory: '32Gi', pods: '110' },
        conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: isoTime(now - 40_000) }],
        nodeInfo: { kubeletVersion: 'v1.34.2', osImage: 'Larkfield Linux 12', architecture: 'amd64', operatingSystem: 'linux' },
      };
    case 'Deployment':
    case 'StatefulSet': {
      const count = specOf(object)['replicas'] ?? 1;
      return { replicas: count, readyReplicas: count, updatedReplicas: count, availableReplicas: count };
    }
    case 'PersistentVolumeClaim':
      return { phase: 'Bound', accessModes: structuredClone(specOf(object)['accessModes'] ?? []) };
    case 'CustomResourceDefinition':
      return { storedVersions: ['v1'], conditions: [{ type: 'Established', status: 'True' }] };
    default:
      return undefined;
  }
}

/** The ServiceAccount `default` that every namespace gets. */
export const defaultAccount = (namespace: string, created: number): Obj => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: {
    name: 'default',
    namespace,
    uid: uidOf('ServiceAccount', namespace, 'default'),
    creationTimestamp: isoTime(created),
  },
});
