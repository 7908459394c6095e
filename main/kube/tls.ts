import { createSecureContext, getCACertificates } from 'node:tls';
import type { AppError } from '#core/model.ts';
import { err, ok, type Result } from '#core/result.ts';
import type { Credentials } from './auth.ts';
import { type Connection, hostOf, isLoopback, kubeconfigError } from './connection.ts';

export type Certificate = Credentials['clientCertificate'];

/** Checks certificates and key before the first connection, where a mistake can still be named. */
export function secureContext(
  connection: Connection,
  certificate: Certificate,
): Result<ReturnType<typeof createSecureContext>, AppError> {
  const { cluster, user, ca } = connection;
  // Go trusts the system's authorities where the kubeconfig names none; Node alone would trust only its own list.
  const authorities = ca ?? [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  try {
    if (ca !== undefined && !ca.includes('-----BEGIN CERTIFICATE-----')) throw new Error('no certificate');
    createSecureContext({ ca: authorities });
  } catch {
    return err(
      kubeconfigError(
        cluster.file,
        `The certificate authority of cluster "${cluster.name}" is not usable.`,
        'it is no PEM certificate',
        'Get the kubeconfig again from your cluster provider.',
      ),
    );
  }
  try {
    return ok(createSecureContext({ ca: authorities, minVersion: 'TLSv1.2', ...(certificate === undefined ? {} : certificate) }));
  } catch {
    return err(
      kubeconfigError(
        user.file,
        `The client certificate of user "${user.name}" is not usable.`,
        'certificate or key is no PEM, the key is encrypted, or the two do not belong together',
        'Get the kubeconfig again from your cluster provider.',
      ),
    );
  }
}

/** A credential on a plain connection can be read by everyone on the way; kubectl would send it. */
export function clearTextRefusal(connection: Connection, credentials: Credentials): AppError | undefined {
  const { server, cluster } = connection;
  if (server.protocol === 'https:' || isLoopback(server) || credentials.headers['authorization'] === undefined) return undefined;
  return {
    code: 'tls',
    what: 'The credential was not sent.',
    where: hostOf(server),
    why: `the server address of cluster "${cluster.name}" is http://, where everyone on the way could read it`,
    next: 'Use the https:// address of the cluster.',
  };
}
