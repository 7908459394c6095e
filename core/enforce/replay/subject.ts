import { Redacted } from '#core/json.ts';
import type { JsonArray, JsonObject, JsonValue } from '#core/json.ts';
import { at, isArray, own, textAt } from '#core/json.ts';
import { groupOf } from '#core/model.ts';
import type { ScanObject } from '#core/inventory/model.ts';
import { REDACTED_TEXT } from '#core/redact/redact.ts';

/** An object of a scan as replay looks at it before anything of its content is judged. */
export interface Subject {
  /** All that conditions read of an object: type, name, labels, annotations (of its pod template too), owners, whether it is going. */
  readonly head: JsonObject;
  /** What is asked: to create it, by whom. */
  readonly request: JsonObject;
}

/** Anybody who is no controller of Kubernetes. */
const PERSON = 'developer';

/** Which controller of Kubernetes makes objects from one of these: group and kind of the owner. */
const MAKERS: ReadonlyMap<string, string> = new Map([
  ['apps/DaemonSet', 'daemon-set'],
  ['apps/Deployment', 'deployment'],
  ['apps/ReplicaSet', 'replicaset'],
  ['apps/StatefulSet', 'statefulset'],
  ['batch/CronJob', 'cronjob'],
  ['batch/Job', 'job'],
  ['/ReplicationController', 'replication'],
]);

/** `body`: what was stored of it; undefined where that is not known, so that owners and deletion are taken from what was described. */
export function subjectOf(object: ScanObject, body: JsonObject | undefined): Subject {
  const { apiVersion, kind, namespace } = object;
  const generateName = textAt(body, 'metadata', 'generateName');
  const name = textAt(body, 'metadata', 'name') ?? (generateName === undefined ? object.name : undefined);
  const deleted = at(body, 'metadata', 'deletionTimestamp');
  const owners = at(body, 'metadata', 'ownerReferences');
  const labels = Object.entries(object.labels).map(([key, value]) => [
    key,
    value === REDACTED_TEXT ? new Redacted('annotation') : value,
  ]);
  return {
    head: {
      apiVersion,
      kind,
      metadata: {
        ...(name === undefined ? {} : { name }),
        ...(generateName === undefined ? {} : { generateName }),
        ...(namespace === undefined ? {} : { namespace }),
        ...(labels.length === 0 ? {} : { labels: Object.fromEntries(labels) as JsonObject }),
        ...(deleted === undefined ? {} : { deletionTimestamp: deleted }),
        ...(isArray(owners) ? { ownerReferences: owners } : {}),
        ...annotationsOf(body),
      },
      ...templateOf(body),
    },
    request: {
      operation: 'CREATE',
      userInfo: { username: isArray(owners) ? makerOf(owners) : PERSON },
      ...(namespace === undefined ? {} : { namespace }),
    },
  };
}

function annotationsOf(holder: JsonValue | undefined): JsonObject {
  const annotations = at(holder, 'metadata', 'annotations');
  return annotations === undefined ? {} : { annotations };
}

/** The metadata of a pod template, where workloads and CronJobs have it. */
function templateOf(body: JsonObject | undefined): JsonObject {
  const template = at(body, 'spec', 'template');
  const inJob = at(body, 'spec', 'jobTemplate', 'spec', 'template');
  if (template !== undefined) return { spec: { template: { metadata: annotationsOf(template) } } };
  return inJob === undefined ? {} : { spec: { jobTemplate: { spec: { template: { metadata: annotationsOf(inJob) } } } } };
}

function makerOf(owners: JsonArray): string {
  const controller = owners.find((owner) => own(owner, 'controller') === true);
  const owner = `${groupOf(textAt(controller, 'apiVersion') ?? '')}/${textAt(controller, 'kind') ?? ''}`;
  const maker = MAKERS.get(owner);
  return maker === undefined ? PERSON : `system:serviceaccount:kube-system:${maker}-controller`;
}

/** A secret's data is never read: whatever asks for it has no answer. */
const UNREAD = ['data', 'stringData', 'type', 'immutable'] as const;

/** The content that expressions may look at. */
export function contentOf(body: JsonObject): JsonObject {
  if (body['kind'] !== 'Secret' || body['apiVersion'] !== 'v1') return body;
  const missing = UNREAD.filter((field) => !Object.hasOwn(body, field));
  return { ...body, ...Object.fromEntries(missing.map((field) => [field, new Redacted('secret')])) };
}
