import { isUtf8 } from 'node:buffer';
import { closeSync, fstatSync, openSync, readFileSync, readdirSync, realpathSync, statSync, type Stats } from 'node:fs';
import { glob } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { AppError } from '#core/model.ts';

/** A file as text: parsing is the workers' part. */
export interface ManifestFile {
  readonly type: 'file';
  /** As the user knows it: the path given, or what lies below it; `stdin` for `-`. */
  readonly name: string;
  readonly text: string;
}

/** A file or folder that was left out (`skipped`), or could not be read though it was asked for (`failed`, with the error). */
export type ManifestNote =
  | { readonly type: 'skipped'; readonly name: string; readonly message: string }
  | { readonly type: 'failed'; readonly name: string; readonly error: AppError };

export interface ReadManifestsOptions {
  /** What `-` reads: the bytes of standard input. Without it, `-` fails. */
  readonly stdin?: AsyncIterable<Uint8Array | string>;
  readonly signal: AbortSignal;
  /** Files, as they are named, that are passed over without a word. */
  readonly exclude?: (name: string) => boolean;
}

/** Beyond this a file is no manifest that an API server would take (its limit is 3 MiB an object). */
const MAX_BYTES = 32 * 1024 * 1024;
const EXTENSION = /\.(?:ya?ml|json)$/i;
const LEFT_OUT = new Set(['node_modules', '.git']);
/** Files read between two looks at the event loop, so that a cancel is heard. */
const BATCH = 32;

/**
 * Reads manifests from files, folders (recursively, every .yaml, .yml and .json, in order of name), globs and standard input (`-`).
 * A file is read once, however often it is named; loops of symbolic links end. Gives text only. Files named one by one are read
 * whatever their extension. Stops without an error when the signal is aborted.
 */
export async function* readManifests(
  paths: readonly string[],
  options: ReadManifestsOptions,
): AsyncIterable<ManifestFile | ManifestNote> {
  const seen: Seen = { files: new Set(), folders: new Set() };
  let count = 0;
  for (const path of paths) {
    if (path === '-') {
      yield await readStdin(options);
      continue;
    }
    for await (const entry of entriesOf(path, seen)) {
      count += 1;
      if (count % BATCH === 0) await setImmediate();
      if (options.signal.aborted) return;
      if (options.exclude?.(entry.name) === true) continue;
      yield entry.type === 'found' ? readFile(entry.name) : entry;
    }
  }
}

/** Real paths, so that links neither lead in circles nor to the same file twice. */
interface Seen {
  readonly files: Set<string>;
  readonly folders: Set<string>;
}
interface Found {
  readonly type: 'found';
  readonly name: string;
}
type Entry = Found | ManifestNote;

async function* entriesOf(path: string, seen: Seen): AsyncIterable<Entry> {
  const stats = statOf(path);
  if (stats instanceof Error && isMissing(stats) && /[*?[{]/.test(path)) {
    const matches: string[] = [];
    for await (const match of glob(path)) matches.push(match);
    matches.sort(compare);
    if (matches.length === 0)
      yield failed(
        path,
        'Nothing matches this pattern',
        'no file or folder fits it',
        'Check the pattern, and quote it so that the shell leaves it alone.',
      );
    for (const match of matches) yield* walk(match, statOf(match), seen);
    return;
  }
  yield* walk(path, stats, seen);
}

function* walk(path: string, stats: Stats | NodeJS.ErrnoException, seen: Seen): Iterable<Entry> {
  if (stats instanceof Error) {
    yield isMissing(stats)
      ? failed(
          path,
          'There is no such file or folder',
          'it does not exist, or a link leads nowhere',
          'Check the path.',
          'notFound',
        )
      : failed(path, 'This cannot be read', stats.message, 'Check its permissions.');
    return;
  }
  if (!stats.isDirectory()) {
    if (!stats.isFile() && !stats.isFIFO()) yield skipped(path, 'neither a file nor a folder');
    else if (once(seen.files, realPath(path))) yield { type: 'found', name: path };
    return;
  }
  const real = realPath(path);
  if (once(seen.folders, real)) yield* walkFolder(path, real, seen);
}

function* walkFolder(folder: string, real: string, seen: Seen): Iterable<Entry> {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    yield failed(folder, 'This folder cannot be read', String(error), 'Check its permissions.');
    return;
  }
  for (const entry of entries.sort((a, b) => compare(a.name, b.name))) {
    const path = join(folder, entry.name);
    const isLink = entry.isSymbolicLink();
    if (!isLink && !entry.isDirectory()) {
      // What the folder says is enough: no look at the file itself before it is opened.
      if (EXTENSION.test(entry.name) && once(seen.files, join(real, entry.name))) yield { type: 'found', name: path };
      continue;
    }
    const stats = isLink ? statOf(path) : undefined;
    const isFolder = stats === undefined || (!(stats instanceof Error) && stats.isDirectory());
    if (isFolder && LEFT_OUT.has(entry.name)) yield skipped(path, 'left out: no manifests of yours are expected there');
    else if (isFolder || EXTENSION.test(entry.name)) yield* walk(path, stats ?? statOf(path), seen);
  }
}

/** A path without links; as it is where that cannot be told. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return resolve(path);
  }
}

function once(set: Set<string>, value: string): boolean {
  if (set.has(value)) return false;
  set.add(value);
  return true;
}

function readFile(path: string): ManifestFile | ManifestNote {
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      if (size > MAX_BYTES)
        return skipped(path, `larger than ${MAX_BYTES / 1024 / 1024} MiB (${Math.round(size / 1024 / 1024)} MiB)`);
      return decode(path, readFileSync(file));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return failed(path, 'This file cannot be read', String(error), 'Check its permissions.');
  }
}

async function readStdin({ stdin }: ReadManifestsOptions): Promise<ManifestFile | ManifestNote> {
  if (stdin === undefined)
    return failed('stdin', 'There is nothing on standard input', 'it is not connected here', 'Name files instead of -.');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BYTES) return skipped('stdin', `larger than ${MAX_BYTES / 1024 / 1024} MiB`);
    chunks.push(bytes);
  }
  return decode('stdin', Buffer.concat(chunks));
}

/** Text of UTF-8, or of UTF-16 with a byte order mark, which the API server reads too. */
function decode(name: string, bytes: Buffer): ManifestFile | ManifestNote {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { type: 'file', name, text: new TextDecoder('utf-16le').decode(bytes) };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { type: 'file', name, text: new TextDecoder('utf-16be').decode(bytes) };
  if (bytes.includes(0)) return skipped(name, 'binary');
  if (!isUtf8(bytes)) return failed(name, 'This file is no UTF-8 text', 'it holds bytes that are no UTF-8', 'Save it as UTF-8.');
  return { type: 'file', name, text: bytes.toString('utf8') };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const isMissing = (error: NodeJS.ErrnoException): boolean => error.code === 'ENOENT' || error.code === 'ENOTDIR';

function statOf(path: string): Stats | NodeJS.ErrnoException {
  try {
    return statSync(path);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

const skipped = (name: string, message: string): ManifestNote => ({
  type: 'skipped',
  name,
  message: `${basename(name)}: ${message}`,
});

const failed = (name: string, what: string, why: string, next: string, code: AppError['code'] = 'unreadable'): ManifestNote => ({
  type: 'failed',
  name,
  error: { code, what, where: name, why, next },
});
