import type { Place, Position } from '#core/inventory/model.ts';
import { packJson, sha256, unpackJson } from './blobs.ts';
import type { Connection } from './database.ts';
import { hasId } from './ids.ts';
import type { IdSet } from './ids.ts';

/** Where an object of a run stands; an object whose document is there twice has two rows. */
export interface PlaceRow {
  readonly id: number;
  readonly place: Place;
  readonly positions: readonly Position[] | undefined;
}

interface Packed {
  readonly files: readonly string[];
  /** [object id, file, line, document, line and column of each finding ...] */
  readonly rows: readonly (readonly number[])[];
}

/** Stores the places of a run, once for all runs that agree in them; gives the row id, or undefined where there are none. */
export function packPlaces(db: Connection, places: readonly PlaceRow[], ids: IdSet): number | undefined {
  const kept = places.filter((row) => hasId(ids, row.id)).toSorted((a, b) => a.id - b.id || compare(a.place, b.place));
  if (kept.length === 0) return undefined;
  const files = [...new Set(kept.map((row) => row.place.file))].toSorted();
  const numbers = new Map(files.map((file, index) => [file, index]));
  const rows = kept.map(({ id, place, positions }) => [
    id,
    numbers.get(place.file) ?? 0,
    place.line,
    place.document,
    ...(positions ?? []).flatMap((position) => [position.line, position.column]),
  ]);
  const data = packJson({ files, rows } satisfies Packed);
  const hash = sha256(data);
  db.prepare('INSERT INTO place_sets (hash, data) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING').run(hash, data);
  return db.prepare<[Uint8Array], number>('SELECT id FROM place_sets WHERE hash = ?').pluck().get(hash);
}

const compare = (a: Place, b: Place): number =>
  a.file < b.file ? -1 : a.file > b.file ? 1 : a.document - b.document || a.line - b.line;

/** The places of a run (row id) by object. */
export function readPlaces(db: Connection, runId: number): Map<number, PlaceRow[]> {
  const data = db
    .prepare<[number], Buffer>('SELECT p.data FROM runs r JOIN place_sets p ON p.id = r.place_set_id WHERE r.id = ?')
    .pluck()
    .get(runId);
  const places = new Map<number, PlaceRow[]>();
  if (data === undefined) return places;
  const { files, rows } = unpackJson<Packed>(data);
  for (const [id = 0, file = 0, line = 0, document = 0, ...rest] of rows) {
    const positions: Position[] = [];
    for (let at = 0; at < rest.length; at += 2) positions.push({ line: rest[at] ?? 0, column: rest[at + 1] ?? 0 });
    const row = {
      id,
      place: { file: files[file] ?? '', line, document },
      positions: positions.length === 0 ? undefined : positions,
    };
    const list = places.get(id);
    if (list === undefined) places.set(id, [row]);
    else list.push(row);
  }
  return places;
}
