import type { ScanObject } from '#core/inventory/model.ts';

/** Owners that were read and are counted, nearest first: an idle ReplicaSet speaks for nobody. */
export function ownerChains(objects: readonly ScanObject[]): ReadonlyMap<ScanObject, readonly ScanObject[]> {
  const byUid = new Map<string, ScanObject>();
  for (const object of objects) if (object.uid !== undefined && object.uid !== '') byUid.set(object.uid, object);
  const chains = new Map<ScanObject, readonly ScanObject[]>();
  for (const object of objects) {
    if (object.owner === undefined) continue;
    const chain = ownersOf(object, byUid).filter((owner) => !owner.idle);
    if (chain.length > 0) chains.set(object, chain);
  }
  return chains;
}

/** Objects that own each other in a circle own nothing, else each would wait for the other to be counted. */
function ownersOf(object: ScanObject, byUid: ReadonlyMap<string, ScanObject>): readonly ScanObject[] {
  const chain: ScanObject[] = [];
  for (let next = parentOf(object, byUid); next !== undefined; next = parentOf(next, byUid)) {
    if (next === object) return [];
    if (chain.includes(next)) return chain;
    chain.push(next);
  }
  return chain;
}

const parentOf = (object: ScanObject, byUid: ReadonlyMap<string, ScanObject>): ScanObject | undefined =>
  object.owner === undefined ? undefined : byUid.get(object.owner.uid);
