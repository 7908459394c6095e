import type { ScanObject } from '#core/inventory/model.ts';

/** The objects of a scan as replay goes through them, once for each rule. */

export interface ScanKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** How many there are; idle ones are nobody's to create. */
  readonly objects: number;
}

/** Every apiVersion and kind, and by position of the object which of them it is. */
export function kindsOf(objects: readonly ScanObject[]): { readonly kinds: readonly ScanKind[]; readonly kindOf: Uint16Array } {
  const places = new Map<string, number>();
  const kinds: { apiVersion: string; kind: string; objects: number }[] = [];
  const kindOf = new Uint16Array(objects.length);
  objects.forEach(({ apiVersion, kind, idle }, at) => {
    const key = `${apiVersion} ${kind}`;
    const place = places.get(key) ?? kinds.push({ apiVersion, kind, objects: 0 }) - 1;
    places.set(key, place);
    kindOf[at] = place;
    const known = kinds[place];
    if (known !== undefined && !idle) known.objects += 1;
  });
  return { kinds, kindOf };
}

/** Positions by namespace, kind and name, without idle objects. */
export function inOrder(objects: readonly ScanObject[]): Uint32Array {
  const keys = objects.map(({ namespace = '', kind, name }) => `${namespace}\u0000${kind}\u0000${name}`);
  const positions = objects.flatMap(({ idle }, at) => (idle ? [] : [at]));
  return Uint32Array.from(positions.toSorted((a, b) => compare(keys[a] ?? '', keys[b] ?? '')));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
