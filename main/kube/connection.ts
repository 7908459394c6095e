import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AppError } from '#core/model.ts';
import { err, ok, type Result } from '#core/result.ts';
import type { Kubeconfig, NamedCluster, NamedContext, NamedUser, Pem } from './kubeconfig-model.ts';

/** One context with its cluster and user, checked and ready to connect. Holds credentials. */
export interface Connection {
  readonly contextName: string;
  readonly namespace?: string;
  readonly cluster: NamedCluster;
  readonly user: NamedUser;
  readonly server: URL;
  /** PEM text of the certificate authority, where one is given. */
  readonly ca?: string;
}

export const kubeconfigError = (where: string, what: string, why: string, next: string): AppError => ({
  code: 'kubeconfig',
  what,
  where,
  why,
  next,
});

const REPAIR = 'Correct the kubeconfig, for example with kubectl config, or choose another context.';

/**
 * The server's address. Without a scheme kubectl takes http, or https where the cluster or user speaks of TLS
 * (client-go rest.DefaultServerURL); here https also where any credential would travel.
 */
export function serverUrl(cluster: NamedCluster): URL | undefined {
  if (cluster.server === '') return undefined;
  const text = /^[a-z][a-z0-9+.-]*:\/\//iu.test(cluster.server) ? cluster.server : `https://${cluster.server}`;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return (url.protocol === 'https:' || url.protocol === 'http:') && url.hostname !== '' ? url : undefined;
}

/** Host and port, as shown to people. */
export const hostOf = (url: URL): string =>
  `${url.hostname}:${url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port}`;

export const isLoopback = (url: URL): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/u.test(url.hostname);

/** Reads a PEM given inline or as a file. The error names the file and the operating system's code, never content. */
export function readPem(pem: Pem, what: string, where: string): Result<string, AppError> {
  if (pem.kind === 'inline') return ok(pem.pem);
  try {
    return ok(readFileSync(pem.path, 'utf8'));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const why = code === 'ENOENT' ? 'there is no such file' : `the operating system answered ${code}`;
    return err(kubeconfigError(pem.path, `The ${what} could not be read.`, why, `${REPAIR} (The file is named in ${where}.)`));
  }
}

function chooseContext(config: Kubeconfig, asked: string | undefined): Result<NamedContext, AppError> {
  const name = asked ?? config.currentContext;
  const known = [...config.contexts.keys()].slice(0, 10).join(', ');
  if (name === undefined) {
    return err(
      kubeconfigError(
        'current-context',
        'No context was chosen.',
        'no kubeconfig file sets a current-context',
        `Choose one with --context. Known: ${known}.`,
      ),
    );
  }
  const context = config.contexts.get(name);
  if (context !== undefined) return ok(context);
  return err(
    kubeconfigError(
      name,
      `There is no context "${name}".`,
      'no kubeconfig file that was read defines it',
      `Known contexts: ${known}.`,
    ),
  );
}

/** Resolves a context to everything a connection needs. Errors name the context and the missing piece. */
export function resolveConnection(config: Kubeconfig, asked: string | undefined): Result<Connection, AppError> {
  const chosen = chooseContext(config, asked);
  if (!chosen.ok) return chosen;
  const context = chosen.value;
  const where = `context "${context.name}" in ${context.file}`;
  const cluster = config.clusters.get(context.cluster);
  if (cluster === undefined)
    return err(
      kubeconfigError(
        where,
        'The context names a cluster that is not defined.',
        `cluster "${context.cluster}" is missing`,
        REPAIR,
      ),
    );
  const user = context.user === '' ? { name: '', file: context.file } : config.users.get(context.user);
  if (user === undefined)
    return err(
      kubeconfigError(where, 'The context names a user that is not defined.', `user "${context.user}" is missing`, REPAIR),
    );
  const server = serverUrl(cluster);
  if (server === undefined)
    return err(
      kubeconfigError(
        where,
        'The cluster has no usable server address.',
        `server of cluster "${cluster.name}" is missing or no http(s) address`,
        REPAIR,
      ),
    );
  if (cluster.insecureSkipTlsVerify && cluster.ca !== undefined) {
    return err(
      kubeconfigError(
        where,
        'The cluster asks for two opposite things.',
        'insecure-skip-tls-verify and a certificate authority are both set',
        REPAIR,
      ),
    );
  }
  if (cluster.proxyUrl !== undefined) {
    return err({
      code: 'unsupported',
      what: 'The cluster is reached through a proxy.',
      where,
      why: 'proxy-url is not supported yet',
      next: 'Use a machine with direct access, or kubectl proxy.',
    });
  }
  const base = {
    contextName: context.name,
    ...(context.namespace === undefined ? {} : { namespace: context.namespace }),
    cluster,
    user,
    server,
  };
  if (cluster.ca === undefined) return ok(base);
  const ca = readPem(cluster.ca, 'certificate authority', cluster.file);
  return ca.ok ? ok({ ...base, ca: ca.value }) : ca;
}

/** Identity of a cluster whose kube-system may not be read: SHA-256 over server URL and CA (decisions.md 5). */
export const provisionalId = ({ server, ca }: Connection): string =>
  createHash('sha256')
    .update(`${server.href}\u0000${ca ?? ''}`)
    .digest('hex');
