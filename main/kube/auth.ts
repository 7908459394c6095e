import { createHash } from 'node:crypto';
import type { AppError } from '#core/model.ts';
import { err, ok, type Result } from '#core/result.ts';
import { type Connection, kubeconfigError, readPem } from './connection.ts';
import { authKindOf } from './contexts.ts';
import { type ExecCredential, type ExecLimits, runExecPlugin } from './exec-plugin.ts';
import type { Impersonation, NamedUser } from './kubeconfig-model.ts';

/** What one request carries. Never logged, never part of an error. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** PEM texts for the TLS handshake. */
  readonly clientCertificate?: { readonly cert: string; readonly key: string };
}

/** Gives the credentials of one context. Later methods (OIDC, in-cluster, cloud SDKs) are further implementations. */
export interface Authenticator {
  credentials(signal: AbortSignal): Promise<Result<Credentials, AppError>>;
  /** After a 401: forgets what was cached and says whether asking again may give something else. */
  renew(): boolean;
}

export interface AuthenticatorOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly execLimits?: ExecLimits;
}

const unsupported = (connection: Connection, why: string, next: string): AppError => ({
  code: 'unsupported',
  what: `The sign-in method of user "${connection.user.name}" is not supported yet.`,
  where: connection.user.file,
  why,
  next,
});

/** What HTTP allows in a header; anything else would be refused later with a message that quotes the value. */
const isHeaderText = (value: string): boolean => /^[\t\u0020-\u007e\u0080-\u00ff]+$/u.test(value);

const badToken = (connection: Connection, source: string): AppError =>
  kubeconfigError(
    connection.user.file,
    `The credential of user "${connection.user.name}" cannot be sent.`,
    `${source} is empty or holds characters that no header may have`,
    'Write the credential again, without line breaks.',
  );

/** client-go's headerKeyEscape: bytes that no header name may have become %XX. */
const escapeExtraKey = (key: string): string =>
  [...Buffer.from(key, 'utf8')]
    .map((byte) =>
      /[0-9A-Za-z!#$&'*+.^_`|~-]/u.test(String.fromCodePoint(byte)) && byte < 128
        ? String.fromCodePoint(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');

/** All of it or none: a part left out would scan as somebody with other rights. */
function impersonationHeaders(
  connection: Connection,
  { user, uid, groups, extra }: Impersonation,
): Result<Record<string, string | string[]>, AppError> {
  const refuse = (why: string): Result<never, AppError> =>
    err(
      kubeconfigError(
        connection.user.file,
        `User "${connection.user.name}" cannot impersonate as the kubeconfig asks.`,
        why,
        'Correct as, as-uid, as-groups and as-user-extra.',
      ),
    );
  if (user === undefined) return refuse('as-uid, as-groups or as-user-extra is given without as');
  const headers: Record<string, string | string[]> = { 'impersonate-user': user };
  if (uid !== undefined) headers['impersonate-uid'] = uid;
  if (groups.length > 0) headers['impersonate-group'] = [...groups];
  for (const [key, values] of Object.entries(extra)) headers[`impersonate-extra-${escapeExtraKey(key)}`] = [...values];
  return Object.values(headers).flat().every(isHeaderText)
    ? ok(headers)
    : refuse('a value holds characters that no header may have');
}

type Base = Readonly<Record<string, string | string[]>>;

const withBearer = (base: Base, token: string): Credentials => ({
  headers: { ...base, authorization: `Bearer ${token}` },
});

const fixed = (credentials: Credentials): Authenticator => ({
  credentials: () => Promise.resolve(ok(credentials)),
  renew: () => false,
});

/** The file is read again after a minute (kubelets rotate it) and after a 401, as client-go does. */
function tokenFile(connection: Connection, base: Base, path: string): Authenticator {
  const REREAD_MS = 60_000;
  let cached: { readonly value: Credentials; readonly at: number } | undefined;
  const read = (): Result<Credentials, AppError> => {
    if (cached !== undefined && Date.now() - cached.at < REREAD_MS) return ok(cached.value);
    const file = readPem({ kind: 'file', path }, 'token file', connection.user.file);
    if (!file.ok) return file;
    const token = file.value.trim();
    if (!isHeaderText(token)) return err(badToken(connection, path));
    cached = { value: withBearer(base, token), at: Date.now() };
    return ok(cached.value);
  };
  return {
    credentials: () => Promise.resolve(read()),
    renew: () => {
      const renewed = cached !== undefined;
      cached = undefined;
      return renewed;
    },
  };
}

interface Slot {
  credential?: ExecCredential;
  running?: Promise<Result<ExecCredential, AppError>>;
}

/** What plugins gave, by cluster and user entry, in memory only: a second scan does not ask a person to sign in again. */
const execCache = new Map<string, Slot>();

/** Dropped this long before it expires, so that it does not expire on the way. */
const EXPIRY_MARGIN_MS = 60_000;

const isFresh = ({ expiresAt }: ExecCredential): boolean => expiresAt === undefined || Date.now() < expiresAt - EXPIRY_MARGIN_MS;

function execPlugin(connection: Connection, base: Base, options: AuthenticatorOptions): Authenticator {
  const { user, cluster, ca } = connection;
  const { exec } = user;
  if (exec === undefined) return fixed({ headers: base });
  const key = createHash('sha256')
    .update(JSON.stringify([user.file, user.name, exec, cluster]))
    .digest('hex');
  const slot = execCache.get(key) ?? {};
  execCache.set(key, slot);

  const obtain = async (signal: AbortSignal): Promise<Result<ExecCredential, AppError>> => {
    if (slot.credential !== undefined && isFresh(slot.credential)) return ok(slot.credential);
    // One run at a time for a user entry: two browser windows asking for one sign-in help nobody.
    const mine = slot.running === undefined;
    slot.running ??= runExecPlugin({
      exec,
      file: user.file,
      cluster,
      ca,
      env: options.env,
      signal,
      ...(options.execLimits === undefined ? {} : { limits: options.execLimits }),
    }).finally(() => {
      delete slot.running;
    });
    const result = await slot.running;
    if (result.ok) slot.credential = result.value;
    // Whoever started the run may have cancelled it; the others still want their answer.
    else if (!mine && result.error.code === 'cancelled' && !signal.aborted) return obtain(signal);
    return result;
  };

  return {
    credentials: async (signal) => {
      const credential = await obtain(signal);
      if (!credential.ok) return credential;
      const { token, clientCertificate } = credential.value;
      if (token !== undefined && !isHeaderText(token)) return err(badToken(connection, 'the token that the plugin gave'));
      const carried: Credentials = token === undefined ? { headers: base } : withBearer(base, token);
      return ok(clientCertificate === undefined ? carried : { ...carried, clientCertificate });
    },
    renew: () => {
      const renewed = slot.credential !== undefined;
      delete slot.credential;
      return renewed;
    },
  };
}

function readClientCertificate(connection: Connection, user: NamedUser): Result<Credentials['clientCertificate'], AppError> {
  if (user.clientCertificate === undefined && user.clientKey === undefined) return ok(undefined);
  if (user.clientCertificate === undefined || user.clientKey === undefined) {
    return err(
      kubeconfigError(
        user.file,
        `User "${user.name}" has half a client certificate.`,
        'client-certificate and client-key must both be given',
        'Add the missing one to the kubeconfig.',
      ),
    );
  }
  const cert = readPem(user.clientCertificate, 'client certificate', connection.user.file);
  if (!cert.ok) return cert;
  const key = readPem(user.clientKey, 'client key', connection.user.file);
  return key.ok ? ok({ cert: cert.value, key: key.value }) : key;
}

function choose(connection: Connection, base: Base, options: AuthenticatorOptions): Result<Authenticator, AppError> {
  const { user } = connection;
  const kind = authKindOf(user);
  switch (kind) {
    case 'authProvider':
      return err(
        unsupported(
          connection,
          `auth-provider "${user.authProvider}" was removed from kubectl in 1.26`,
          'Use an exec plugin such as kubelogin, which your provider documents.',
        ),
      );
    case 'token':
      return isHeaderText(user.token ?? '') ? ok(fixed(withBearer(base, user.token ?? ''))) : err(badToken(connection, 'token'));
    case 'tokenFile':
      return ok(tokenFile(connection, base, user.tokenFile ?? ''));
    case 'basic': {
      const pair = Buffer.from(`${user.username ?? ''}:${user.password ?? ''}`, 'utf8').toString('base64');
      return ok(fixed({ headers: { ...base, authorization: `Basic ${pair}` } }));
    }
    case 'exec':
      return ok(execPlugin(connection, base, options));
    case 'clientCertificate':
    case 'none':
      return ok(fixed({ headers: base }));
  }
}

/** Chooses how a context signs in. Reads certificate files; plugins run only when credentials are asked for. */
export function authenticatorFor(connection: Connection, options: AuthenticatorOptions): Result<Authenticator, AppError> {
  const { user } = connection;
  if (
    (user.token !== undefined || user.tokenFile !== undefined) &&
    (user.username !== undefined || user.password !== undefined)
  ) {
    return err(
      kubeconfigError(
        user.file,
        `User "${user.name}" has two credentials.`,
        'a token and username/password are both given; kubectl refuses that too',
        'Remove one of them.',
      ),
    );
  }
  const impersonated = user.impersonate === undefined ? ok({}) : impersonationHeaders(connection, user.impersonate);
  if (!impersonated.ok) return impersonated;
  const certificate = readClientCertificate(connection, user);
  if (!certificate.ok) return certificate;
  const chosen = choose(connection, impersonated.value, options);
  if (!chosen.ok || certificate.value === undefined) return chosen;
  const own = certificate.value;
  return ok({
    renew: () => chosen.value.renew(),
    credentials: async (signal) => {
      const found = await chosen.value.credentials(signal);
      return found.ok ? ok({ clientCertificate: own, ...found.value }) : found;
    },
  });
}
