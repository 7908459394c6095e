import type { DeclaredVersion } from '#core/inventory/model.ts';
import { LAST_APPLIED } from '#core/inventory/key.ts';
import { at, isArray, textAt } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';

/** The manager under which kubectl's client-side apply writes its annotation. */
const CLIENT_SIDE_APPLY = 'kubectl-client-side-apply';

/**
 * Which API versions an object was written in, by whom: from managedFields and the last-applied annotation (decisions.md 10).
 * Sorted, each pair once. Nothing else of the two is kept: both repeat values of the object.
 * Writes to a subresource (`status`, `scale`) declare nothing: a controller reports, and the object stays what its author wrote.
 */
export function declaredVersions(object: JsonObject): readonly DeclaredVersion[] {
  const pairs = new Map<string, DeclaredVersion>();
  const add = (manager: string, apiVersion: string): void => {
    pairs.set(`${manager} ${apiVersion}`, { manager, apiVersion });
  };
  const managed = at(object, 'metadata', 'managedFields');
  for (const entry of isArray(managed) ? managed : []) {
    const apiVersion = textAt(entry, 'apiVersion');
    if (apiVersion !== undefined && (textAt(entry, 'subresource') ?? '') === '') add(textAt(entry, 'manager') ?? '', apiVersion);
  }
  const applied = textAt(object, 'metadata', 'annotations', LAST_APPLIED);
  const apiVersion = applied === undefined ? undefined : appliedVersion(applied);
  if (apiVersion !== undefined) add(CLIENT_SIDE_APPLY, apiVersion);
  if (pairs.size < 2) return [...pairs.values()];
  return [...pairs.keys()].toSorted().flatMap((key) => pairs.get(key) ?? []);
}

/** kubectl writes the keys in order, so apiVersion comes first; whatever else is parsed. */
const FIRST_KEY = /^\{"apiVersion":"([A-Za-z0-9./-]+)"/;

function appliedVersion(text: string): string | undefined {
  const first = FIRST_KEY.exec(text)?.[1];
  if (first !== undefined) return first;
  try {
    return textAt(JSON.parse(text) as JsonObject, 'apiVersion');
  } catch {
    return undefined;
  }
}
