/**
 * Reads the documents of API discovery. Shapes: k8s.io/api/apidiscovery/v2 (aggregated) and k8s.io/apimachinery meta/v1
 * (APIVersions, APIGroupList, APIResourceList). Names that could not be part of a path are dropped: an aggregated server may say anything.
 */

export interface ServedResource {
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

export interface ServedVersion {
  readonly group: string;
  readonly version: string;
  /** The aggregator could not reach the server behind it; `resources` is what it last knew. */
  readonly stale: boolean;
  readonly resources: readonly ServedResource[];
}

export interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

const items = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const isName = (text: string): boolean => /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/u.test(text);
const isGroup = (text: string): boolean => text === '' || isName(text);
const isKind = (text: string): boolean => /^[A-Za-z][A-Za-z0-9]{0,250}$/u.test(text);

const verbsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((verb) => typeof verb === 'string') : [];

const keep = (resource: ServedResource): boolean => isName(resource.resource) && isKind(resource.kind);

/** `APIGroupDiscoveryList`: groups with versions in order of preference. Undefined where it is another document. */
export function parseAggregated(document: unknown): readonly ServedVersion[] | undefined {
  if (!isFields(document) || !Array.isArray(document['items'])) return undefined;
  return items(document['items'])
    .flatMap((group) => {
      const name = textOf(fieldsOf(group['metadata'])['name']);
      return items(group['versions']).map((version) => ({
        group: name,
        version: textOf(version['version']),
        stale: version['freshness'] === 'Stale',
        resources: items(version['resources'])
          .map((resource) => ({
            resource: textOf(resource['resource']),
            kind: textOf(fieldsOf(resource['responseKind'])['kind']),
            namespaced: resource['scope'] === 'Namespaced',
            verbs: verbsOf(resource['verbs']),
          }))
          .filter(keep),
      }));
    })
    .filter(({ group, version }) => isGroup(group) && isName(version));
}

/** `APIVersions` of `/api`. */
export function parseVersions(document: unknown): readonly GroupVersion[] | undefined {
  const versions = fieldsOf(document)['versions'];
  if (!Array.isArray(versions)) return undefined;
  return versions.map((version) => ({ group: '', version: textOf(version) })).filter(({ version }) => isName(version));
}

/** `APIGroupList` of `/apis`: each group's preferred version first. */
export function parseGroups(document: unknown): readonly GroupVersion[] | undefined {
  const groups = fieldsOf(document)['groups'];
  if (!Array.isArray(groups)) return undefined;
  return items(groups).flatMap((entry) => {
    const group = textOf(entry['name']);
    const preferred = textOf(fieldsOf(entry['preferredVersion'])['version']);
    const versions = new Set([preferred, ...items(entry['versions']).map((version) => textOf(version['version']))]);
    return isName(group) ? [...versions].filter(isName).map((version) => ({ group, version })) : [];
  });
}

/** `APIResourceList` of one group version, without subresources. */
export function parseResources(document: unknown): readonly ServedResource[] | undefined {
  const resources = fieldsOf(document)['resources'];
  if (!Array.isArray(resources)) return undefined;
  return items(resources)
    .map((entry) => ({
      resource: textOf(entry['name']),
      kind: textOf(entry['kind']),
      namespaced: entry['namespaced'] === true,
      verbs: verbsOf(entry['verbs']),
    }))
    .filter(keep);
}
