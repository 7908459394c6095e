import { packJson, unpackJson } from './blobs.ts';
import type { Connection } from './database.ts';

/** What a saved change did to one file; `before` is absent for a new file, `after` for a removed one. */
export interface FileChange {
  /** Relative to the workspace folder, with slashes. */
  readonly file: string;
  readonly before?: string;
  readonly after?: string;
}

/** A saved change of a workspace's files, kept so that it can be taken back. */
export interface StoredChange {
  /** ULID. */
  readonly id: string;
  readonly what: string;
  readonly files: readonly FileChange[];
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Changes that can still be taken back; older ones are history that the revisions keep. */
const KEPT = 200;

/** The last changes of workspace folders. */
export class Changes {
  readonly #db: Connection;

  constructor(db: Connection) {
    this.#db = db;
  }

  add(folder: string, change: StoredChange): void {
    this.#db
      .transaction(() => {
        this.#db
          .prepare('INSERT INTO workspace_changes (id, folder, what, files, at_ms) VALUES (?, ?, ?, ?, ?)')
          .run(change.id, folder, change.what, packJson(change.files), change.at);
        this.#db
          .prepare('DELETE FROM workspace_changes WHERE id NOT IN (SELECT id FROM workspace_changes ORDER BY id DESC LIMIT ?)')
          .run(KEPT);
      })
      .immediate();
  }

  get(folder: string, id: string): StoredChange | undefined {
    const row = this.#db
      .prepare<[string, string], { what: string; files: Buffer; at_ms: number }>(
        'SELECT what, files, at_ms FROM workspace_changes WHERE folder = ? AND id = ?',
      )
      .get(folder, id);
    return row === undefined ? undefined : { id, what: row.what, files: unpackJson(row.files), at: row.at_ms };
  }

  remove(id: string): void {
    this.#db.prepare('DELETE FROM workspace_changes WHERE id = ?').run(id);
  }
}
