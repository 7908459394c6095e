import { isObject, textAt, type JsonObject, type JsonValue } from '../json.ts';

/** What an admission request is about, from the question of one line. */
export interface Subject {
  readonly object: JsonObject | undefined;
  readonly oldObject: JsonObject | undefined;
  readonly operation: string;
  /** '' : the object's own. */
  readonly namespace: string;
  readonly namespaceLabels: JsonObject | undefined;
}

/** Stands in where neither an object nor an old one is given. */
export const NO_OBJECT: JsonObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } };

/** The values of `request` and `namespaceObject` (k8s.io/apiserver/pkg/admission/plugin/cel/condition.go). */
export function admission(subject: Subject): { readonly request: JsonValue; readonly namespaceObject: JsonValue } {
  const about = subject.object ?? subject.oldObject ?? NO_OBJECT;
  const { group, version, kind } = kindOf(about);
  const namespace = subject.namespace === '' ? (textAt(about, 'metadata', 'namespace') ?? '') : subject.namespace;
  const name = textAt(about, 'metadata', 'name') ?? '';
  const resource = { group, version, resource: `${kind.toLowerCase()}s` };
  const request = {
    uid: '',
    kind: { group, version, kind },
    resource,
    requestKind: { group, version, kind },
    requestResource: resource,
    ...(name === '' ? {} : { name }),
    ...(namespace === '' ? {} : { namespace }),
    operation: subject.operation,
    userInfo: {},
    object: null,
    oldObject: null,
    dryRun: false,
    options: null,
  };
  const labels = subject.namespaceLabels;
  const metadata = { name: namespace, ...(labels === undefined || Object.keys(labels).length === 0 ? {} : { labels }) };
  return { request, namespaceObject: namespace === '' ? null : { metadata, spec: {}, status: {} } };
}

function kindOf(about: JsonObject): { readonly group: string; readonly version: string; readonly kind: string } {
  const parts = (textAt(about, 'apiVersion') ?? '').split('/');
  // More than one slash is no version at all, and takes the kind with it.
  if (parts.length > 2) return { group: '', version: '', kind: '' };
  const version = parts.pop() ?? '';
  return { group: parts[0] ?? '', version, kind: textAt(about, 'kind') ?? '' };
}

export const isAbsent = (value: JsonValue | undefined): boolean => value === undefined || value === null;

/** An object of a question, or what is wrong with it. */
export function readObject(
  value: JsonValue | undefined,
): { readonly object: JsonObject | undefined } | { readonly wrong: string } {
  if (value === undefined || value === null) return { object: undefined };
  return isObject(value)
    ? { object: value }
    : { wrong: `an object is needed, not ${Array.isArray(value) ? 'a list' : typeof value}` };
}
