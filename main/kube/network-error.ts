/** Says in words why no answer came. Works on codes alone: messages may quote headers. */

export type NetworkFailureKind = 'timeout' | 'unreachable' | 'tls' | 'tooLarge' | 'invalid';

export interface NetworkFailure {
  readonly kind: NetworkFailureKind;
  /** One clause without a full stop. */
  readonly reason: string;
}

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens at that address',
  ENOTFOUND: 'the host name cannot be resolved',
  EAI_AGAIN: 'the host name cannot be resolved (the name server did not answer)',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the network (is the VPN on?)',
  ETIMEDOUT: 'the host did not answer',
  UND_ERR_CONNECT_TIMEOUT: 'the host did not answer in time (is the VPN on?)',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_DESTROYED: 'the connection was closed',
  UND_ERR_CLOSED: 'the connection was closed',
};

const TLS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "the server's certificate is self-signed and not the certificate authority of the kubeconfig",
  SELF_SIGNED_CERT_IN_CHAIN:
    "the server's certificate comes from a certificate authority that is not trusted (certificate-authority of the kubeconfig is missing or another one)",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "the server's certificate comes from a certificate authority that is not trusted (certificate-authority of the kubeconfig is missing or another one)",
  UNABLE_TO_GET_ISSUER_CERT: "the issuer of the server's certificate is not known",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "the server's certificate comes from a certificate authority that is not trusted (certificate-authority of the kubeconfig is missing or another one)",
  CERT_SIGNATURE_FAILURE: "the server's certificate was not signed by the certificate authority of the kubeconfig",
  CERT_HAS_EXPIRED: "the server's certificate has expired",
  CERT_NOT_YET_VALID: "the server's certificate is not valid yet (is this machine's clock right?)",
  CERT_REVOKED: "the server's certificate was revoked",
  INVALID_CA: 'the certificate authority of the kubeconfig may not issue certificates',
  INVALID_PURPOSE: "the server's certificate is not meant for servers",
  ERR_TLS_CERT_ALTNAME_INVALID:
    "the server's certificate is for another host name (tls-server-name in the kubeconfig can name it)",
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not speak TLS on this port (http:// instead of https://?)',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the server does not speak TLS on this port (http:// instead of https://?)',
  EPROTO: 'the TLS handshake failed',
};

const OTHER: Readonly<Record<string, NetworkFailure>> = {
  UND_ERR_HEADERS_TIMEOUT: { kind: 'timeout', reason: 'the server did not answer in time' },
  UND_ERR_BODY_TIMEOUT: { kind: 'timeout', reason: 'the server stopped in the middle of its answer' },
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: { kind: 'invalid', reason: 'the answer is shorter than the server said' },
  UND_ERR_HEADERS_OVERFLOW: { kind: 'invalid', reason: 'the headers of the answer are too large' },
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Classifies what undici, TLS or the operating system reported. */
export function networkFailure(error: unknown): NetworkFailure {
  const code = codeOf(error) === '' && error instanceof Error ? codeOf(error.cause) : codeOf(error);
  const unreachable = UNREACHABLE[code];
  if (unreachable !== undefined) return { kind: 'unreachable', reason: unreachable };
  const tls = TLS[code];
  if (tls !== undefined) return { kind: 'tls', reason: tls };
  if (code.startsWith('ERR_SSL_') && code.includes('ALERT')) {
    return {
      kind: 'tls',
      reason: `the server refused the TLS handshake, usually for want of a valid client certificate (${code.slice('ERR_SSL_'.length).toLowerCase()})`,
    };
  }
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_'))
    return { kind: 'tls', reason: `the TLS handshake failed (${code})` };
  if (code.startsWith('HPE_')) return { kind: 'invalid', reason: 'the answer is no HTTP' };
  return OTHER[code] ?? { kind: 'unreachable', reason: `the connection failed${code === '' ? '' : ` (${code})`}` };
}
