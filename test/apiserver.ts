import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request as send } from 'undici';
import { applyObjects, type AppliedObject, type ApplyOptions } from './apiserver-apply.ts';
import { testAuthority } from './fake-apiserver-certs.ts';
import { startProcesses, type ServerVersion } from './apiserver-process.ts';

export type { AppliedObject, ApplyOptions } from './apiserver-apply.ts';
export type { ServerVersion } from './apiserver-process.ts';

export interface TestUser {
  readonly name: string;
  readonly groups?: readonly string[];
}

export interface ApiServerOptions {
  /** Default `1.36`. */
  readonly version?: ServerVersion;
  /** `1.33`, `1.34` or `1.35`: lets the 1.36 server stand in for an older one. */
  readonly emulated?: string;
  /** What is served besides the default, e.g. `admissionregistration.k8s.io/v1beta1=true`. */
  readonly runtimeConfig?: string;
  /** Starts the controller manager too (about 8 s more): Deployments get ReplicaSets and Pods, CRDs and namespaces are cleaned up. */
  readonly controllers?: boolean;
  /** Each controller signs in as the user that it is in clusters, not as `admin`: for policies that let some through by name. */
  readonly controllerAccounts?: boolean;
  /** Users besides `admin` (system:masters). They have the rights that RBAC objects give them: none at first. */
  readonly users?: readonly TestUser[];
}

export interface ApiRequestOptions {
  /** Default `admin`; `undefined` is not anonymous: give '' for that. */
  readonly user?: string;
  readonly contentType?: string;
  readonly accept?: string;
}

export interface ApiResponse {
  readonly status: number;
  /** Parsed JSON, else the text. */
  readonly body: unknown;
  /** Texts of `Warning` headers, of admission among others. */
  readonly warnings: readonly string[];
}

export interface ApiServer {
  readonly url: string;
  /** PEM file of the certificate authority. */
  readonly caFile: string;
  /** A kubeconfig of the user admin. */
  readonly kubeconfig: string;
  /** A temporary folder that lives as long as the server. */
  readonly dir: string;
  /** Process id of the API server, for measurements. */
  readonly pid: number;
  /** Writes a kubeconfig for a user that was given at the start; `namespace` becomes the context's. */
  kubeconfigFor(user: string, namespace?: string): string;
  /** A kubeconfig that signs in with a client certificate for any name and groups (`system:masters` may do everything). */
  certificateKubeconfigFor(user: string, groups?: readonly string[]): string;
  /** The bearer token of a user. */
  token(user: string): string;
  request(method: string, path: string, body?: unknown, options?: ApiRequestOptions): Promise<ApiResponse>;
  /**
   * Server-side apply of objects (created by POST where they have a generateName): namespaces and CRDs first, and waits until a
   * new CRD is served. Throws naming the first refusal unless `tolerate` is set; then look at `status` of the results.
   */
  apply(objects: readonly unknown[], options?: ApplyOptions): Promise<readonly AppliedObject[]>;
  stop(): Promise<void>;
}

const kubeconfigText = (url: string, caFile: string, user: string, credential: string, namespace: string | undefined): string =>
  `apiVersion: v1
kind: Config
clusters:
  - name: test
    cluster:
      server: ${url}
      certificate-authority: ${caFile}
users:
  - name: ${user}
    user:
      ${credential}
contexts:
  - name: test-${user}
    context:
      cluster: test
      user: ${user}${namespace === undefined ? '' : `\n      namespace: ${namespace}`}
current-context: test-${user}
`;

/** `299 - "text"`, one header each; some clients join them. */
export const warningsOf = (header: string | readonly string[] | undefined): readonly string[] =>
  [header ?? []]
    .flat()
    .flatMap((each) => each.split(/, (?=299 - ")/))
    .map((each) =>
      Buffer.from(each, 'latin1')
        .toString('utf8')
        .replace(/^299 - "/, '')
        .replace(/"$/, '')
        .replaceAll(/\\(.)/g, '$1'),
    );

const isCut = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'UND_ERR_SOCKET';

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/**
 * Starts a real etcd and kube-apiserver (and controller manager) on free ports in a temporary folder: 3 to 5 s, about 350 MB.
 * Everything is killed when this process ends, however it ends. Check `requireEnvtest(['etcd', 'kube-apiserver'])` first.
 */
export async function startApiServer(options: ApiServerOptions = {}): Promise<ApiServer> {
  const dir = mkdtempSync(join(tmpdir(), 'plimsoll-apiserver-'));
  const users: readonly TestUser[] = [{ name: 'admin', groups: ['system:masters'] }, ...(options.users ?? [])];
  const tokens = new Map(users.map(({ name }) => [name, `test-${randomBytes(12).toString('hex')}`]));
  const tokenOf = (user: string): string => {
    const token = tokens.get(user);
    if (token === undefined) throw new Error(`the test server has no user ${user}: name it in startApiServer({ users })`);
    return token;
  };
  const lines = users.map(
    ({ name, groups }) =>
      `${tokenOf(name)},${name},uid-${name}${groups === undefined || groups.length === 0 ? '' : `,"${groups.join(',')}"`}`,
  );
  writeFileSync(join(dir, 'tokens.csv'), `${lines.join('\n')}\n`, { mode: 0o600 });

  const writeKubeconfig = (url: string, user: string, namespace?: string): string => {
    const file = join(dir, `kubeconfig-${user}${namespace === undefined ? '' : `-${namespace}`}`);
    writeFileSync(file, kubeconfigText(url, join(dir, 'certs', 'apiserver.crt'), user, `token: ${tokenOf(user)}`, namespace), {
      mode: 0o600,
    });
    return file;
  };

  const clientAuthority = testAuthority('plimsoll-test-clients');
  writeFileSync(join(dir, 'client-ca.crt'), clientAuthority.cert);

  const processes = await startProcesses({
    dir,
    version: options.version ?? '1.36',
    emulated: options.emulated,
    runtimeConfig: options.runtimeConfig,
    controllers: options.controllers ?? false,
    controllerAccounts: options.controllerAccounts ?? false,
    adminToken: tokenOf('admin'),
    writeKubeconfig: (url) => writeKubeconfig(url, 'admin'),
  });
  const { url } = processes;
  const agent = new Agent({
    connections: 32,
    connect: { ca: readFileSync(join(dir, 'certs', 'apiserver.crt')) },
  });

  const request = async (method: string, path: string, body?: unknown, how: ApiRequestOptions = {}): Promise<ApiResponse> => {
    const user = how.user ?? 'admin';
    const headers: Record<string, string> = { accept: how.accept ?? 'application/json' };
    if (user !== '') headers['authorization'] = `Bearer ${tokenOf(user)}`;
    if (body !== undefined) headers['content-type'] = how.contentType ?? 'application/json';
    const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
    const ask = () => send(url + path, { method: method as 'GET', headers, body: text, dispatcher: agent });
    // A busy server may end a connection before it answers, as any client of it has to bear.
    const response = await ask().catch((error: unknown) => (isCut(error) ? ask() : Promise.reject(error)));
    const warnings = warningsOf(response.headers['warning']);
    return { status: response.statusCode, body: parse(await response.body.text()), warnings };
  };

  let stopping: Promise<void> | undefined;
  return {
    url,
    caFile: join(dir, 'certs', 'apiserver.crt'),
    kubeconfig: join(dir, 'kubeconfig-admin'),
    dir,
    pid: processes.pid,
    kubeconfigFor: (user, namespace) => writeKubeconfig(url, user, namespace),
    certificateKubeconfigFor: (user, groups = []) => {
      const { cert, key } = clientAuthority.issue({ name: user, groups });
      const file = join(dir, `kubeconfig-cert-${user}`);
      const base64 = (pem: string): string => Buffer.from(pem).toString('base64');
      const credential = `client-certificate-data: ${base64(cert)}\n      client-key-data: ${base64(key)}`;
      writeFileSync(file, kubeconfigText(url, join(dir, 'certs', 'apiserver.crt'), user, credential, undefined), { mode: 0o600 });
      return file;
    },
    token: tokenOf,
    request,
    apply: (objects, how) => applyObjects(request, objects, how),
    stop: () =>
      (stopping ??= (async () => {
        await agent.destroy();
        await processes.stop();
        rmSync(dir, { recursive: true, force: true });
      })()),
  };
}
