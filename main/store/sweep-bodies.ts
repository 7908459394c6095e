import { cutBlocks, packBodies, unpackBodies } from './body.ts';
import type { Connection } from './database.ts';

/** Blocks that one transaction packs anew: a few megabytes of text at most, some ten milliseconds. */
const STEP = 16;

/** A body's object and the body come in one transaction, so that a body without an object is dead whatever else is going on. */
const DEAD = 'NOT EXISTS (SELECT 1 FROM objects o WHERE o.body_id = b.id)';

/**
 * Frees bodies that no object has, and packs anew what else was in their blocks, so that nothing of them is left. In short
 * transactions: a scan that is just beginning waits for one of them at most, and may use a dead body again in between.
 */
export function freeBodies(db: Connection): void {
  const blocks = db.prepare<[], number>(`SELECT DISTINCT b.block_id FROM bodies b WHERE ${DEAD}`).pluck().all();
  const repacker = new Repacker(db);
  const step = db.transaction((some: readonly number[]) => repacker.repack(some));
  for (let at = 0; at < blocks.length; at += STEP) step.immediate(blocks.slice(at, at + STEP));
}

/** Whether `freeBodies` has something to do. */
export const hasDeadBodies = (db: Connection): boolean =>
  db.prepare(`SELECT 1 FROM bodies b WHERE ${DEAD} LIMIT 1`).get() !== undefined;

class Repacker {
  readonly #bury;
  readonly #alive;
  readonly #load;
  readonly #insert;
  readonly #move;
  readonly #drop;

  constructor(db: Connection) {
    this.#bury = db.prepare<[number]>(`DELETE FROM bodies AS b WHERE b.block_id = ? AND ${DEAD}`);
    this.#alive = db
      .prepare<[number], [number, number]>('SELECT id, position FROM bodies WHERE block_id = ? ORDER BY position')
      .raw();
    this.#load = db.prepare<[number], Buffer>('SELECT data FROM body_blocks WHERE id = ?').pluck();
    this.#insert = db.prepare<[Uint8Array]>('INSERT INTO body_blocks (data) VALUES (?)');
    this.#move = db.prepare<[number, number, number]>('UPDATE bodies SET block_id = ?, position = ? WHERE id = ?');
    this.#drop = db.prepare<[number]>('DELETE FROM body_blocks WHERE id = ?');
  }

  /** Survivors of several blocks come together in new ones, under new ids: a block that somebody has inflated stays true. */
  repack(blocks: readonly number[]): void {
    // Looked for again, under the write lock: a scan may have brought a body back to life, or another sweep have been here.
    const touched = blocks.filter((block) => this.#bury.run(block).changes > 0);
    const survivors = touched.flatMap((block) => this.#survivors(block));
    for (const entries of cutBlocks(survivors)) {
      const made = Number(this.#insert.run(packBodies(entries.map(({ text }) => text))).lastInsertRowid);
      entries.forEach(({ id }, position) => this.#move.run(made, position, id));
    }
    for (const block of touched) this.#drop.run(block);
  }

  #survivors(block: number): { readonly id: number; readonly text: string }[] {
    const alive = this.#alive.all(block);
    const data = alive.length === 0 ? undefined : this.#load.get(block);
    if (data === undefined) return [];
    const texts = unpackBodies(data);
    return alive.map(([id, position]) => ({ id, text: texts[position] ?? '' }));
  }
}
