import type { Protocol } from 'electron';
import { newNonce, securityHeaders } from '#main/server/headers.ts';
import type { StaticFiles } from '#main/server/static.ts';
import { isOurs, PAGE_HOST, SCHEME } from './origin.ts';

/** Before `ready`, and once: a second call would replace the first. */
export function registerScheme(protocol: Pick<Protocol, 'registerSchemesAsPrivileged'>): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
}

const refuse = (status: number): Response =>
  new Response('Not a page of this app.\n', {
    status,
    headers: { ...securityHeaders('electron', newNonce()), 'content-type': 'text/plain; charset=utf-8' },
  });

/** The path as it was sent: `new URL` would already have resolved its dots. */
const rawPath = (address: string): string => address.slice(`${SCHEME}://${PAGE_HOST}`.length).split(/[?#]/, 1)[0] ?? '';

/** Serves the built screens at plimsoll://app/, from the same handler and with the same headers as the loopback server. */
export function servePage(protocol: Pick<Protocol, 'handle'>, files: StaticFiles): void {
  protocol.handle(SCHEME, ({ url, method }) => {
    if (!isOurs(url) || !url.startsWith(`${SCHEME}://${PAGE_HOST}`)) return refuse(404);
    if (method !== 'GET' && method !== 'HEAD') return refuse(405);
    const answer = files(rawPath(url) || '/');
    return new Response(method === 'HEAD' ? null : Buffer.from(answer.body), {
      status: answer.status,
      headers: { ...answer.headers },
    });
  });
}
