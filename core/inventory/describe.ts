import { annotationsOf } from '#core/inventory/key.ts';
import type { InventoryObject } from '#core/inventory/model.ts';
import { at, isArray, isObject, own, textAt } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import type { OwnerLink } from '#core/model.ts';
import { REDACTED_TEXT, redactText } from '#core/redact/redact.ts';
import { hasCertainShape } from '#core/redact/shapes.ts';

/** Annotations by which an object says that it is let off a rule: `<prefix><rule id>`, and `<prefix><Datree key>`. */
export const WAIVE = 'plimsoll.dev/waive.';
export const DATREE_SKIP = 'datree.skip/';

/** Where built-in kinds and their look-alikes among custom resources keep the metadata of their pods. */
const POD_METADATA: readonly (readonly string[])[] = [
  ['spec', 'template', 'metadata'],
  ['spec', 'jobTemplate', 'spec', 'template', 'metadata'],
  ['template', 'metadata'],
];

/** What projections need to know of an object without opening its body. Texts that people wrote are redacted by their shape. */
export function describeObject(object: JsonObject, options: { readonly assumedNamespace?: boolean } = {}): InventoryObject {
  const namespace = textAt(object, 'metadata', 'namespace');
  const uid = textAt(object, 'metadata', 'uid');
  const owner = controllerOf(object);
  return {
    apiVersion: textAt(object, 'apiVersion') ?? '',
    kind: textAt(object, 'kind') ?? '',
    ...(namespace === undefined || namespace === '' ? {} : { namespace }),
    name: textAt(object, 'metadata', 'name') ?? textAt(object, 'metadata', 'generateName') ?? '',
    ...(uid === undefined ? {} : { uid }),
    ...(owner === undefined ? {} : { owner }),
    labels: labelsOf(object),
    waivers: waiversOf(object),
    idle: owner !== undefined && textAt(object, 'kind') === 'ReplicaSet' && at(object, 'spec', 'replicas') === 0,
    assumedNamespace: options.assumedNamespace ?? false,
  };
}

function controllerOf(object: JsonObject): OwnerLink | undefined {
  const owners = at(object, 'metadata', 'ownerReferences');
  for (const owner of isArray(owners) ? owners : []) {
    if (own(owner, 'controller') !== true) continue;
    return { kind: textAt(owner, 'kind') ?? '', name: textAt(owner, 'name') ?? '', uid: textAt(owner, 'uid') ?? '' };
  }
  return undefined;
}

function labelsOf(object: JsonObject): Readonly<Record<string, string>> {
  const labels = at(object, 'metadata', 'labels');
  if (!isObject(labels)) return {};
  const texts = Object.entries(labels).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, hasCertainShape(value) ? REDACTED_TEXT : value] as const] : [],
  );
  return Object.fromEntries(texts);
}

/** Rule id or Datree key to reason; what stands on the object itself comes before what stands on its pods. */
function waiversOf(object: JsonObject): Readonly<Record<string, string>> {
  const found = POD_METADATA.flatMap((path) => waivers(object, path));
  return Object.fromEntries([...found, ...waivers(object, ['metadata'])]);
}

function waivers(object: JsonObject, path: readonly string[]): readonly (readonly [string, string])[] {
  return annotationsOf(object, ...path).flatMap(([name, reason]) => {
    const prefix = [WAIVE, DATREE_SKIP].find((candidate) => name.startsWith(candidate) && name.length > candidate.length);
    return prefix === undefined ? [] : [[name.slice(prefix.length), redactText(reason)] as const];
  });
}
