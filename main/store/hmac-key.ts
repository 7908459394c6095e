import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';

const KEY_BYTES = 32;

/**
 * The random key behind evaluation keys (decisions.md 8), in a file of its own, mode 0600: whoever has the database alone
 * cannot guess contents by their keys. Made on first use; a lost key only means that the next scan evaluates everything.
 * Throws file system errors.
 */
export function loadHmacKey(file: string): Uint8Array {
  const found = read(file);
  if (found !== undefined) return found;
  // Written aside and linked into place: of two processes that start at once, one makes the key and both use it.
  const own = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(own, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx' });
  try {
    rmIfBroken(file);
    linkSync(own, file);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
  } finally {
    rmSync(own, { force: true });
  }
  const made = read(file);
  if (made === undefined) throw new Error(`the key file ${file} cannot be read back`);
  return made;
}

function read(file: string): Uint8Array | undefined {
  try {
    const bytes = readFileSync(file);
    if (bytes.length !== KEY_BYTES) return undefined;
    chmodSync(file, 0o600);
    return new Uint8Array(bytes);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  }
}

/** A key of the wrong length (a copy cut short) is of no use to anyone. */
function rmIfBroken(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found !== undefined && found.size !== KEY_BYTES) rmSync(file, { force: true });
}
