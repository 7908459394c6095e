import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authenticatorFor } from './auth.ts';
import type { Connection } from './connection.ts';
import { type ExecRequest, runExecPlugin } from './exec-plugin.ts';
import type { ExecConfig, NamedCluster } from './kubeconfig-model.ts';

const V1 = 'client.authentication.k8s.io/v1';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'plimsoll-exec-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const script = (name: string, body: string): string => {
  const path = join(dir, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
};

const answer = (status: unknown, apiVersion = V1, kind = 'ExecCredential'): string =>
  `cat <<'JSON'\n${JSON.stringify({ apiVersion, kind, status })}\nJSON`;

const cluster: NamedCluster = {
  name: 'c',
  file: 'k',
  server: 'https://c.example',
  insecureSkipTlsVerify: false,
  tlsServerName: 'inner',
  execConfig: { audience: 7 },
};

const config = (command: string, more: Partial<ExecConfig> = {}): ExecConfig => ({
  apiVersion: V1,
  command,
  args: [],
  env: {},
  provideClusterInfo: false,
  interactiveMode: 'Never',
  ...more,
});

const run = (exec: ExecConfig, more: Partial<ExecRequest> = {}) =>
  runExecPlugin({
    exec,
    file: join(dir, 'kubeconfig'),
    cluster,
    ca: 'CA',
    env: { PATH: `${dir}:/usr/bin:/bin`, INHERITED: 'yes' },
    signal: new AbortController().signal,
    limits: { timeoutMs: 400, graceMs: 200, stdoutBytes: 1024 * 1024 },
    ...more,
  });

const why = async (exec: ExecConfig, more: Partial<ExecRequest> = {}): Promise<string> => {
  const result = await run(exec, more);
  if (result.ok) throw new Error('a refusal was expected');
  expect(result.error.code).toBe(result.error.why.includes('cancelled') ? 'cancelled' : 'execPlugin');
  expect(JSON.stringify(result.error)).not.toContain('CANARY');
  return result.error.why;
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/mu.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describe('running a credential plugin', () => {
  it('gives its token and expiry', async () => {
    const at = new Date(Date.now() + 3_600_000).toISOString();
    script('plugin', answer({ token: 'abc', expirationTimestamp: at }));
    expect(await run(config('plugin'))).toEqual({ ok: true, value: { token: 'abc', expiresAt: Date.parse(at) } });
  });

  it('gives its client certificate', async () => {
    script('plugin', answer({ clientCertificateData: 'C', clientKeyData: 'K' }));
    expect(await run(config('plugin'))).toEqual({ ok: true, value: { clientCertificate: { cert: 'C', key: 'K' } } });
  });

  it('passes arguments as they are, without a shell, and an environment', async () => {
    script(
      'plugin',
      `printf '%s|' "$@" > ${dir}/args; echo "$INHERITED $OWN" > ${dir}/env; cat > ${dir}/stdin; echo "$KUBERNETES_EXEC_INFO" > ${dir}/info; ${answer({ token: 't' })}`,
    );
    const exec = config('plugin', {
      args: ['$(touch pwned)', '; touch pwned', 'a b'],
      env: { OWN: 'own' },
      provideClusterInfo: true,
    });
    expect((await run(exec)).ok).toBe(true);
    expect(readFileSync(join(dir, 'args'), 'utf8')).toBe('$(touch pwned)|; touch pwned|a b|');
    expect(readFileSync(join(dir, 'env'), 'utf8')).toBe('yes own\n');
    expect(readFileSync(join(dir, 'stdin'), 'utf8')).toBe('');
    expect(JSON.parse(readFileSync(join(dir, 'info'), 'utf8'))).toEqual({
      kind: 'ExecCredential',
      apiVersion: V1,
      spec: {
        interactive: false,
        cluster: {
          server: 'https://c.example',
          'tls-server-name': 'inner',
          'certificate-authority-data': 'Q0E=',
          config: { audience: 7 },
        },
      },
    });
    expect(existsSync('pwned')).toBe(false);
  });

  it('tells nothing of the cluster unless the kubeconfig says so', async () => {
    script('plugin', `echo "$KUBERNETES_EXEC_INFO" > ${dir}/info; ${answer({ token: 't' })}`);
    await run(config('plugin'));
    expect(JSON.parse(readFileSync(join(dir, 'info'), 'utf8'))).toEqual({
      kind: 'ExecCredential',
      apiVersion: V1,
      spec: { interactive: false },
    });
  });

  it('finds a command with a separator beside the kubeconfig, and a bare name on the PATH only', async () => {
    script('plugin', answer({ token: 't' }));
    expect((await run(config('./plugin'), { env: {} })).ok).toBe(true);
    expect(await why(config('plugin'), { env: { PATH: '/nowhere' } })).toBe('it is in none of the folders of PATH (/nowhere)');
    expect(await why(config('plugin'), { env: { PATH: '.' } })).toContain('none of the folders');
    const missing = await run(config('plugin', { installHint: 'brew install plugin' }), { env: {} });
    expect(missing.ok ? '' : missing.error.next).toContain('brew install plugin');
  });

  it.each([
    ['another exit code', 'echo "token=CANARY-1 refused" >&2; exit 3', 'exit code 3; it said: token=<removed> refused'],
    ['no output', 'true', 'printed nothing'],
    ['a banner before the JSON', `echo Welcome; ${answer({ token: 'CANARY' })}`, 'not one JSON object'],
    ['another apiVersion', answer({ token: 'CANARY' }, 'client.authentication.k8s.io/v1beta1'), 'another apiVersion'],
    ['another kind', answer({ token: 'CANARY' }, V1, 'Pod'), 'no ExecCredential'],
    ['no status', answer(undefined), 'no status'],
    ['neither token nor certificate', answer({}), 'neither a token nor a client certificate'],
    ['half a certificate', answer({ clientKeyData: 'CANARY' }), 'without a key, or the other way round'],
    ['an expired credential', answer({ token: 'CANARY', expirationTimestamp: '2020-01-01T00:00:00Z' }), 'already expired'],
    ['a time that is none', answer({ token: 'CANARY', expirationTimestamp: 'soon' }), 'no time'],
    ['more than 1 MiB', 'head -c 5000000 /dev/zero', 'more than 1048576 bytes'],
    ['a question on stdin', 'read -r name || exit 9', 'exit code 9'],
  ])('%s is refused in words', async (_name, body, reason) => {
    script('plugin', body);
    expect(await why(config('plugin'))).toContain(reason);
  });

  it('refuses what needs a person, and unknown versions, without running them', async () => {
    script('plugin', `touch ${dir}/ran`);
    expect(await why(config('plugin', { interactiveMode: 'Always' }))).toContain('no terminal');
    expect(await why(config('plugin', { apiVersion: 'client.authentication.k8s.io/v1alpha1' }))).toContain('is none of');
    expect(existsSync(join(dir, 'ran'))).toBe(false);
  });

  it('ends a plugin that hangs, with all that it started, even if it ignores SIGTERM', async () => {
    script('plugin', `trap '' TERM; sleep 60 & echo $! > ${dir}/child; echo $$ > ${dir}/self; wait; wait; sleep 60`);
    expect(await why(config('plugin'))).toContain('did not end within 0.4 s');
    await sleep(50);
    for (const name of ['child', 'self']) expect(isAlive(Number(readFileSync(join(dir, name), 'utf8')))).toBe(false);
  });

  it('ends at once when cancelled', async () => {
    script('plugin', 'sleep 60');
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const started = performance.now();
    expect(
      await why(config('plugin'), { signal: controller.signal, limits: { timeoutMs: 60_000, graceMs: 60_000, stdoutBytes: 10 } }),
    ).toContain('cancelled');
    expect(performance.now() - started).toBeLessThan(500);
  });

  it('does not wait for a grandchild that keeps the output open', async () => {
    script('plugin', `sleep 60 & ${answer({ token: 't' })}`);
    expect(await run(config('plugin'), { limits: { timeoutMs: 10_000, graceMs: 100, stdoutBytes: 1000 } })).toMatchObject({
      ok: true,
    });
  });
});

describe('keeping what a plugin gave', () => {
  const connection = (exec: ExecConfig, name = 'u'): Connection => ({
    contextName: 'x',
    cluster,
    server: new URL(cluster.server),
    user: { name, file: join(dir, 'kubeconfig'), exec },
  });
  const authenticator = (exec: ExecConfig, name?: string) => {
    const made = authenticatorFor(connection(exec, name), { env: { PATH: `${dir}:/usr/bin:/bin` } });
    if (!made.ok) throw new Error('an authenticator was expected');
    return made.value;
  };
  const runs = (): number => readFileSync(join(dir, 'runs'), 'utf8').trim().split('\n').length;
  const forever = new AbortController().signal;
  const count = (status: unknown): string => `echo run >> ${dir}/runs; ${answer(status)}`;

  it('runs it once for many requests and many scans, and one at a time', async () => {
    script('plugin', count({ token: 't' }));
    const first = authenticator(config('plugin'));
    await Promise.all(Array.from({ length: 5 }, () => first.credentials(forever)));
    expect(await authenticator(config('plugin')).credentials(forever)).toMatchObject({
      ok: true,
      value: { headers: { authorization: 'Bearer t' } },
    });
    expect(runs()).toBe(1);
  });

  it('runs it again after a 401, and a minute before the expiry', async () => {
    script('plugin', count({ token: 't', expirationTimestamp: new Date(Date.now() + 30_000).toISOString() }));
    const soon = authenticator(config('plugin'));
    await soon.credentials(forever);
    await soon.credentials(forever);
    expect(runs()).toBe(2);
    expect(soon.renew()).toBe(true);
  });

  it('keeps users apart', async () => {
    script('plugin', count({ token: 't' }));
    await authenticator(config('plugin'), 'one').credentials(forever);
    await authenticator(config('plugin'), 'two').credentials(forever);
    expect(runs()).toBe(2);
  });

  it('lets a second scan have its credential when the first is cancelled', async () => {
    script('plugin', `sleep 0.2; ${count({ token: 't' })}`);
    const made = authenticator(config('plugin'));
    const controller = new AbortController();
    const cancelled = made.credentials(controller.signal);
    const other = made.credentials(forever);
    controller.abort();
    expect(await cancelled).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(await other).toMatchObject({ ok: true });
  });
});
