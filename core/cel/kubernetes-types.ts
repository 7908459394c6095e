import { BOOL, DYN, INT, list, map, STRING, TIMESTAMP, type Type } from './types.ts';

const object = (name: string, fields: Readonly<Record<string, Type>>): Type => ({
  kind: 'object',
  name: `kubernetes.${name}`,
  fields: new Map(Object.entries(fields)),
});

const texts = (...names: readonly string[]): Record<string, Type> => Object.fromEntries(names.map((name) => [name, STRING]));

const KIND = object('GroupVersionKind', texts('group', 'version', 'kind'));
const RESOURCE = object('GroupVersionResource', texts('group', 'version', 'resource'));

const USER = object('UserInfo', { ...texts('username', 'uid'), groups: list(STRING), extra: map(STRING, list(STRING)) });

const REQUEST = object('AdmissionRequest', {
  ...texts('subResource', 'requestSubResource', 'name', 'namespace', 'operation'),
  kind: KIND,
  resource: RESOURCE,
  requestKind: KIND,
  requestResource: RESOURCE,
  userInfo: USER,
  dryRun: BOOL,
  options: DYN,
});

const METADATA = object('NamespaceMetadata', {
  ...texts('name', 'generateName', 'namespace', 'UID', 'resourceVersion'),
  labels: map(STRING, STRING),
  annotations: map(STRING, STRING),
  creationTimestamp: TIMESTAMP,
  deletionTimestamp: TIMESTAMP,
  deletionGracePeriodSeconds: INT,
  generation: INT,
  finalizers: list(STRING),
});

const CONDITION = object('NamespaceCondition', {
  ...texts('status', 'type', 'message', 'reason'),
  lastTransitionTime: TIMESTAMP,
});

const NAMESPACE = object('Namespace', {
  metadata: METADATA,
  spec: object('NamespaceSpec', { finalizers: list(STRING) }),
  status: object('NamespaceStatus', { conditions: list(CONDITION), phase: STRING }),
});

/**
 * The variables of an admission policy whose type is known (k8s.io/apiserver/pkg/admission/plugin/cel/compile.go). Their fields
 * have their plain names: `request.namespace`, never `request.__namespace__`.
 */
export const KUBERNETES_VARIABLES: ReadonlyMap<string, Type> = new Map([
  ['request', REQUEST],
  ['namespaceObject', NAMESPACE],
]);
