// oxlint-disable-next-line typescript/triple-slash-reference -- tests are checked by a project that includes no declarations of this folder
/// <reference path="./undici-pool.d.ts" />
import type { Dispatcher } from 'undici';
import Pool from 'undici/lib/dispatcher/pool.js';
import type { AppError } from '#core/model.ts';
import { err, ok, type Result } from '#core/result.ts';
import type { RequestEntry } from '#main/sources/source.ts';
import { isAllowedRequest } from './allowed-requests.ts';
import type { Authenticator, Credentials } from './auth.ts';
import { type Connection, isLoopback } from './connection.ts';
import { exchange, toAnswer } from './exchange.ts';
import type { NetworkFailureKind } from './network-error.ts';
import { type Certificate, clearTextRefusal, secureContext } from './tls.ts';
import { USER_AGENT } from './user-agent.ts';

/** An answer of the server, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  /** The Retry-After header, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The decoded body, in an ArrayBuffer of its own: it may be transferred to a worker. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Why there is no answer. `credentials` carries the error of the sign-in. */
export interface TransportFailure {
  readonly kind: NetworkFailureKind | 'cancelled' | 'credentials';
  /** One clause, fit for a coverage entry; never a header, body or credential. */
  readonly reason: string;
  readonly error?: AppError;
}

export interface TransportRequest {
  readonly verb: 'GET' | 'POST';
  /** Below the server's address, with query: `/api/v1/pods?limit=500`. */
  readonly path: string;
  readonly accept?: string;
  /** JSON text. */
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface Sender {
  send(request: TransportRequest): Promise<Result<Answer, TransportFailure>>;
}

export interface Transport extends Sender {
  /** What was sent, oldest first; the last 10,000. */
  requests(): readonly RequestEntry[];
  /** Ends everything at once: no socket stays. */
  close(): Promise<void>;
}

export interface TransportOptions {
  readonly connections: number;
  readonly connectTimeoutMs: number;
  /** Until the headers, and between two pieces of a body. */
  readonly silenceTimeoutMs: number;
  /** For a whole request. */
  readonly totalTimeoutMs: number;
  /** Of a body, as received and decoded. */
  readonly maxBytes: number;
  readonly onRequest?: (entry: RequestEntry) => void;
}

export const TRANSPORT_DEFAULTS: TransportOptions = {
  connections: 4,
  connectTimeoutMs: 10_000,
  silenceTimeoutMs: 60_000,
  totalTimeoutMs: 180_000,
  maxBytes: 64 * 1024 * 1024,
};

const LOG_ENTRIES = 10_000;

const same = (a: Credentials, b: Credentials): boolean =>
  a.headers['authorization'] === b.headers['authorization'] && a.clientCertificate?.cert === b.clientCertificate?.cert;

class PooledTransport implements Transport {
  readonly #connection: Connection;
  readonly #auth: Authenticator;
  readonly #options: TransportOptions;
  readonly #log: RequestEntry[] = [];
  readonly #prefix: string;
  #pool: { readonly pool: Pool; readonly certificate: Certificate } | undefined;
  #renewed = false;

  constructor(connection: Connection, auth: Authenticator, options: TransportOptions) {
    this.#connection = connection;
    this.#auth = auth;
    this.#options = options;
    this.#prefix = connection.server.pathname.replace(/\/+$/u, '');
  }

  requests(): readonly RequestEntry[] {
    return this.#log;
  }

  async close(): Promise<void> {
    const pool = this.#pool?.pool;
    this.#pool = undefined;
    await pool?.destroy();
  }

  async send(request: TransportRequest): Promise<Result<Answer, TransportFailure>> {
    if (!isAllowedRequest(request.verb, request.path))
      return err({ kind: 'invalid', reason: `a request that a scan never makes was refused: ${request.verb}` });
    const first = await this.#attempt(request);
    if (!first.result.ok || first.result.value.status !== 401 || first.credentials === undefined) return first.result;
    // Once per scan: a server that refuses fresh credentials too would otherwise have the plugin run for every kind.
    if (!(await this.#mayRenew(first.credentials, request.signal))) return first.result;
    return (await this.#attempt(request)).result;
  }

  async #mayRenew(failed: Credentials, signal: AbortSignal): Promise<boolean> {
    const current = await this.#auth.credentials(signal);
    if (current.ok && !same(current.value, failed)) return true;
    if (this.#renewed) return false;
    this.#renewed = true;
    return this.#auth.renew();
  }

  async #attempt(
    request: TransportRequest,
  ): Promise<{ readonly result: Result<Answer, TransportFailure>; readonly credentials?: Credentials }> {
    const credentials = await this.#auth.credentials(request.signal);
    if (!credentials.ok) return { result: err(asFailure(credentials.error)) };
    const refused = clearTextRefusal(this.#connection, credentials.value);
    if (refused !== undefined) return { result: err(asFailure(refused)) };
    const pool = this.#poolFor(credentials.value.clientCertificate);
    if (!pool.ok) return { result: err(asFailure(pool.error)) };
    return { result: await this.#exchange(pool.value, request, credentials.value), credentials: credentials.value };
  }

  #poolFor(certificate: Certificate): Result<Pool, AppError> {
    if (this.#pool !== undefined && this.#pool.certificate?.cert === certificate?.cert) return ok(this.#pool.pool);
    const { cluster, server } = this.#connection;
    const secure = server.protocol === 'https:' ? secureContext(this.#connection, certificate) : undefined;
    if (secure?.ok === false) return secure;
    // A new client certificate needs new connections; requests under way on the old ones may finish.
    void this.#pool?.pool.close();
    const { connections, connectTimeoutMs, silenceTimeoutMs } = this.#options;
    const pool = new Pool(server.origin, {
      connections,
      allowH2: false,
      pipelining: 1,
      headersTimeout: silenceTimeoutMs,
      bodyTimeout: silenceTimeoutMs,
      keepAliveTimeout: 30_000,
      connect: {
        timeout: connectTimeoutMs,
        ...(secure === undefined ? {} : { secureContext: secure.value, rejectUnauthorized: !cluster.insecureSkipTlsVerify }),
        ...(cluster.tlsServerName === undefined ? {} : { servername: cluster.tlsServerName }),
      },
    });
    this.#pool = { pool, certificate };
    return ok(pool);
  }

  async #exchange(pool: Pool, request: TransportRequest, credentials: Credentials): Promise<Result<Answer, TransportFailure>> {
    const started = performance.now();
    const headers: Record<string, string | string[]> = {
      ...credentials.headers,
      accept: request.accept ?? 'application/json',
      'user-agent': USER_AGENT,
    };
    // On this machine packing costs more than it saves.
    if (!isLoopback(this.#connection.server)) headers['accept-encoding'] = 'gzip';
    if (request.body !== undefined) headers['content-type'] = 'application/json';
    const options: Dispatcher.DispatchOptions = {
      path: this.#prefix + request.path,
      method: request.verb,
      headers,
      body: request.body ?? null,
    };
    const raw = await exchange(pool, options, this.#options, request.signal);
    const bytes = raw.ok ? raw.value.size : 0;
    this.#record({
      verb: request.verb,
      path: request.path,
      status: raw.ok ? raw.value.status : 0,
      ms: Math.round(performance.now() - started),
      bytes,
    });
    if (!raw.ok) return raw;
    return toAnswer(raw.value, this.#options);
  }

  #record(entry: RequestEntry): void {
    if (this.#log.length >= LOG_ENTRIES) this.#log.shift();
    this.#log.push(entry);
    this.#options.onRequest?.(entry);
  }
}

const asFailure = (error: AppError): TransportFailure =>
  error.code === 'cancelled'
    ? { kind: 'cancelled', reason: 'the scan was cancelled' }
    : { kind: 'credentials', reason: `${error.what} ${error.why}`, error };

/**
 * The way to one API server: pooled connections of our own, read requests only, redirects never followed (they would carry the
 * credential elsewhere), bodies capped, every request logged without headers. Nothing is sent before the first `send`.
 */
export const createTransport = (
  connection: Connection,
  auth: Authenticator,
  options: TransportOptions = TRANSPORT_DEFAULTS,
): Transport => new PooledTransport(connection, auth, options);
