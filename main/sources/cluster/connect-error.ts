import type { AppError } from '#core/model.ts';
import { type Connection, hostOf } from '#main/kube/connection.ts';
import type { DiscoveryFailure } from '#main/kube/discovery.ts';
import type { TransportFailure } from '#main/kube/transport.ts';

const at = (connection: Connection): string => `${hostOf(connection.server)} (context "${connection.contextName}")`;

function transportError(
  failure: TransportFailure,
  connection: Connection,
  env: Readonly<Record<string, string | undefined>>,
): AppError {
  if (failure.error !== undefined) return failure.error;
  const where = at(connection);
  switch (failure.kind) {
    case 'cancelled':
      return { code: 'cancelled', what: 'Connecting was cancelled.', where, why: failure.reason, next: 'Scan again.' };
    case 'tls':
      return {
        code: 'tls',
        what: 'There is no safe connection to the cluster.',
        where,
        why: failure.reason,
        next: 'Get a current kubeconfig from your cluster provider. Plimsoll does not switch checking off by itself.',
      };
    case 'timeout':
    case 'unreachable': {
      const proxy = env['HTTPS_PROXY'] ?? env['https_proxy'];
      const next =
        proxy === undefined
          ? 'Check that kubectl version reaches the cluster from this machine.'
          : 'HTTPS_PROXY is set, but proxies are not supported yet: a direct connection was tried.';
      return { code: 'unreachable', what: 'The cluster could not be reached.', where, why: failure.reason, next };
    }
    case 'credentials':
    case 'tooLarge':
    case 'invalid':
      return {
        code: 'unreachable',
        what: 'The cluster did not answer as an API server does.',
        where,
        why: failure.reason,
        next: 'Check the server address in the kubeconfig.',
      };
  }
}

function statusError(status: number, connection: Connection): AppError {
  const where = at(connection);
  if (status === 401) {
    const next = 'Sign in again (kubectl get ns shows whether it worked), then scan again.';
    return {
      code: 'unauthorized',
      what: 'The cluster does not accept the credential.',
      where,
      why: `the server answered 401 to user "${connection.user.name}": expired or revoked`,
      next,
    };
  }
  if (status === 403) {
    const next = 'Ask for the built-in role system:discovery, which every signed-in user normally has.';
    return {
      code: 'forbidden',
      what: 'This user may not even see what the cluster serves.',
      where,
      why: 'the server answered 403 to discovery',
      next,
    };
  }
  const redirect = status >= 300 && status < 400;
  const why = redirect
    ? `the server answered with a redirect (${status}), which is not followed: a login page in front?`
    : `the server answered HTTP ${status} to discovery`;
  return {
    code: 'unreachable',
    what: 'The cluster did not answer as an API server does.',
    where,
    why,
    next: 'Check the server address in the kubeconfig.',
  };
}

/** Why a cluster could not be opened, in words for the person who tried. Never a credential. */
export function connectError(
  failure: DiscoveryFailure,
  connection: Connection,
  env: Readonly<Record<string, string | undefined>>,
): AppError {
  switch (failure.kind) {
    case 'transport':
      return transportError(failure.failure, connection, env);
    case 'status':
      return statusError(failure.status, connection);
    case 'document':
      return {
        code: 'unreachable',
        what: 'The cluster did not answer as an API server does.',
        where: at(connection),
        why: 'its answer to discovery is no discovery document',
        next: 'Check the server address in the kubeconfig.',
      };
  }
}
