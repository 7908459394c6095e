import { applyDefaults } from './defaults.ts';
import { isoTime, suffixOf, uidOf } from './identity.ts';
import { child, isObj, items, metadataOf, specOf, textOf, type Obj } from './json.ts';
import { makePod, ownerReference } from './pods.ts';
import { lastDue } from './schedule.ts';
import type { Story } from './story.ts';

/** One version of a controller's pod template and when it came. */
export interface Rollout {
  readonly template: Obj;
  readonly at: number;
}

/** A controller as it stands at a moment, with the rollouts that led there, the current one last. */
export interface Controller {
  readonly object: Obj;
  readonly rollouts: readonly Rollout[];
}

export interface When {
  /** The moment that is looked at. */
  readonly now: number;
  /** Nodes were last replaced then: no Pod is older. */
  readonly nodesSince: number;
}

const placeOf = (object: Obj): { namespace: string; name: string; uid: string } => {
  const metadata = metadataOf(object);
  return { namespace: textOf(metadata, 'namespace'), name: textOf(metadata, 'name'), uid: textOf(metadata, 'uid') };
};

const replicasOf = (object: Obj): number => Number(specOf(object)['replicas'] ?? 1);

const newest = (rollouts: readonly Rollout[]): Rollout => {
  const last = rollouts.at(-1);
  if (last === undefined) throw new Error('a controller without a rollout');
  return last;
};

/** What the controllers of a cluster made from an object: ReplicaSets, Pods, Jobs, claims. In the order of their names. */
export function ownedBy(controller: Controller, when: When, story: Story): Obj[] {
  switch (textOf(controller.object, 'kind')) {
    case 'Deployment':
      return controller.rollouts.flatMap((rollout, index) => replicaSet(controller, rollout, index + 1, when, story));
    case 'StatefulSet':
      return Array.from({ length: replicasOf(controller.object) }, (_, index) => ordinal(controller, index, when, story)).flat();
    case 'DaemonSet':
      return story.nodes.map((node) => onNode(controller, node, when, story));
    case 'CronJob':
      return lastJob(controller.object, when, story);
    default:
      return [];
  }
}

function replicaSet({ object, rollouts }: Controller, rollout: Rollout, revision: number, when: When, story: Story): Obj[] {
  const { namespace, name } = placeOf(object);
  const hash = suffixOf(10, 'template', namespace, name, JSON.stringify(rollout.template));
  const desired = replicasOf(object);
  const replicas = rollout === newest(rollouts) ? desired : 0;
  const template = structuredClone(rollout.template);
  const labels = { ...child(metadataOf(template), 'labels'), 'pod-template-hash': hash };
  metadataOf(template)['labels'] = labels;
  const counts: Obj =
    replicas === 0 ? {} : { fullyLabeledReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas };
  const set: Obj = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      uid: uidOf('ReplicaSet', namespace, name, hash),
      creationTimestamp: isoTime(rollout.at),
      labels: structuredClone(labels),
      annotations: {
        'deployment.kubernetes.io/desired-replicas': String(desired),
        'deployment.kubernetes.io/max-replicas': String(desired + Math.ceil(desired / 4)),
        'deployment.kubernetes.io/revision': String(revision),
      },
      ownerReferences: [ownerReference(object)],
    },
    spec: {
      replicas,
      selector: { matchLabels: { ...child(child(specOf(object), 'selector'), 'matchLabels'), 'pod-template-hash': hash } },
      template,
    },
    status: { replicas, observedGeneration: 1, ...counts },
  };
  const pods = Array.from({ length: replicas }, (_, index) =>
    makePod(
      {
        owner: set,
        namespace,
        name: `${name}-${hash}-${suffixOf(5, 'pod', namespace, name, hash, String(index))}`,
        generateName: `${name}-${hash}-`,
        template,
        created: Math.max(rollout.at, when.nodesSince) + 1000 * (index + 1),
      },
      story,
    ),
  );
  return [set, ...pods];
}

function ordinal({ object, rollouts }: Controller, index: number, when: When, story: Story): Obj[] {
  const { namespace, name } = placeOf(object);
  const rollout = newest(rollouts);
  const pod = `${name}-${index}`;
  const template = structuredClone(rollout.template);
  const claims = items(specOf(object), 'volumeClaimTemplates');
  const claimName = (claim: Obj): string => `${textOf(metadataOf(claim), 'name')}-${pod}`;
  const spec = specOf(template);
  spec['volumes'] = [
    ...items(spec, 'volumes'),
    ...claims.map((claim) => ({
      name: textOf(metadataOf(claim), 'name'),
      persistentVolumeClaim: { claimName: claimName(claim) },
    })),
  ];
  spec['hostname'] = pod;
  spec['subdomain'] = textOf(specOf(object), 'serviceName');
  const revision = suffixOf(10, 'revision', namespace, name, JSON.stringify(rollout.template));
  return [
    ...claims.map((claim) => boundClaim(claim, claimName(claim), object)),
    makePod(
      {
        owner: object,
        namespace,
        name: pod,
        generateName: `${name}-`,
        template,
        labels: {
          'apps.kubernetes.io/pod-index': String(index),
          'controller-revision-hash': `${name}-${revision}`,
          'statefulset.kubernetes.io/pod-name': pod,
        },
        created: Math.max(rollout.at, when.nodesSince) + 30_000 * index,
      },
      story,
    ),
  ];
}

/** Claims outlive their StatefulSet and name no owner. */
function boundClaim(claim: Obj, name: string, set: Obj): Obj {
  const { namespace } = placeOf(set);
  const uid = uidOf('PersistentVolumeClaim', namespace, name);
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name,
      namespace,
      uid,
      creationTimestamp: metadataOf(set)['creationTimestamp'] ?? '',
      labels: structuredClone(child(child(specOf(set), 'selector'), 'matchLabels')),
    },
    spec: { ...structuredClone(specOf(claim)), volumeName: `pvc-${uid}` },
    status: { phase: 'Bound', accessModes: structuredClone(specOf(claim)['accessModes'] ?? []) },
  };
}

function onNode({ object, rollouts }: Controller, node: string, when: When, story: Story): Obj {
  const { namespace, name } = placeOf(object);
  const rollout = newest(rollouts);
  const revision = suffixOf(10, 'revision', namespace, name, JSON.stringify(rollout.template));
  const template = structuredClone(rollout.template);
  specOf(template)['affinity'] = {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
      },
    },
  };
  return makePod(
    {
      owner: object,
      namespace,
      name: `${name}-${suffixOf(5, 'daemon', namespace, name, revision, node)}`,
      generateName: `${name}-`,
      template,
      labels: { 'controller-revision-hash': revision, 'pod-template-generation': String(rollouts.length) },
      created: Math.max(rollout.at, when.nodesSince),
      node,
    },
    story,
  );
}

function lastJob(cronJob: Obj, { now }: When, story: Story): Obj[] {
  const { namespace, name } = placeOf(cronJob);
  const due = lastDue(textOf(specOf(cronJob), 'schedule'), now);
  const jobName = `${name}-${due / 60_000}`;
  const uid = uidOf('Job', namespace, jobName);
  const own: Obj = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': jobName,
    'controller-uid': uid,
    'job-name': jobName,
  };
  const spec = structuredClone(specOf(child(specOf(cronJob), 'jobTemplate')));
  const template = child(spec, 'template');
  const labels = { ...child(metadataOf(template), 'labels'), ...own };
  metadataOf(template)['labels'] = labels;
  spec['selector'] = { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
  const jobLabels = metadataOf(child(specOf(cronJob), 'jobTemplate'))['labels'];
  const job: Obj = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName,
      namespace,
      uid,
      creationTimestamp: isoTime(due),
      labels: { ...(isObj(jobLabels) ? jobLabels : {}), ...structuredClone(labels) },
      annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': isoTime(due) },
      ownerReferences: [ownerReference(cronJob)],
    },
    spec,
    status: {
      succeeded: 1,
      startTime: isoTime(due),
      completionTime: isoTime(due + 98_000),
      conditions: [{ type: 'Complete', status: 'True' }],
    },
  };
  applyDefaults(job);
  const pod = makePod(
    {
      owner: job,
      namespace,
      name: `${jobName}-${suffixOf(5, 'job', namespace, jobName)}`,
      generateName: `${jobName}-`,
      template,
      created: due,
      finished: true,
    },
    story,
  );
  return [job, pod];
}
