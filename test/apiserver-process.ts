import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { type EnvtestBinary, envtestBinary, requireEnvtest } from './envtest.ts';

export type ServerVersion = '1.36' | '1.30';

export interface ProcessOptions {
  readonly dir: string;
  readonly version: ServerVersion;
  readonly emulated: string | undefined;
  readonly runtimeConfig: string | undefined;
  readonly controllers: boolean;
  readonly controllerAccounts: boolean;
  readonly adminToken: string;
  /** Writes the admin's kubeconfig and returns its path. */
  readonly writeKubeconfig: (url: string) => string;
}

export interface Processes {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const CONTROLLERS =
  'namespace-controller,garbage-collector-controller,serviceaccount-controller,deployment-controller,replicaset-controller,statefulset-controller,daemonset-controller,job-controller,cronjob-controller,disruption-controller,endpointslice-controller,validatingadmissionpolicy-status-controller';

interface Running {
  readonly name: string;
  readonly child: ChildProcess;
  readonly log: string;
  readonly exited: Promise<void>;
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function launch(name: EnvtestBinary, args: readonly string[], dir: string): Running {
  const binary = envtestBinary(name);
  if (binary === undefined) throw new Error(requireEnvtest([name]).reason);
  const log = join(dir, `${name}.log`);
  const fd = openSync(log, 'a');
  const child = spawn(binary, args, { stdio: ['ignore', fd, fd] });
  closeSync(fd);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  return { name, child, log, exited };
}

/**
 * A shell that waits for its stdin to close, which the kernel does when this process ends in any way, SIGKILL included,
 * and then kills the servers and removes their folder. Exit handlers alone would not survive a killed test worker.
 */
function guard(running: readonly Running[], dir: string): ChildProcess {
  const pids = running.map(({ child }) => String(child.pid));
  const child = spawn(
    'sh',
    ['-c', 'dir=$1; shift; read -r _; kill -9 "$@" 2>/dev/null; sleep 0.2; rm -rf "$dir"', 'guard', dir, ...pids],
    {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    },
  );
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  return child;
}

const tail = (file: string): string =>
  existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n') : '';

async function ready(url: string, token: string, servers: readonly Running[], timeoutMs: number): Promise<void> {
  const agent = new Agent({ connect: { rejectUnauthorized: false } });
  const until = Date.now() + timeoutMs;
  try {
    for (;;) {
      const dead = servers.find(({ child }) => child.exitCode !== null || child.signalCode !== null);
      if (dead !== undefined) throw new Error(`${dead.name} ended before it was ready:\n${tail(dead.log)}`);
      try {
        const response = await request(`${url}/readyz`, {
          dispatcher: agent,
          headers: { authorization: `Bearer ${token}` },
        });
        if ((await response.body.text()) === 'ok') return;
      } catch {
        // not listening yet
      }
      if (Date.now() > until)
        throw new Error(`the server was not ready in ${timeoutMs / 1000} s:\n${servers.map(({ log }) => tail(log)).join('\n')}`);
      await sleep(100);
    }
  } finally {
    await agent.destroy();
  }
}

async function stopAll(running: readonly Running[]): Promise<void> {
  // The API server first: without etcd it would wait for ever.
  for (const { child, exited } of running.toReversed()) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exited;
  }
}

async function startOnce(options: ProcessOptions): Promise<Processes> {
  const { dir, version } = options;
  const [client = 0, peer = 0, secure = 0, manager = 0] = await freePorts(4);
  const url = `https://127.0.0.1:${secure}`;
  const saKey = join(dir, 'sa.key');
  writeFileSync(
    saKey,
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      type: 'pkcs1',
      format: 'pem',
    }),
    { mode: 0o600 },
  );
  const running: Running[] = [];
  try {
    const etcd = `http://127.0.0.1:${client}`;
    // prettier-ignore
    running.push(launch('etcd', ['--data-dir', join(dir, 'etcd'), '--listen-client-urls', etcd, '--advertise-client-urls', etcd, '--listen-peer-urls', `http://127.0.0.1:${peer}`, '--unsafe-no-fsync', '--log-level', 'error'], dir));
    const clientCa = join(dir, 'client-ca.crt');
    running.push(
      launch(
        version === '1.30' ? 'kube-apiserver-1.30' : 'kube-apiserver-1.36',
        [
          `--etcd-servers=${etcd}`,
          `--cert-dir=${join(dir, 'certs')}`,
          '--bind-address=127.0.0.1',
          `--secure-port=${secure}`,
          `--service-account-key-file=${saKey}`,
          `--service-account-signing-key-file=${saKey}`,
          '--service-account-issuer=https://kubernetes.default.svc',
          `--token-auth-file=${join(dir, 'tokens.csv')}`,
          '--authorization-mode=RBAC',
          '--disable-admission-plugins=ServiceAccount',
          '--service-cluster-ip-range=10.0.0.0/16',
          '--allow-privileged=true',
          ...(existsSync(clientCa) ? [`--client-ca-file=${clientCa}`] : []),
          ...(options.runtimeConfig === undefined ? [] : [`--runtime-config=${options.runtimeConfig}`]),
          ...(options.emulated === undefined ? [] : [`--emulated-version=${options.emulated}`]),
        ],
        dir,
      ),
    );
    await ready(url, options.adminToken, running, 60_000);
    const kubeconfig = options.writeKubeconfig(url);
    if (options.controllers) {
      running.push(
        launch(
          'kube-controller-manager',
          [
            `--kubeconfig=${kubeconfig}`,
            '--leader-elect=false',
            `--use-service-account-credentials=${options.controllerAccounts}`,
            `--service-account-private-key-file=${saKey}`,
            '--bind-address=127.0.0.1',
            `--secure-port=${manager}`,
            `--cert-dir=${join(dir, 'certs-kcm')}`,
            `--controllers=${CONTROLLERS}`,
          ],
          dir,
        ),
      );
    }
    const watch = guard(running, dir);
    const pid = running[1]?.child.pid ?? 0;
    return {
      url,
      pid,
      stop: async () => {
        watch.kill('SIGKILL');
        await stopAll(running);
      },
    };
  } catch (error) {
    await stopAll(running);
    throw error;
  }
}

/** Starts etcd, the API server and, when asked, the controller manager. A port taken between choosing and binding costs one more try. */
export async function startProcesses(options: ProcessOptions): Promise<Processes> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      const taken = error instanceof Error && error.message.includes('address already in use');
      if (!taken || attempt === 3) {
        rmSync(options.dir, { recursive: true, force: true });
        throw error;
      }
      rmSync(join(options.dir, 'etcd'), { recursive: true, force: true });
    }
  }
}
