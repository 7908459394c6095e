import { hash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { FileProblem } from '#core/api/workspace.ts';

/** A YAML file of the workspace, as it was read. */
export interface WorkspaceFile {
  /** Relative to the folder, with slashes. */
  readonly file: string;
  readonly text: string;
  /** SHA-256 (hex) of its bytes. */
  readonly hash: string;
}

export interface WorkspaceFiles {
  readonly exists: boolean;
  /** In order of name. */
  readonly files: readonly WorkspaceFile[];
  readonly problems: readonly FileProblem[];
}

/** Written by hand, a file is a thousandth of it. */
export const MAX_BYTES = 1_000_000;
/** A folder that is no workspace (a home folder, say) is not read to its end. */
const MAX_FILES = 5000;

export const textHash = (text: string): string => hash('sha256', text, 'hex');

const problem = (file: string, message: string, next: string): FileProblem => ({
  file,
  path: '',
  severity: 'error',
  message,
  next,
});

/** Every *.yaml and *.yml below the folder, hidden ones and node_modules left out. A file that cannot be read costs only itself. */
export function readWorkspaceFiles(folder: string): WorkspaceFiles {
  const { exists, names, problems } = listFiles(folder);
  const read = names.map((name) => readOne(folder, name));
  return {
    exists,
    files: read.flatMap((result) => ('text' in result ? [result] : [])),
    problems: [...problems, ...read.flatMap((result) => ('text' in result ? [] : [result]))],
  };
}

/** Names, sizes and times of the files: equal while nobody wrote to the folder. Cheap: nothing is opened. */
export function stampOf(folder: string): string {
  const { exists, names, problems } = listFiles(folder);
  const stats = names.map((name) => {
    const stat = statSync(path.join(folder, name), { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? name : `${name}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}:${stat.ino}`;
  });
  return [String(exists), ...stats, ...problems.map(({ file }) => file)].join('\n');
}

function listFiles(folder: string): {
  readonly exists: boolean;
  readonly names: readonly string[];
  readonly problems: readonly FileProblem[];
} {
  const names: string[] = [];
  const problems: FileProblem[] = [];
  const below = (relative: string): boolean => {
    let entries;
    try {
      entries = readdirSync(path.join(folder, relative), { withFileTypes: true });
    } catch (cause) {
      if (relative === '' && isMissing(cause)) return false;
      problems.push(problem(relative || '.', `The folder cannot be read: ${reasonOf(cause)}.`, 'Check who may read it.'));
      return true;
    }
    for (const entry of entries) {
      const name = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      if (entry.isDirectory()) below(name);
      else if (entry.isSymbolicLink() && isFolder(path.join(folder, name))) problems.push(linkedFolder(name));
      else if (/\.ya?ml$/i.test(entry.name) && names.length < MAX_FILES) names.push(name);
      else if (names.length >= MAX_FILES) break;
    }
    return true;
  };
  const exists = below('');
  if (names.length >= MAX_FILES) {
    const next = 'Name the workspace folder itself with --workspace DIR or PLIMSOLL_WORKSPACE.';
    problems.push(problem('.', `It has more than ${MAX_FILES} YAML files; the rest was not read.`, next));
  }
  return { exists, names: names.toSorted(), problems };
}

const isFolder = (place: string): boolean => statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;

const linkedFolder = (name: string): FileProblem =>
  problem(name, 'It is a link to a folder and was not followed.', 'Put the folder itself into the workspace.');

function readOne(folder: string, file: string): WorkspaceFile | FileProblem {
  const place = path.join(folder, file);
  try {
    if (lstatSync(place).isSymbolicLink() && leadsOut(folder, place)) {
      const next = 'Put the file itself into the workspace.';
      return problem(file, 'It is a link that leads out of the workspace folder and was not read.', next);
    }
    const stat = statSync(place);
    if (!stat.isFile()) return problem(file, 'It is no file and was not read.', 'Give it another name.');
    if (stat.size > MAX_BYTES) {
      const next = 'Split it, or keep it outside the workspace.';
      return problem(file, `It is larger than ${MAX_BYTES / 1_000_000} MB and was not read.`, next);
    }
    return decode(file, readFileSync(place));
  } catch (cause) {
    return problem(file, `It cannot be read: ${reasonOf(cause)}.`, 'Check the file and who may read it.');
  }
}

function leadsOut(folder: string, link: string): boolean {
  const inside = path.relative(realpathSync(folder), realpathSync(link));
  return inside.startsWith('..') || path.isAbsolute(inside);
}

function decode(file: string, bytes: Uint8Array): WorkspaceFile | FileProblem {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.includes('\u0000')) return { file, text, hash: hash('sha256', bytes, 'hex') };
  } catch {
    // Said below.
  }
  return problem(file, 'It is no text in UTF-8 and was not read.', 'Save it as UTF-8, or give it another name.');
}

const isMissing = (cause: unknown): boolean => cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';

export const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
