import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import type { AppError } from '#core/model.ts';
import { err, ok, type Result } from '#core/result.ts';
import type { ExecConfig, NamedCluster } from './kubeconfig-model.ts';
import { maskCredentials } from './mask.ts';

/**
 * Runs a kubeconfig's credential plugin by client-go's rules
 * (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins), and more carefully:
 * no shell, no stdin, a time limit, a limit on its output, and its whole process group ended with it.
 */

export interface ExecCredential {
  readonly token?: string;
  readonly clientCertificate?: { readonly cert: string; readonly key: string };
  /** Milliseconds since 1970; absent: good for the life of this process. */
  readonly expiresAt?: number;
}

export interface ExecRequest {
  readonly exec: ExecConfig;
  /** The kubeconfig file: a command with a path separator is relative to its folder. */
  readonly file: string;
  readonly cluster: NamedCluster;
  /** PEM text, for plugins that ask for cluster information. */
  readonly ca?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly limits?: ExecLimits;
}

export interface ExecLimits {
  readonly timeoutMs: number;
  /** How long SIGTERM may take before SIGKILL. */
  readonly graceMs: number;
  readonly stdoutBytes: number;
}

const LIMITS: ExecLimits = { timeoutMs: 60_000, graceMs: 2000, stdoutBytes: 1024 * 1024 };
const STDERR_BYTES = 8192;

const VERSIONS: ReadonlySet<string> = new Set(['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1']);

const failure = (request: ExecRequest, why: string, next: string): AppError => ({
  code: 'execPlugin',
  what: `The credential plugin "${request.exec.command}" did not give a credential.`,
  where: request.file,
  why,
  next,
});

const RUN_IT = 'Run the same command in a terminal to see what it wants, then scan again.';

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The plugin's file: resolved here, so that a missing one is named together with the PATH that was searched. */
function findCommand(request: ExecRequest): Result<string, AppError> {
  const { command, installHint } = request.exec;
  const path = request.env['PATH'] ?? '';
  const hint =
    installHint === undefined
      ? 'Install it, or start Plimsoll where it is on the PATH.'
      : `Its kubeconfig says: ${installHint.trim().slice(0, 400)}`;
  if (command === '')
    return err(failure(request, 'the kubeconfig names no command', 'Correct the exec section of the kubeconfig.'));
  if (/[/\\]/u.test(command)) {
    const file = isAbsolute(command) ? command : resolve(dirname(request.file), command);
    return isExecutable(file) ? ok(file) : err(failure(request, `${file} is not there or may not be executed`, hint));
  }
  const extensions = process.platform === 'win32' ? ['.exe', '.com', ''] : [''];
  for (const folder of path.split(delimiter).filter(isAbsolute)) {
    for (const extension of extensions)
      if (isExecutable(join(folder, command + extension))) return ok(join(folder, command + extension));
  }
  return err(failure(request, `it is in none of the folders of PATH (${path})`, hint));
}

/** What the plugin is told in KUBERNETES_EXEC_INFO. */
function execInfo({ exec, cluster, ca }: ExecRequest): string {
  const info = {
    server: cluster.server,
    ...(cluster.tlsServerName === undefined ? {} : { 'tls-server-name': cluster.tlsServerName }),
    ...(cluster.insecureSkipTlsVerify ? { 'insecure-skip-tls-verify': true } : {}),
    ...(ca === undefined ? {} : { 'certificate-authority-data': Buffer.from(ca, 'latin1').toString('base64') }),
    ...(cluster.execConfig === undefined ? {} : { config: cluster.execConfig }),
  };
  return JSON.stringify({
    kind: 'ExecCredential',
    apiVersion: exec.apiVersion,
    spec: { interactive: false, ...(exec.provideClusterInfo ? { cluster: info } : {}) },
  });
}

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly end: 'exit' | 'timeout' | 'tooMuch' | 'cancelled' | 'failed';
  readonly code: number | null;
}

function killGroup(pid: number | undefined, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    // The plugin leads its own process group, so what it started ends too.
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // already gone
  }
}

function run(command: string, request: ExecRequest, limits: ExecLimits): Promise<Outcome> {
  return new Promise((done) => {
    const env = { ...request.env, ...request.exec.env, KUBERNETES_EXEC_INFO: execInfo(request) };
    const child = spawn(command, [...request.exec.args], {
      env,
      shell: false,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    const out: Buffer[] = [];
    let size = 0;
    let stderr = '';
    let end: Outcome['end'] = 'exit';
    let killTimer: NodeJS.Timeout | undefined;
    const stop = (why: Outcome['end'], hard: boolean): void => {
      if (end !== 'exit') return;
      end = why;
      killGroup(child.pid, hard ? 'SIGKILL' : 'SIGTERM');
      if (!hard) killTimer = setTimeout(() => killGroup(child.pid, 'SIGKILL'), limits.graceMs);
    };
    const timer = setTimeout(() => stop('timeout', false), limits.timeoutMs);
    // A cancel must be through in a second, so it does not wait for good manners.
    const onAbort = (): void => stop('cancelled', true);
    request.signal.addEventListener('abort', onAbort, { once: true });
    const finish = (code: number | null): void => {
      clearTimeout(timer);
      clearTimeout(killTimer);
      request.signal.removeEventListener('abort', onAbort);
      child.stdout.destroy();
      child.stderr.destroy();
      done({ stdout: Buffer.concat(out).toString('utf8'), stderr, end, code });
    };
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limits.stdoutBytes) stop('tooMuch', true);
      else out.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('utf8')).slice(-STDERR_BYTES);
    });
    child.once('error', () => {
      end = 'failed';
      finish(null);
    });
    // A grandchild may hold the pipes open after the plugin ended: its output does not count, so "exit" and a moment are enough.
    child.once('exit', (code) => {
      const settle = setTimeout(() => {
        killGroup(child.pid, 'SIGKILL');
        finish(code);
      }, 250);
      child.once('close', () => {
        clearTimeout(settle);
        finish(code);
      });
    });
  });
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const optionalText = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** Checks the plugin's answer. Reasons name fields, never values. */
function readCredential(stdout: string, apiVersion: string, now: number): Result<ExecCredential, string> {
  const answer = parse(stdout);
  if (!isFields(answer)) return err(stdout.trim() === '' ? 'it printed nothing' : 'what it printed is not one JSON object');
  if (answer['kind'] !== 'ExecCredential') return err('its answer is no ExecCredential');
  if (answer['apiVersion'] !== apiVersion) return err(`its answer has another apiVersion than ${apiVersion}`);
  const { status } = answer;
  if (!isFields(status)) return err('its answer has no status');
  const token = optionalText(status['token']);
  const cert = optionalText(status['clientCertificateData']);
  const key = optionalText(status['clientKeyData']);
  if ((cert === undefined) !== (key === undefined))
    return err('its answer has a client certificate without a key, or the other way round');
  if (token === undefined && cert === undefined) return err('its answer has neither a token nor a client certificate');
  const expiry = optionalText(status['expirationTimestamp']);
  const expiresAt = expiry === undefined ? undefined : Date.parse(expiry);
  if (expiresAt !== undefined && Number.isNaN(expiresAt)) return err('its expirationTimestamp is no time');
  if (expiresAt !== undefined && expiresAt <= now) return err('the credential that it gave has already expired');
  return ok({
    ...(token === undefined ? {} : { token }),
    ...(cert === undefined || key === undefined ? {} : { clientCertificate: { cert, key } }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
}

const quoted = (argument: string): string =>
  /^[\w./:=@-]+$/u.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;

function refusal(request: ExecRequest): AppError | undefined {
  const { exec } = request;
  if (!VERSIONS.has(exec.apiVersion))
    return failure(
      request,
      `its apiVersion "${exec.apiVersion}" is none of ${[...VERSIONS].join(', ')}`,
      'Update the plugin and its kubeconfig entry.',
    );
  if (exec.interactiveMode === 'Always') {
    const line = maskCredentials([exec.command, ...exec.args].map(quoted).join(' '));
    return failure(
      request,
      'it must talk to a person (interactiveMode: Always), and has no terminal here',
      `Sign in with it in a terminal first (${line}), or use another context.`,
    );
  }
  return undefined;
}

function explain(request: ExecRequest, outcome: Outcome, limits: ExecLimits): AppError {
  const said = maskCredentials(outcome.stderr).trim().split('\n').slice(-4).join(' / ').slice(-400);
  const tail = said === '' ? '' : `; it said: ${said}`;
  switch (outcome.end) {
    case 'cancelled':
      return { ...failure(request, 'the scan was cancelled', 'Scan again.'), code: 'cancelled' };
    case 'timeout':
      return failure(
        request,
        `it did not end within ${limits.timeoutMs / 1000} s and was stopped${tail}`,
        `${RUN_IT} It may be waiting for a sign-in.`,
      );
    case 'tooMuch':
      return failure(request, `it printed more than ${limits.stdoutBytes} bytes`, RUN_IT);
    case 'failed':
      return failure(request, 'the operating system could not start it', RUN_IT);
    case 'exit':
      return failure(request, `it ended with exit code ${outcome.code ?? 'none (killed)'}${tail}`, RUN_IT);
  }
}

/** Runs the plugin once. The caller caches: see auth.ts. */
export async function runExecPlugin(request: ExecRequest): Promise<Result<ExecCredential, AppError>> {
  const limits = request.limits ?? LIMITS;
  const refused = refusal(request);
  if (refused !== undefined) return err(refused);
  const command = findCommand(request);
  if (!command.ok) return command;
  if (request.signal.aborted) return err(explain(request, { stdout: '', stderr: '', end: 'cancelled', code: null }, limits));
  const outcome = await run(command.value, request, limits);
  if (outcome.end !== 'exit' || outcome.code !== 0) return err(explain(request, outcome, limits));
  const credential = readCredential(outcome.stdout, request.exec.apiVersion, Date.now());
  return credential.ok ? credential : err(failure(request, credential.error, RUN_IT));
}
