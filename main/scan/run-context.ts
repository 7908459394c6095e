import type { RunRecord } from '#core/model.ts';
import { askGit } from '#main/git.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Git data of the folder a run starts in (decisions.md 23): what `git` tells within two seconds, nothing where it tells nothing. */
export async function gitData(folder: string, env: Environment): Promise<RunRecord['git']> {
  const ask = async (...args: readonly string[]): Promise<string | undefined> =>
    (await askGit(folder, env, ...args))?.trim() || undefined;
  const commit = await ask('rev-parse', 'HEAD');
  if (commit === undefined) return undefined;
  const [branch, remote] = await Promise.all([
    ask('symbolic-ref', '--short', '-q', 'HEAD'),
    ask('config', '--get', 'remote.origin.url'),
  ]);
  const named = branch ?? env['GITHUB_REF_NAME'] ?? env['CI_COMMIT_REF_NAME'];
  return {
    commit,
    ...(named === undefined ? {} : { branch: named }),
    ...(remote === undefined ? {} : { remote: withoutCredentials(remote) }),
  };
}

/** A remote's address may carry a password or token: everything before the host's @ goes, and so does a query. */
export const withoutCredentials = (remote: string): string =>
  remote.replace(/^([a-z][a-z0-9+.-]*:\/\/)(?:[^/]*@)?([^?#]*).*$/is, '$1$2');

/** Which CI runs this, and the address of its job, from the variables that each documents. */
export function ciData(env: Environment): RunRecord['ci'] {
  const known = (vendor: string, jobUrl: string | undefined): RunRecord['ci'] => ({
    vendor,
    ...(jobUrl === undefined ? {} : { jobUrl }),
  });
  if (env['GITHUB_ACTIONS'] === 'true') {
    const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = env;
    return known('github', server && repository && id ? `${server}/${repository}/actions/runs/${id}` : undefined);
  }
  if (env['GITLAB_CI'] === 'true') return known('gitlab', env['CI_JOB_URL']);
  if (env['JENKINS_URL'] !== undefined) return known('jenkins', env['BUILD_URL']);
  if (env['CIRCLECI'] === 'true') return known('circleci', env['CIRCLE_BUILD_URL']);
  if (env['TF_BUILD'] === 'True') return known('azure', undefined);
  if (env['BUILDKITE'] === 'true') return known('buildkite', env['BUILDKITE_BUILD_URL']);
  return env['CI'] === 'true' || env['CI'] === '1' ? known('unknown', undefined) : undefined;
}
