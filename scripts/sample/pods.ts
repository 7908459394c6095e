import { applyDefaults } from './defaults.ts';
import { isoTime, numberOf, suffixOf, uidOf } from './identity.ts';
import { child, fill, isObj, items, metadataOf, specOf, textOf, type Obj } from './json.ts';
import type { Story } from './story.ts';

/** A Pod as its controller makes it from a template and admission and the scheduler complete it. */
export interface PodPlan {
  readonly owner: Obj | undefined;
  readonly namespace: string;
  readonly name: string;
  readonly generateName?: string;
  /** Its labels, annotations and spec; a Pod manifest serves as its own template. */
  readonly template: Obj;
  readonly labels?: Obj;
  readonly created: number;
  /** Default: scheduled on any node, by name. */
  readonly node?: string;
  readonly finished?: boolean;
}

const PRIORITIES: Readonly<Record<string, number>> = { 'takes-orders': 100_000, 'system-cluster-critical': 2_000_000_000 };

const NOT_READY = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

export function ownerReference(owner: Obj): Obj {
  const { name = '', uid = '' } = metadataOf(owner);
  return {
    apiVersion: owner['apiVersion'] ?? '',
    kind: owner['kind'] ?? '',
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

export function makePod(plan: PodPlan, story: Story): Obj {
  const { namespace, name, created } = plan;
  const from = structuredClone(plan.template);
  const fromMeta = metadataOf(from);
  const annotations = isObj(fromMeta['annotations']) ? fromMeta['annotations'] : undefined;
  const spec = specOf(from);
  const pod: Obj = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      ...(plan.generateName === undefined ? {} : { generateName: plan.generateName }),
      namespace,
      uid: uidOf('Pod', namespace, name, isoTime(created)),
      creationTimestamp: isoTime(created),
      labels: { ...child(fromMeta, 'labels'), ...plan.labels },
      ...(annotations === undefined ? {} : { annotations }),
      ...(plan.owner === undefined ? {} : { ownerReferences: [ownerReference(plan.owner)] }),
    },
    spec,
  };
  inject(pod, story);
  admit(spec, namespace, name);
  applyDefaults(pod);
  const node = plan.node ?? story.nodes[numberOf(story.nodes.length, 'node', namespace, name)] ?? '';
  spec['nodeName'] = node;
  pod['status'] = statusOf(spec, plan, name);
  return pod;
}

/** What a mutating webhook adds: the reason why a Pod can fail where its owner passes. */
function inject(pod: Obj, { inject: { annotation, container } }: Story): void {
  const annotations = metadataOf(pod)['annotations'];
  if (!isObj(annotations) || annotations[annotation] !== 'true') return;
  annotations[`${annotation}-status`] = 'injected';
  specOf(pod)['containers'] = [...items(specOf(pod), 'containers'), structuredClone(container)];
}

/** What the built-in admission plugins add: service account and its token, priority, tolerations. */
function admit(spec: Obj, namespace: string, name: string): void {
  fill(spec, { serviceAccountName: 'default' });
  fill(spec, {
    serviceAccount: spec['serviceAccountName'] ?? 'default',
    priority: PRIORITIES[textOf(spec, 'priorityClassName')] ?? 0,
  });
  fill(spec, { preemptionPolicy: 'PreemptLowerPriority' });
  const tolerations = items(spec, 'tolerations');
  if (!tolerations.some(({ operator, key }) => operator === 'Exists' && key === undefined)) {
    spec['tolerations'] = [
      ...tolerations,
      ...NOT_READY.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 })),
    ];
  }
  if (spec['automountServiceAccountToken'] === false) return;
  const volume = `kube-api-access-${suffixOf(5, 'token', namespace, name)}`;
  for (const container of [...items(spec, 'initContainers'), ...items(spec, 'containers')]) {
    container['volumeMounts'] = [
      ...items(container, 'volumeMounts'),
      { name: volume, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
    ];
  }
  spec['volumes'] = [
    ...items(spec, 'volumes'),
    {
      name: volume,
      projected: {
        defaultMode: 420,
        sources: [
          { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
        ],
      },
    },
  ];
}

function statusOf(spec: Obj, { namespace, created, finished = false }: PodPlan, name: string): Obj {
  const started = isoTime(created + 3000);
  const state: Obj = finished
    ? { terminated: { exitCode: 0, reason: 'Completed', startedAt: started, finishedAt: isoTime(created + 95_000) } }
    : { running: { startedAt: started } };
  const condition = (type: string, status: string): Obj => ({ type, status, lastTransitionTime: started });
  const ready = finished ? 'False' : 'True';
  return {
    phase: finished ? 'Succeeded' : 'Running',
    qosClass: 'Burstable',
    podIP: `10.20.${numberOf(2, 'net', namespace, name)}.${2 + numberOf(250, 'ip', namespace, name)}`,
    startTime: isoTime(created),
    conditions: [
      condition('PodScheduled', 'True'),
      condition('Initialized', 'True'),
      condition('ContainersReady', ready),
      condition('Ready', ready),
    ],
    containerStatuses: items(spec, 'containers').map((container) => ({
      name: textOf(container, 'name'),
      image: textOf(container, 'image'),
      imageID: '',
      ready: !finished,
      started: !finished,
      restartCount: 0,
      state: structuredClone(state),
    })),
  };
}
