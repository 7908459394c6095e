import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';

/**
 * What the store throws where a value cannot be given at all: the disk is full, the file is damaged or locked.
 * Calls that change something catch it and answer with a Result; readers let it pass, and `attempt` turns it into one.
 */
export class StoreFailure extends Error {
  readonly error: AppError;
  constructor(error: AppError) {
    super(`${error.what}: ${error.why}`);
    this.name = 'StoreFailure';
    this.error = error;
  }
}

/** Runs a piece of work on the store; a failure of the database becomes a value, anything else stays a bug and is thrown. */
export function attempt<T>(where: string, work: () => T): Result<T, AppError> {
  try {
    return ok(work());
  } catch (cause) {
    return err(asAppError(cause, where));
  }
}

/** The AppError behind a thrown value. Rethrows what is no failure of the database. */
export function asAppError(cause: unknown, where: string): AppError {
  if (cause instanceof StoreFailure) return cause.error;
  const code = sqliteCode(cause);
  if (code === undefined) throw cause;
  return explain(code, cause instanceof Error ? cause.message : String(cause), where);
}

/** SQLite's or the file system's code of a thrown value, e.g. `SQLITE_FULL`, `EACCES`. */
function sqliteCode(cause: unknown): string | undefined {
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') return undefined;
  return /^(SQLITE_|E[A-Z]+$)/.test(cause.code) ? cause.code : undefined;
}

function explain(code: string, message: string, where: string): AppError {
  const advice = ADVICE.find(([prefix]) => code.startsWith(prefix));
  if (advice === undefined)
    return {
      code: 'database',
      what: 'The history database cannot be used',
      where,
      why: message,
      next: 'Try again; if it stays, start with another file: --db FILE.',
    };
  const [, errorCode, what, next] = advice;
  return { code: errorCode, what, where, why: message, next };
}

/** Prefix of the code, our code, what happened, what to do next. */
const ADVICE: readonly (readonly [string, AppError['code'], string, string])[] = [
  ['SQLITE_BUSY', 'busy', 'The history database is in use', 'Wait for the other Plimsoll to finish writing and try again.'],
  ['SQLITE_LOCKED', 'busy', 'The history database is in use', 'Wait for the other Plimsoll to finish writing and try again.'],
  [
    'SQLITE_FULL',
    'database',
    'The disk is full',
    'Free some space, or delete old scans, and try again. Nothing stored before was lost.',
  ],
  [
    'ENOSPC',
    'database',
    'The disk is full',
    'Free some space, or delete old scans, and try again. Nothing stored before was lost.',
  ],
  [
    'SQLITE_NOTADB',
    'database',
    'The file is not a Plimsoll database',
    'Name another file with --db FILE, or move this one away.',
  ],
  [
    'SQLITE_CORRUPT',
    'database',
    'The history database is damaged',
    'Move the file away and scan again, or restore it from a backup.',
  ],
  [
    'SQLITE_READONLY',
    'database',
    'The history database may not be written',
    'Check the owner and the permissions of the file and its folder, or name another with --db FILE.',
  ],
  [
    'SQLITE_CANTOPEN',
    'database',
    'The history database cannot be opened',
    'Check the owner and the permissions of the file and its folder, or name another with --db FILE.',
  ],
  [
    'EACCES',
    'database',
    'The folder of the history database may not be used',
    'Check its owner and permissions, or name another file with --db FILE.',
  ],
  [
    'EPERM',
    'database',
    'The folder of the history database may not be used',
    'Check its owner and permissions, or name another file with --db FILE.',
  ],
  ['EROFS', 'database', 'The folder of the history database is read-only', 'Name another file with --db FILE.'],
];

/** The record asked for is not there. */
export const missing = (what: string, where: string, next = 'List what is there and try again.'): AppError => ({
  code: 'notFound',
  what,
  where,
  why: 'No such record in the history database; it may have been deleted.',
  next,
});
