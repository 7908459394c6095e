import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import type { FileChange } from '#main/store/index.ts';
import { reasonOf } from './read-files.ts';

/**
 * Writes all of them or none. A file that does not say what it said when it was read is not overwritten: `conflict`.
 * Each is written beside its place and put there in one step, so that a crash leaves the old or the new one.
 */
export function saveFiles(folder: string, changes: readonly FileChange[]): Result<void, AppError> {
  for (const { file, before } of changes) {
    if (!isInside(folder, file)) return err(cannotWrite(file, 'A link leads out of the workspace folder.'));
    if (contentOf(folder, file) !== before) return err(changedMeanwhile(file));
  }
  const done: FileChange[] = [];
  for (const change of changes) {
    try {
      put(folder, change.file, change.after);
      done.push(change);
    } catch (cause) {
      for (const { file, before } of done.toReversed()) put(folder, file, before);
      return err(cannotWrite(change.file, reasonOf(cause)));
    }
  }
  return ok(undefined);
}

/** A folder or file that is a link may lead anywhere: what lies elsewhere is not read as the workspace's, and not written. */
function isInside(folder: string, file: string): boolean {
  if (!existsSync(folder)) return true;
  let place = path.join(folder, file);
  while (!isThere(place)) place = path.dirname(place);
  if (!existsSync(place)) return false;
  const way = path.relative(realpathSync(folder), realpathSync(place));
  return way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}

/** Also where it is a link to nothing. */
function isThere(place: string): boolean {
  try {
    lstatSync(place);
    return true;
  } catch {
    return false;
  }
}

function contentOf(folder: string, file: string): string | undefined {
  const place = path.join(folder, file);
  return existsSync(place) ? readFileSync(place, 'utf8') : undefined;
}

function put(folder: string, file: string, text: string | undefined): void {
  const named = path.join(folder, file);
  if (text === undefined) {
    rmSync(named, { force: true });
    return;
  }
  mkdirSync(path.dirname(named), { recursive: true });
  // A link inside the folder stays one.
  const place = existsSync(named) ? realpathSync(named) : named;
  const beside = path.join(path.dirname(place), `.${path.basename(place)}.${randomBytes(6).toString('hex')}`);
  try {
    const descriptor = openSync(beside, 'wx', 0o644);
    try {
      writeSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    if (existsSync(place)) chmodSync(beside, statSync(place).mode & 0o777);
    renameSync(beside, place);
  } catch (cause) {
    rmSync(beside, { force: true });
    throw cause;
  }
}

export const changedMeanwhile = (file: string): AppError => ({
  code: 'conflict',
  what: 'Somebody changed the file in the meantime.',
  where: file,
  why: 'It is not what it was when it was read; saving would overwrite that.',
  next: 'Look at what it says now and do it again. Nothing was written.',
});

const cannotWrite = (file: string, why: string): AppError => ({
  code: 'forbidden',
  what: 'The file cannot be written.',
  where: file,
  why,
  next: 'Check who may write to the workspace folder, and whether the disk is full. Nothing was changed.',
});
