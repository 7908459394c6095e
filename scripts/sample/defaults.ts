import { child, fill, isObj, items, specOf, textOf, type Obj } from './json.ts';

/**
 * What the API server fills in when an object is written (v1.34; sample.test.ts compares with a real server). Only the fields of
 * the kinds that the sample holds.
 */
export function applyDefaults(object: Obj): void {
  const kind = textOf(object, 'kind');
  // The one kind here that has its fields beside the metadata.
  if (kind === 'PriorityClass') fill(object, { preemptionPolicy: 'PreemptLowerPriority' });
  DEFAULTS[kind]?.(specOf(object));
}

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];

/** Kind to what is filled in; kinds without a spec are not listed, for `specOf` would make one. */
const DEFAULTS: Readonly<Record<string, (spec: Obj) => void>> = {
  Namespace: (spec) => fill(spec, { finalizers: ['kubernetes'] }),
  Pod: (spec) => {
    podSpecDefaults(spec);
    fill(spec, { enableServiceLinks: true });
    for (const container of [...items(spec, 'initContainers'), ...items(spec, 'containers')]) requestsFromLimits(container);
  },
  Deployment: (spec) => {
    fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: { type: 'RollingUpdate' } });
    const strategy = child(spec, 'strategy');
    if (strategy['type'] === 'RollingUpdate') fill(strategy, { rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } });
    podSpecDefaults(specOf(child(spec, 'template')));
  },
  StatefulSet: (spec) => {
    fill(spec, {
      replicas: 1,
      revisionHistoryLimit: 10,
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    });
    podSpecDefaults(specOf(child(spec, 'template')));
    for (const claim of items(spec, 'volumeClaimTemplates')) {
      fill(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', status: { phase: 'Pending' } });
      fill(specOf(claim), { volumeMode: 'Filesystem' });
    }
  },
  DaemonSet: (spec) => {
    fill(spec, {
      revisionHistoryLimit: 10,
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    });
    podSpecDefaults(specOf(child(spec, 'template')));
  },
  CronJob: (spec) => {
    fill(spec, { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
    podSpecDefaults(specOf(child(specOf(child(spec, 'jobTemplate')), 'template')));
  },
  Job: (spec) => {
    fill(spec, {
      parallelism: 1,
      completions: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      suspend: false,
      manualSelector: false,
      podReplacementPolicy: 'TerminatingOrFailed',
    });
    podSpecDefaults(specOf(child(spec, 'template')));
  },
  Service: (spec) => {
    fill(spec, {
      type: 'ClusterIP',
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
    });
    if (spec['type'] !== 'ClusterIP') fill(spec, { externalTrafficPolicy: 'Cluster' });
    for (const port of items(spec, 'ports')) fill(port, { protocol: 'TCP', targetPort: port['port'] ?? 0 });
  },
  HorizontalPodAutoscaler: (spec) => fill(spec, { minReplicas: 1 }),
  NetworkPolicy: (spec) => {
    for (const side of ['ingress', 'egress']) {
      for (const rule of items(spec, side)) for (const port of items(rule, 'ports')) fill(port, { protocol: 'TCP' });
    }
  },
  PersistentVolumeClaim: (spec) => fill(spec, { volumeMode: 'Filesystem' }),
  CustomResourceDefinition: (spec) => fill(spec, { conversion: { strategy: 'None' } }),
};

/** Defaults of a pod spec, in a Pod and in a template alike. */
function podSpecDefaults(spec: Obj): void {
  fill(spec, {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    terminationGracePeriodSeconds: 30,
    schedulerName: 'default-scheduler',
    securityContext: {},
  });
  const account = textOf(spec, 'serviceAccountName');
  if (account !== '') fill(spec, { serviceAccount: account });
  for (const container of items(spec, 'initContainers')) containerDefaults(container, false);
  for (const container of items(spec, 'containers')) containerDefaults(container, spec['hostNetwork'] === true);
  for (const volume of items(spec, 'volumes')) {
    for (const type of ['configMap', 'secret', 'projected']) {
      const source = volume[type];
      if (isObj(source)) fill(source, { defaultMode: 420 });
    }
    const host = volume['hostPath'];
    if (isObj(host)) fill(host, { type: '' });
  }
}

function containerDefaults(container: Obj, hostNetwork: boolean): void {
  const image = textOf(container, 'image');
  const latest = !image.includes('@') && (image.endsWith(':latest') || !image.slice(image.lastIndexOf('/')).includes(':'));
  fill(container, {
    imagePullPolicy: latest ? 'Always' : 'IfNotPresent',
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  });
  for (const port of items(container, 'ports')) {
    fill(port, { protocol: 'TCP' });
    if (hostNetwork) fill(port, { hostPort: port['containerPort'] ?? 0 });
  }
  for (const key of PROBES) {
    const probe = container[key];
    if (!isObj(probe)) continue;
    fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
    const http = probe['httpGet'];
    if (isObj(http)) fill(http, { path: '/', scheme: 'HTTP' });
  }
}

/** Only in Pods, not in templates: a limit without a request is taken as the request. */
function requestsFromLimits(container: Obj): void {
  const resources = child(container, 'resources');
  const limits = resources['limits'];
  if (isObj(limits)) fill(child(resources, 'requests'), limits);
}
