import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
type Environment = Readonly<Record<string, string | undefined>>;

/** What git says of a folder within two seconds; undefined where it has nothing to say, or there is no git. */
export async function askGit(folder: string, env: Environment, ...args: readonly string[]): Promise<string | undefined> {
  try {
    // A repository's own settings must not make git start programs.
    const { stdout } = await run('git', ['-C', folder, '-c', 'core.fsmonitor=false', ...args], {
      timeout: 2000,
      env: { PATH: env['PATH'], HOME: env['HOME'], GIT_OPTIONAL_LOCKS: '0' },
    });
    return stdout.trimEnd();
  } catch {
    return undefined;
  }
}
