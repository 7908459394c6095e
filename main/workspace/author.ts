import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
type Environment = Readonly<Record<string, string | undefined>>;

/** Who changes the workspace: the git identity of its folder, else the user of the system. */
export async function authorOf(folder: string, env: Environment): Promise<string> {
  const [name, email] = await Promise.all([
    git(folder, env, ['config', '--get', 'user.name']),
    git(folder, env, ['config', '--get', 'user.email']),
  ]);
  if (name !== undefined) return email === undefined ? name : `${name} <${email}>`;
  return email ?? systemUser();
}

/** The folder's branch, and how many of its files are not committed; undefined outside a repository. */
export async function gitState(
  folder: string,
  env: Environment,
): Promise<{ readonly branch?: string; readonly changed: number } | undefined> {
  const status = await git(folder, env, ['status', '--porcelain', '--untracked-files=all', '--', '.']);
  if (status === undefined) return undefined;
  const branch = await git(folder, env, ['symbolic-ref', '--short', '-q', 'HEAD']);
  const changed = status.split('\n').filter((line) => line !== '').length;
  return { ...(branch === undefined ? {} : { branch }), changed };
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}

/** What git says within two seconds. A repository's own settings must not make it start programs. */
async function git(folder: string, env: Environment, args: readonly string[]): Promise<string | undefined> {
  const existing = closestFolder(folder);
  try {
    const { stdout } = await run('git', ['-C', existing, '-c', 'core.fsmonitor=false', ...args], {
      timeout: 2000,
      env: { PATH: env['PATH'] ?? process.env['PATH'], HOME: env['HOME'], GIT_OPTIONAL_LOCKS: '0' },
    });
    const text = stdout.trimEnd();
    return text === '' && args[0] !== 'status' ? undefined : text;
  } catch {
    return undefined;
  }
}

const closestFolder = (folder: string): string =>
  existsSync(folder) || path.dirname(folder) === folder ? folder : closestFolder(path.dirname(folder));
