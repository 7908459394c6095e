/** Objects while they are being built: plain mutable JSON. */
export type Json = null | boolean | number | string | Json[] | Obj;
export interface Obj {
  [key: string]: Json;
}

export const isObj = (value: Json | undefined): value is Obj =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A field that must hold an object: made where it is absent. */
export function child(parent: Obj, key: string): Obj {
  const found = parent[key];
  if (isObj(found)) return found;
  const made: Obj = {};
  parent[key] = made;
  return made;
}

/** The objects of a list field; empty where it is absent. */
export function items(parent: Obj, key: string): Obj[] {
  const found = parent[key];
  return Array.isArray(found) ? found.filter(isObj) : [];
}

/** Fills a field only where nobody wrote it, as the API server does. */
export function fill(target: Obj, values: Obj): void {
  for (const [key, value] of Object.entries(values)) target[key] ??= value;
}

export const textOf = (parent: Obj, key: string): string => {
  const value = parent[key];
  return typeof value === 'string' ? value : '';
};

export const metadataOf = (object: Obj): Obj => child(object, 'metadata');
export const specOf = (object: Obj): Obj => child(object, 'spec');

/** `Deployment shop/web`, `Namespace shop`: how sample.yaml and errors name an object. */
export function nameOf(object: Obj): string {
  const metadata = metadataOf(object);
  const namespace = textOf(metadata, 'namespace');
  return `${textOf(object, 'kind')} ${namespace === '' ? '' : `${namespace}/`}${textOf(metadata, 'name')}`;
}
