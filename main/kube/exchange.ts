import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Dispatcher, Pool } from 'undici';
import { err, ok, type Result } from '#core/result.ts';
import { networkFailure } from './network-error.ts';
import type { Answer, TransportFailure } from './transport.ts';

export interface ExchangeLimits {
  /** For the whole exchange. */
  readonly totalTimeoutMs: number;
  /** Of a body, as received and decoded. */
  readonly maxBytes: number;
}

const unzip = promisify(gunzip);

/** An answer as received: packed perhaps, and in pieces. */
export interface Raw {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly chunks: readonly Buffer[];
  readonly size: number;
}

/** Joined into memory of its own: Buffer.concat may use Node's shared slab, which cannot be transferred. */
function join(chunks: readonly Buffer[], size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

const header = (raw: Raw, name: string): string => {
  const value = raw.headers[name];
  return Array.isArray(value) ? (value[0] ?? '') : (value ?? '');
};

/** Seconds or an HTTP date (RFC 9110 10.2.3). */
function retryAfter(value: string, now: number): number | undefined {
  if (value === '') return undefined;
  const ms = /^\d+$/u.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** One exchange through undici's lowest level: the pieces of the body are kept as they come, without a stream in between. */
export function exchange(
  pool: Pool,
  options: Dispatcher.DispatchOptions,
  limits: ExchangeLimits,
  signal: AbortSignal,
): Promise<Result<Raw, TransportFailure>> {
  return new Promise((resolve) => {
    let status = 0;
    let headers: Raw['headers'] = {};
    let size = 0;
    const chunks: Buffer[] = [];
    let controller: Dispatcher.DispatchController | undefined;
    let settled = false;
    const settle = (result: Result<Raw, TransportFailure>): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(result);
    };
    // Settles at once, whether or not the request has left the queue; the socket is dropped behind it.
    const give = (failure: TransportFailure): void => {
      settle(err(failure));
      controller?.abort(new Error('given up'));
    };
    const onAbort = (): void => give({ kind: 'cancelled', reason: 'the scan was cancelled' });
    const timer = setTimeout(
      () => give({ kind: 'timeout', reason: `there was no complete answer within ${limits.totalTimeoutMs / 1000} s` }),
      limits.totalTimeoutMs,
    );
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) {
      onAbort();
      return;
    }
    pool.dispatch(options, {
      onRequestStart: (started) => {
        controller = started;
        if (settled) started.abort(new Error('given up'));
      },
      onResponseStart: (_controller, code, received) => {
        status = code;
        headers = received;
      },
      onResponseData: (_controller, chunk) => {
        size += chunk.length;
        if (size > limits.maxBytes) give({ kind: 'tooLarge', reason: `the answer is larger than ${limits.maxBytes} bytes` });
        else chunks.push(chunk);
      },
      onResponseEnd: () => settle(ok({ status, headers, chunks, size })),
      onResponseError: (_controller, error) => settle(err(networkFailure(error))),
    });
  });
}

async function decode(raw: Raw, limits: ExchangeLimits): Promise<Result<Uint8Array<ArrayBuffer>, TransportFailure>> {
  const encoding = header(raw, 'content-encoding').toLowerCase();
  const bytes = join(raw.chunks, raw.size);
  if (encoding === '' || encoding === 'identity') return ok(bytes);
  if (encoding !== 'gzip') return err({ kind: 'invalid', reason: 'the answer is packed in a way that was not asked for' });
  try {
    // Off this thread, and bounded while unpacking: a small body may unpack to anything.
    const plain = await unzip(bytes, { maxOutputLength: limits.maxBytes });
    return ok(join([plain], plain.length));
  } catch (error) {
    const tooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return err(
      tooLarge
        ? { kind: 'tooLarge', reason: `the answer is larger than ${limits.maxBytes} bytes` }
        : { kind: 'invalid', reason: 'the answer is not valid gzip (cut off?)' },
    );
  }
}

/** Unpacks an answer and reads the headers that matter. */
export async function toAnswer(raw: Raw, limits: ExchangeLimits): Promise<Result<Answer, TransportFailure>> {
  const body = await decode(raw, limits);
  if (!body.ok) return body;
  const wait = retryAfter(header(raw, 'retry-after'), Date.now());
  return ok({
    status: raw.status,
    contentType: header(raw, 'content-type'),
    bytes: body.value,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  });
}
