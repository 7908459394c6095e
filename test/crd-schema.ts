import type { JsonObject, JsonValue } from '#core/json.ts';
import type { Manifest } from '#test/scan-objects.ts';

/** Words for the schemas of CustomResourceDefinitions. What no field is named for, a server drops. */

export const text = { type: 'string' };
export const whole = { type: 'integer' };
export const flag = { type: 'boolean' };
export const oneOf = (...values: readonly string[]): JsonObject => ({ ...text, enum: values });
export const byDefault = (schema: JsonObject, value: JsonValue): JsonObject => ({ ...schema, default: value });
export const list = (items: JsonObject): JsonObject => ({ type: 'array', items });
export const map = { type: 'object', additionalProperties: text };
export const object = (properties: JsonObject, ...required: readonly string[]): JsonObject => ({
  type: 'object',
  properties,
  ...(required.length === 0 ? {} : { required }),
});
export const anything = { 'x-kubernetes-preserve-unknown-fields': true };
export const byName = (items: JsonObject): JsonObject => ({
  ...list(items),
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name'],
});

interface Names {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced?: boolean;
  /** The one that is stored first; all have one schema. */
  readonly versions: readonly string[];
  readonly labels?: JsonObject;
}

export const definition = (
  { group, kind, plural, namespaced, versions, labels = {} }: Names,
  properties: JsonObject,
): Manifest => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}`, labels },
  spec: {
    group,
    names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
    scope: namespaced === true ? 'Namespaced' : 'Cluster',
    versions: versions.map((name, at) => ({
      name,
      served: true,
      storage: at === 0,
      subresources: { status: {} },
      schema: { openAPIV3Schema: object({ ...properties, status: { type: 'object', ...anything } }) },
    })),
  },
});
