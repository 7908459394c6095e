import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { askGit } from '#main/git.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Who changes the workspace: the git identity of its folder, else the user of the system. */
export async function authorOf(folder: string, env: Environment): Promise<string> {
  const [name, email] = await Promise.all([
    git(folder, env, 'config', '--get', 'user.name'),
    git(folder, env, 'config', '--get', 'user.email'),
  ]);
  if (name) return email === undefined || email === '' ? name : `${name} <${email}>`;
  return email || systemUser();
}

/** The folder's branch, and how many of its files are not committed; undefined outside a repository. */
export async function gitState(
  folder: string,
  env: Environment,
): Promise<{ readonly branch?: string; readonly changed: number } | undefined> {
  const status = await git(folder, env, 'status', '--porcelain', '--untracked-files=all', '--', '.');
  if (status === undefined) return undefined;
  const branch = await git(folder, env, 'symbolic-ref', '--short', '-q', 'HEAD');
  const changed = status.split('\n').filter((line) => line !== '').length;
  return { ...(branch ? { branch } : {}), changed };
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}

/** A folder that is not made yet belongs to the repository that it will stand in. */
const git = (folder: string, env: Environment, ...args: readonly string[]): Promise<string | undefined> =>
  askGit(closestFolder(folder), { ...env, PATH: env['PATH'] ?? process.env['PATH'] }, ...args);

const closestFolder = (folder: string): string =>
  existsSync(folder) || path.dirname(folder) === folder ? folder : closestFolder(path.dirname(folder));
