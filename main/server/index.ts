import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AppError } from '#core/model.ts';
import { createRouter } from '#main/rpc/router.ts';
import type { OnError, Services } from '#main/rpc/router.ts';
import { createAccess, isForeign } from './access.ts';
import type { Access } from './access.ts';
import { newNonce, securityHeaders } from './headers.ts';
import { createRpcHttp, RPC_PREFIX, sendError } from './rpc-http.ts';
import { loadStaticFiles } from './static.ts';
import type { StaticFiles } from './static.ts';

const HOST = '127.0.0.1';

export interface ServerOptions {
  readonly services: Services;
  /** The built screens (`rendererPath()`); where the folder is missing, pages say how to build it and calls work. */
  readonly rendererDir: string;
  /** Default: one that is free. */
  readonly port?: number;
  /** Default: a new one. Only the development server names it, so that its address survives a restart. */
  readonly token?: string;
  /** Told of unexpected throws in handlers, for the log. */
  readonly onError?: OnError;
}

export interface RunningServer {
  /** Opens the app: `http://127.0.0.1:<port>/?token=<token>`. Whoever has it may use this server while it runs. */
  readonly url: string;
  readonly origin: string;
  readonly port: number;
  /** For tools: `Authorization: Bearer <token>`. */
  readonly token: string;
  /** Ends open event streams and connections; resolves within a second. */
  readonly close: () => Promise<void>;
}

const refusal = (what: string, why: string, next: string): AppError => ({
  code: 'unauthorized',
  what,
  where: 'the loopback server',
  why,
  next,
});

const NO_PROOF = refusal(
  'This address needs its token',
  'The request carries neither the token nor the cookie given for it.',
  'Open the address that Plimsoll printed in its terminal.',
);
const FOREIGN = {
  ...refusal(
    'The request came from another page',
    'Only the page that this server sent may call it.',
    'Open the address that Plimsoll printed in its terminal.',
  ),
  code: 'forbidden' as const,
};

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
// The empty icon keeps browsers from asking for /favicon.ico, which is not there.
const page = (title: string, head: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><link rel="icon" href="data:,">${head}</head><body>${body}</body></html>`;

function sendHtml(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(html);
}

/**
 * The token for a cookie, once. A page that refreshes itself instead of a redirect: browsers leave SameSite=Strict cookies
 * out of a redirect that began on another site (a link in a web terminal), but send them with the page's own navigation.
 */
function exchangeToken(response: ServerResponse, access: Access, url: URL): void {
  url.searchParams.delete('token');
  const target = escapeHtml(`/${url.pathname.replace(/^\/+/, '')}${url.search}`);
  response.setHeader('set-cookie', access.setCookie);
  sendHtml(
    response,
    200,
    page(
      'Plimsoll',
      `<meta http-equiv="refresh" content="0;url=${target}">`,
      `<p><a href="${target}">Continue to Plimsoll</a></p>`,
    ),
  );
}

function sendUnauthorized(response: ServerResponse, wantsHtml: boolean): void {
  if (!wantsHtml) return sendError(response, 401, NO_PROOF);
  // The link helps where only the way here was at fault: a Strict cookie stays behind when another site's link leads here.
  sendHtml(
    response,
    401,
    page(
      'Plimsoll: token needed',
      '',
      `<p>${NO_PROOF.what}. ${NO_PROOF.next}</p><p><a href="/">Already open in this browser? Continue.</a></p>`,
    ),
  );
}

function sendStatic(files: StaticFiles, request: IncomingMessage, response: ServerResponse, rawPath: string): void {
  const { status, headers, body } = files(rawPath);
  response.writeHead(status, { ...headers, 'content-length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

interface Parts {
  readonly origin: string;
  readonly access: Access;
  readonly files: StaticFiles;
  readonly rpc: ReturnType<typeof createRpcHttp>;
}

async function answer(request: IncomingMessage, response: ServerResponse, { origin, access, files, rpc }: Parts): Promise<void> {
  for (const [name, value] of Object.entries(securityHeaders('loopback', newNonce()))) response.setHeader(name, value);
  // A name that leads here by DNS is not ours (DNS rebinding): the cookie would go along.
  if (request.headers.host !== origin.slice('http://'.length)) {
    return sendError(response, 421, {
      ...NO_PROOF,
      code: 'forbidden',
      what: 'Wrong host',
      why: `This server answers to ${origin} only.`,
    });
  }
  const target = request.url ?? '/';
  const rawPath = target.split(/[?#]/, 1)[0] ?? '/';
  const isRpc = rawPath === RPC_PREFIX || rawPath.startsWith(`${RPC_PREFIX}/`);
  const isRead = request.method === 'GET' || request.method === 'HEAD';

  if (isRead && !isRpc && target.startsWith('/') && target.includes('token=')) {
    const url = new URL(`${origin}${target}`);
    if (access.isToken(url.searchParams.get('token'))) return exchangeToken(response, access, url);
  }
  const proof = access.proof(request.headers);
  if (proof === undefined)
    return sendUnauthorized(response, isRead && !isRpc && (request.headers.accept ?? '').includes('text/html'));
  if ((isRpc || !isRead) && isForeign(request.headers, origin, proof)) return sendError(response, 403, FOREIGN);
  if (isRpc) return rpc(request, response, rawPath);
  if (!isRead) {
    response.setHeader('allow', 'GET, HEAD');
    return sendError(response, 405, {
      ...NO_PROOF,
      code: 'invalidInput',
      what: 'Not a call',
      why: 'Pages are only read.',
      next: 'Use /rpc for calls.',
    });
  }
  return sendStatic(files, request, response, rawPath);
}

/**
 * The app on a loopback address, for browsers, CI and tests: bound to 127.0.0.1, with a token per run. Checks, in this order:
 * Host, token or cookie, origin, method and content type, size; then the contract's own.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const files = await loadStaticFiles(options.rendererDir, 'loopback');
  const rpc = createRpcHttp(createRouter(options.services, options.onError));
  let parts: Parts | undefined;

  const server = createServer((request, response) => {
    if (parts === undefined) return void response.destroy();
    answer(request, response, parts).catch((thrown: unknown) => {
      options.onError?.('server', thrown);
      sendError(response, 500, {
        ...NO_PROOF,
        code: 'internal',
        what: 'The server made a mistake',
        why: 'An unexpected error.',
        next: 'Try again.',
      });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: HOST, port: options.port ?? 0 }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const origin = `http://${HOST}:${port}`;
  const access = createAccess(port, options.token);
  parts = { origin, access, files, rpc };

  return {
    url: `${origin}/?token=${access.token}`,
    origin,
    port,
    token: access.token,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
