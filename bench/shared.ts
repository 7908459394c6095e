import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('..', import.meta.url));

/** A file of the folder beside the project: $PLIMSOLL_SHARED, else ../shared. Throws where it is not there. */
export function sharedFile(...parts: readonly string[]): string {
  const set = process.env['PLIMSOLL_SHARED'];
  const file = join(set === undefined || set === '' ? join(repository, '..', 'shared') : set, ...parts);
  if (!existsSync(file)) throw new Error(`${file} is not there: set PLIMSOLL_SHARED to the folder that holds ${parts.join('/')}`);
  return file;
}
