import type { ScanObject } from '#core/inventory/model.ts';
import type { OwnerLink } from '#core/model.ts';
import type { Connection } from './database.ts';
import { missing, StoreFailure } from './errors.ts';
import { FactSets } from './facts.ts';
import type { FactSet } from './facts.ts';
import { hasId, stretches } from './ids.ts';
import type { IdSet } from './ids.ts';
import type { PlaceRow } from './places.ts';

/** Flags of an object's row. */
export const IDLE = 1;
export const ASSUMED_NAMESPACE = 2;

/** id, apiVersion, kind, namespace, name, uid, owner, labels, waivers, flags, fact set. */
type ObjectRow = [
  number,
  string,
  string,
  string | null,
  string,
  string | null,
  string | null,
  string | null,
  string | null,
  number,
  number,
];

const COLUMNS = 'o.id, o.api_version, o.kind, o.namespace, o.name, o.uid, o.owner, o.labels, o.waivers, o.flags, f.fact_set_id';

const NO_PLACES: ReadonlyMap<number, readonly PlaceRow[]> = new Map();

/**
 * Objects by id with their facts under a rule set, in order of id; one per place for files. Throws a StoreFailure where one of
 * them is gone.
 */
export function* readObjects(db: Connection, ids: IdSet, rulesetId: number, places = NO_PLACES): Generator<ScanObject> {
  const range = db
    .prepare<[number, number, number], ObjectRow>(
      `SELECT ${COLUMNS} FROM objects o JOIN facts f ON f.object_id = o.id AND f.ruleset_id = ? WHERE o.id BETWEEN ? AND ? ORDER BY o.id`,
    )
    .raw();
  const loaded = new Map<number, FactSet>();
  const sets = new FactSets(db);
  let found = 0;
  for (const { first, last } of stretches(ids)) {
    for (const row of range.all(rulesetId, first, last)) {
      if (!hasId(ids, row[0])) continue;
      found++;
      let facts = loaded.get(row[10]);
      if (facts === undefined) loaded.set(row[10], (facts = sets.get(row[10])));
      const object = toObject(row, facts);
      const standing = places.get(object.id);
      if (standing === undefined) yield object;
      else
        for (const at of standing)
          yield { ...object, place: at.place, ...(at.positions === undefined ? {} : { positions: at.positions }) };
    }
  }
  if (found !== ids.length) throw new StoreFailure(missing(`${ids.length - found} objects of a run are gone`, db.name));
}

const EMPTY: Readonly<Record<string, string>> = Object.freeze({});
const readTexts = (text: string | null): Readonly<Record<string, string>> =>
  text === null ? EMPTY : (JSON.parse(text) as Record<string, string>);

function toObject(row: ObjectRow, facts: FactSet): ScanObject {
  const [id, apiVersion, kind, namespace, name, uid, owner, labels, waivers, flags] = row;
  return {
    id,
    apiVersion,
    kind,
    ...(namespace === null ? undefined : { namespace }),
    name,
    ...(uid === null ? undefined : { uid }),
    ...(owner === null ? undefined : { owner: JSON.parse(owner) as OwnerLink }),
    labels: readTexts(labels),
    waivers: readTexts(waivers),
    idle: (flags & IDLE) !== 0,
    assumedNamespace: (flags & ASSUMED_NAMESPACE) !== 0,
    verdicts: facts.verdicts,
    findings: facts.findings,
  };
}
