import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ciData, gitData, withoutCredentials } from '#main/scan/run-context.ts';

describe('the address of a remote', () => {
  it.each([
    ['https://user:token@example.com/shop.git', 'https://example.com/shop.git'],
    ['https://token@example.com/shop.git', 'https://example.com/shop.git'],
    ['https://oauth2:CANARY@example.com:8443/a/b@1.git', 'https://example.com:8443/a/b@1.git'],
    ['https://example.com/shop.git?private_token=CANARY@', 'https://example.com/shop.git'],
    ['https://user:p@ss@example.com/shop.git', 'https://example.com/shop.git'],
    ['HTTPS://user:CANARY@example.com/shop.git', 'HTTPS://example.com/shop.git'],
    ['ssh://git:CANARY@example.com/shop.git', 'ssh://example.com/shop.git'],
    ['https://example.com/shop.git', 'https://example.com/shop.git'],
    ['git@example.com:team/shop.git', 'git@example.com:team/shop.git'],
    ['/srv/git/shop.git', '/srv/git/shop.git'],
    ['../shop.git', '../shop.git'],
  ])('%s is kept as %s', (remote, kept) => {
    expect(withoutCredentials(remote)).toBe(kept);
  });
});

describe('the CI that runs this', () => {
  it.each<[string, Record<string, string>, ReturnType<typeof ciData>]>([
    [
      'GitHub',
      {
        GITHUB_ACTIONS: 'true',
        GITHUB_SERVER_URL: 'https://github.example',
        GITHUB_REPOSITORY: 'team/shop',
        GITHUB_RUN_ID: '7',
        CI: 'true',
      },
      { vendor: 'github', jobUrl: 'https://github.example/team/shop/actions/runs/7' },
    ],
    ['GitHub, half told', { GITHUB_ACTIONS: 'true', GITHUB_RUN_ID: '7' }, { vendor: 'github' }],
    [
      'GitLab',
      { GITLAB_CI: 'true', CI_JOB_URL: 'https://gitlab.example/j/1', CI: 'true' },
      { vendor: 'gitlab', jobUrl: 'https://gitlab.example/j/1' },
    ],
    [
      'Jenkins',
      { JENKINS_URL: 'https://jenkins.example/', BUILD_URL: 'https://jenkins.example/1' },
      { vendor: 'jenkins', jobUrl: 'https://jenkins.example/1' },
    ],
    [
      'CircleCI',
      { CIRCLECI: 'true', CIRCLE_BUILD_URL: 'https://circleci.example/1' },
      { vendor: 'circleci', jobUrl: 'https://circleci.example/1' },
    ],
    ['Azure', { TF_BUILD: 'True' }, { vendor: 'azure' }],
    [
      'Buildkite',
      { BUILDKITE: 'true', BUILDKITE_BUILD_URL: 'https://buildkite.example/1' },
      { vendor: 'buildkite', jobUrl: 'https://buildkite.example/1' },
    ],
    ['another', { CI: '1' }, { vendor: 'unknown' }],
    ['none', { CI: 'false', HOME: '/root' }, undefined],
    ['none', {}, undefined],
  ])('%s', (_, env, expected) => {
    expect(ciData(env)).toEqual(expected);
  });
});

describe('git data', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-git-'));
  const env = { PATH: process.env['PATH'], HOME: folder };
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', join(folder, 'shop'), '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      encoding: 'utf8',
      env,
      stdio: 'pipe',
    }).trim();

  beforeAll(() => {
    mkdirSync(join(folder, 'shop', 'deploy'), { recursive: true });
    mkdirSync(join(folder, 'bare'));
    git('init', '--initial-branch', 'main');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is nothing where there is no repository, no commit, or no git', async () => {
    expect(await gitData(join(folder, 'bare'), { ...env, GIT_CEILING_DIRECTORIES: folder })).toBeUndefined();
    expect(await gitData(join(folder, 'shop'), env)).toBeUndefined();
    expect(await gitData(join(folder, 'nowhere'), env)).toBeUndefined();
    git('commit', '--allow-empty', '--message', 'first');
    expect(await gitData(join(folder, 'shop'), { PATH: '/nowhere', HOME: folder })).toBeUndefined();
  });

  it('is commit, branch and remote of the folder, also from below it, without the remote’s credentials', async () => {
    const commit = git('rev-parse', 'HEAD');
    expect(await gitData(join(folder, 'shop'), env)).toEqual({ commit, branch: 'main' });
    git('remote', 'add', 'origin', 'https://user:CANARY-token@example.com/shop.git');
    expect(await gitData(join(folder, 'shop', 'deploy'), env)).toEqual({
      commit,
      branch: 'main',
      remote: 'https://example.com/shop.git',
    });
  });

  it('takes the branch from the CI, which checks out a commit', async () => {
    git('checkout', '--detach');
    expect(await gitData(join(folder, 'shop'), env)).not.toHaveProperty('branch');
    expect(await gitData(join(folder, 'shop'), { ...env, GITHUB_REF_NAME: 'fix' })).toMatchObject({ branch: 'fix' });
    expect(await gitData(join(folder, 'shop'), { ...env, CI_COMMIT_REF_NAME: 'fix' })).toMatchObject({ branch: 'fix' });
  });

  it('asks with an environment of its own: nothing of the caller’s reaches git', async () => {
    const poisoned = { ...env, GIT_DIR: join(folder, 'nowhere'), GIT_SSH_COMMAND: 'CANARY' };
    expect(await gitData(join(folder, 'shop'), poisoned)).toHaveProperty('commit');
  });
});
