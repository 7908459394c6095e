import { at, isArray, isObject, own } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';

/** Examples of rules as a real API server takes them: with what its validation demands, which examples leave out. */

const LABELS = { app: 'example' };
const mapAt = (value: JsonValue | undefined, key: string): JsonObject => {
  const inner = value === undefined ? undefined : own(value, key);
  return isObject(inner) ? inner : {};
};

/** Kinds with a pod template that any Pod can be made into. */
export const TEMPLATE_KINDS = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
  'CronJob',
  'PodTemplate',
] as const;
export type TemplateKind = (typeof TEMPLATE_KINDS)[number];

const GROUPS: Readonly<Record<TemplateKind, string>> = {
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  ReplicaSet: 'apps/v1',
  ReplicationController: 'v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
  PodTemplate: 'v1',
};

/** The Pod that a workload makes, or a Pod itself; undefined of other kinds. Debug containers are for Pods alone. */
export function podOf(object: JsonObject): JsonObject | undefined {
  if (object['kind'] === 'Pod') return at(object, 'spec', 'ephemeralContainers') === undefined ? object : undefined;
  if (!TEMPLATE_KINDS.some((kind) => kind === object['kind'])) return undefined;
  const holder = object['kind'] === 'CronJob' ? at(object, 'spec', 'jobTemplate', 'spec') : (own(object, 'spec') ?? object);
  const spec = at(holder, 'template', 'spec');
  return isObject(spec) ? { apiVersion: 'v1', kind: 'Pod', metadata: mapAt(object, 'metadata'), spec } : undefined;
}

/** A workload with the spec of a Pod as its template. */
export function workloadOf(pod: JsonObject, kind: TemplateKind): JsonObject {
  const { restartPolicy: _, ephemeralContainers: __, ...spec } = mapAt(pod, 'spec');
  const metadata = mapAt(pod, 'metadata');
  const base = { apiVersion: GROUPS[kind], kind, metadata: { ...metadata, ownerReferences: undefined } };
  const whole =
    kind === 'PodTemplate'
      ? { ...base, template: { spec } }
      : { ...base, spec: kind === 'CronJob' ? { jobTemplate: { spec: { template: { spec } } } } : { template: { spec } } };
  return JSON.parse(JSON.stringify(whole)) as JsonObject;
}

/** Fills in what the server's validation demands; what is there stays. */
export function servable(object: JsonObject): JsonObject {
  const { kind } = object;
  const spec = mapAt(object, 'spec');
  switch (kind) {
    case 'Pod':
      return { ...object, spec: podSpec(spec) };
    case 'PodTemplate':
      return { ...object, template: template(mapAt(object, 'template'), 'Always') };
    case 'Deployment':
    case 'ReplicaSet':
    case 'DaemonSet':
      return { ...object, spec: { ...spec, selector: { matchLabels: LABELS }, template: template(mapAt(spec, 'template')) } };
    case 'StatefulSet':
      return {
        ...object,
        spec: { serviceName: 'example', ...spec, selector: { matchLabels: LABELS }, template: template(mapAt(spec, 'template')) },
      };
    case 'ReplicationController':
      return { ...object, spec: { ...spec, selector: LABELS, template: template(mapAt(spec, 'template')) } };
    case 'Job':
      return { ...object, spec: { ...spec, template: template(mapAt(spec, 'template'), 'Never') } };
    case 'CronJob': {
      const job = mapAt(mapAt(spec, 'jobTemplate'), 'spec');
      const jobTemplate = {
        ...mapAt(spec, 'jobTemplate'),
        spec: { ...job, template: template(mapAt(job, 'template'), 'Never') },
      };
      return { ...object, spec: { schedule: '@daily', ...spec, jobTemplate } };
    }
    case 'Service':
      return { ...object, spec: { ...spec, ports: [{ port: 80 }] } };
    case 'Ingress':
      return { ...object, spec: { defaultBackend: BACKEND, ...spec, ...ingressRules(spec) } };
    case 'HorizontalPodAutoscaler':
      return {
        ...object,
        spec: { maxReplicas: 9, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, ...spec },
      };
    default:
      return object;
  }
}

const BACKEND = { service: { name: 'web', port: { number: 80 } } };

/** Rules say where a path leads, or nothing of paths at all. */
function ingressRules(spec: JsonObject): JsonObject {
  const { rules } = spec;
  if (!isArray(rules)) return {};
  const paths = [{ path: '/', pathType: 'Prefix', backend: BACKEND }];
  return { rules: rules.map((rule) => (isObject(rule) && 'http' in rule ? { ...rule, http: { paths } } : rule)) };
}

function template(written: JsonObject, restartPolicy?: string): JsonObject {
  const metadata = mapAt(written, 'metadata');
  const spec = podSpec(mapAt(written, 'spec'));
  return {
    ...written,
    metadata: { ...metadata, labels: { ...mapAt(metadata, 'labels'), ...LABELS } },
    spec: restartPolicy === undefined ? spec : { restartPolicy, ...spec },
  };
}

function podSpec(spec: JsonObject): JsonObject {
  const containers = isArray(spec['containers']) && spec['containers'].length > 0 ? spec['containers'] : [{}];
  const lists = Object.entries({ ...spec, containers }).map(([key, value]) => [
    key,
    !isArray(value)
      ? value
      : key === 'volumes'
        ? value.map(volume)
        : key.endsWith('ontainers')
          ? value.map((one, nth) => container(one, `${key}-${nth}`))
          : value,
  ]);
  return Object.fromEntries(lists) as JsonObject;
}

const volume = (written: JsonValue): JsonValue =>
  isObject(written) && typeof written['name'] === 'string' ? { ...written, name: written['name'].toLowerCase() } : written;

function container(written: JsonValue, name: string): JsonValue {
  if (!isObject(written)) return written;
  return { name: name.toLowerCase(), image: 'registry.example.com/web:1', ...written };
}
