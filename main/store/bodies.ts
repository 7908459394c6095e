import { cutBlocks, packBodies, unpackBodies } from './body.ts';
import type { Connection } from './database.ts';

/** A body to be stored: its text (`encodeBody`) and the SHA-256 of that. */
export interface NewBody {
  readonly text: string;
  readonly hash: Uint8Array;
}

/** What stands for a hash in a map. */
const nameOf = (hash: Uint8Array): string => Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString('latin1');

/** Stores bodies, each once by its hash, in compressed blocks. Must run inside a write transaction. */
export class BodyWriter {
  readonly #statements;

  constructor(db: Connection) {
    this.#statements = {
      find: db.prepare<[Uint8Array], number>('SELECT id FROM bodies WHERE hash = ?').pluck(),
      block: db.prepare<[Uint8Array]>('INSERT INTO body_blocks (data) VALUES (?)'),
      body: db.prepare<[Uint8Array, number, number]>('INSERT INTO bodies (hash, block_id, position) VALUES (?, ?, ?)'),
    };
  }

  /** Gives the row id of each body. */
  put(bodies: readonly NewBody[]): readonly number[] {
    const { find, block, body } = this.#statements;
    const ids = new Map<string, number>();
    const fresh = new Map<string, NewBody>();
    const names = bodies.map((entry) => {
      const name = nameOf(entry.hash);
      if (ids.has(name) || fresh.has(name)) return name;
      const id = find.get(entry.hash);
      if (id === undefined) fresh.set(name, entry);
      else ids.set(name, id);
      return name;
    });
    for (const entries of cutBlocks(fresh.values())) {
      const blockId = Number(block.run(packBodies(entries.map(({ text }) => text))).lastInsertRowid);
      entries.forEach(({ hash }, position) => {
        ids.set(nameOf(hash), Number(body.run(hash, blockId, position).lastInsertRowid));
      });
    }
    return names.map((name) => ids.get(name) ?? 0);
  }
}

/** Inflated blocks that are kept: screens and snapshots read neighbours. */
const MAX_INFLATED = 2;

/** Reads bodies of stored objects. A block never changes and its id never comes to mean another, so that what is kept stays true. */
export class BodyReader {
  readonly #place;
  readonly #load;
  /** By id, the oldest first. */
  readonly #inflated = new Map<number, readonly string[]>();

  constructor(db: Connection) {
    this.#place = db
      .prepare<[number], [number, number]>(
        'SELECT b.block_id, b.position FROM objects o JOIN bodies b ON b.id = o.body_id WHERE o.id = ?',
      )
      .raw();
    // Asked for the place once more: a sweep of another process may have moved the body since.
    this.#load = db
      .prepare<[number], [number, number, Buffer]>(
        `SELECT b.block_id, b.position, k.data FROM objects o JOIN bodies b ON b.id = o.body_id
         JOIN body_blocks k ON k.id = b.block_id WHERE o.id = ?`,
      )
      .raw();
  }

  /** The text of an object's body; undefined where the object is not known. */
  text(objectId: number): string | undefined {
    const place = this.#place.get(objectId);
    if (place === undefined) return undefined;
    const kept = this.#inflated.get(place[0]);
    if (kept !== undefined) return kept[place[1]];
    const row = this.#load.get(objectId);
    if (row === undefined) return undefined;
    const [block, position, data] = row;
    const texts = unpackBodies(data);
    if (this.#inflated.size >= MAX_INFLATED) this.#inflated.delete(this.#inflated.keys().next().value ?? 0);
    this.#inflated.set(block, texts);
    return texts[position];
  }
}
