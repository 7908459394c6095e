import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { asAppError } from './errors.ts';
import { MIGRATIONS } from './migrations/index.ts';

export type Connection = Database.Database;

/** How long a writer waits for another one (decisions.md 12). */
const BUSY_TIMEOUT_MS = 5000;

/** Opens (and, if need be, makes and migrates) the database file. Files are readable by their owner only. */
export function connect(file: string, migrations: readonly string[] = MIGRATIONS): Result<Connection, AppError> {
  let connection: Connection | undefined;
  try {
    prepareFile(file);
    connection = new Database(file, { timeout: BUSY_TIMEOUT_MS });
    configure(connection);
    const problem = migrate(connection, file, migrations);
    if (problem === undefined) return ok(connection);
    connection.close();
    return err(problem);
  } catch (cause) {
    connection?.close();
    return err(asAppError(cause, file));
  }
}

/** Made before SQLite sees it, so that it never exists with wider permissions; -wal and -shm take over the file's. */
function prepareFile(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
}

function configure(connection: Connection): void {
  // Takes effect in an empty file only, before anything is written: freed pages can be given back after a deletion.
  if (connection.pragma('page_count', { simple: true }) === 0) connection.pragma('auto_vacuum = INCREMENTAL');
  connection.pragma('journal_mode = WAL');
  // A crash of the machine may lose the last transactions but never damages a WAL database with NORMAL.
  connection.pragma('synchronous = NORMAL');
  connection.pragma('foreign_keys = ON');
  connection.pragma('secure_delete = ON');
  connection.pragma('temp_store = MEMORY');
  // Keys are random: their indexes are written all over. 64 MiB of cache and a longer log keep a scan of 100,000 objects from
  // writing the same pages again and again.
  connection.pragma('cache_size = -65536');
  connection.pragma('wal_autocheckpoint = 8000');
  connection.pragma('trusted_schema = OFF');
}

/** One transaction per step, version included: a step that fails leaves everything as it was. */
function migrate(connection: Connection, file: string, migrations: readonly string[]): AppError | undefined {
  const version = (): number => Number(connection.pragma('user_version', { simple: true }));
  if (version() > migrations.length) return newerSchema(file, version(), migrations.length);
  // Asked again inside the transaction: another process may have taken the step meanwhile.
  const step = connection.transaction(() => {
    const at = version();
    const sql = migrations[at];
    if (sql === undefined) return false;
    connection.exec(sql);
    connection.pragma(`user_version = ${at + 1}`);
    return true;
  });
  while (version() < migrations.length && step.immediate());
  return undefined;
}

const newerSchema = (file: string, found: number, known: number): AppError => ({
  code: 'database',
  what: 'The history database was written by a newer Plimsoll',
  where: file,
  why: `Its schema is version ${found}; this Plimsoll knows versions up to ${known}. It was not touched.`,
  next: 'Update Plimsoll, or name another file with --db FILE.',
});
