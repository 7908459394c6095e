import type { IncomingMessage, ServerResponse } from 'node:http';
import { RPCHandler } from '@orpc/server/node';
import type { AppError } from '#core/model.ts';
import { err } from '#core/result.ts';
import { malformed } from '#main/rpc/app-errors.ts';
import { refuseMalformed } from '#main/rpc/malformed.ts';
import type { ApiRouter } from '#main/rpc/router.ts';

export const RPC_PREFIX = '/rpc';
/** The largest input of the contract is the settings' views, well below it. */
export const MAX_BODY_BYTES = 1024 * 1024;

type Body = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly tooLarge: boolean };

async function readBody(request: IncomingMessage): Promise<Body> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return { ok: false, tooLarge: true };
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) return { ok: false, tooLarge: true };
      chunks.push(chunk);
    }
  } catch {
    return { ok: false, tooLarge: false };
  }
  return { ok: true, text: Buffer.concat(chunks).toString('utf8') };
}

/** Every refusal has the shape of an answer, so that one reader in the client serves all. */
export function sendError(response: ServerResponse, status: number, error: AppError): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify({ json: err(error) }));
}

const callOf = (pathname: string): string =>
  pathname
    .slice(RPC_PREFIX.length + 1)
    .split('/')
    .join('.')
    .slice(0, 100);

/** The contract over HTTP: POST /rpc/<area>/<call> with `{"json": input}`; events come as a server-sent event stream. */
export function createRpcHttp(
  router: ApiRouter,
): (request: IncomingMessage, response: ServerResponse, pathname: string) => Promise<void> {
  const handler = new RPCHandler(router, { interceptors: [refuseMalformed] });
  return async (request, response, pathname) => {
    const call = callOf(pathname);
    if (request.method !== 'POST') {
      response.setHeader('allow', 'POST');
      return sendError(response, 405, {
        ...malformed(call, `Calls are POST requests, not ${request.method ?? '?'}.`),
      });
    }
    const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/json' || request.headers['content-disposition'] !== undefined) {
      return sendError(response, 415, malformed(call, 'Calls are JSON (content-type: application/json).'));
    }
    const body = await readBody(request);
    if (!body.ok) {
      response.setHeader('connection', 'close');
      return sendError(
        response,
        body.tooLarge ? 413 : 400,
        malformed(call, body.tooLarge ? 'It is larger than 1 MiB.' : 'It broke off.'),
      );
    }
    let parsed: unknown;
    try {
      parsed = body.text === '' ? undefined : JSON.parse(body.text);
    } catch {
      return sendError(response, 400, malformed(call, 'Its body is not JSON.'));
    }
    response.setHeader('cache-control', 'no-store');
    // oRPC takes a body that is already parsed from here, as body-parsing middleware leaves it.
    await handler.handle(Object.assign(request, { body: parsed }), response, { prefix: RPC_PREFIX, context: {} });
  };
}
