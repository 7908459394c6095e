import { RPCHandler } from '@orpc/server/message-port';
import { err } from '#core/result.ts';
import { malformed } from './app-errors.ts';
import { refuseMalformed } from './malformed.ts';
import type { ApiRouter } from './router.ts';

/** As much of Electron's MessagePortMain as serving needs. */
export interface ServerPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  postMessage(message: string): void;
}

/** In UTF-16 units; the same limit as over HTTP, which counts bytes. */
const MAX_MESSAGE = 1024 * 1024;
const ABORT = 4;

interface Request {
  readonly id: string;
  readonly url: string;
  readonly body: unknown;
}
type Frame =
  | { readonly type: 'request'; readonly request: Request; readonly tooLarge: boolean }
  | { readonly type: 'abort'; readonly id: string }
  | undefined;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads oRPC's frame ({i: id, t: type, p: {u: path, b: body}}), or undefined where it is none. The library decodes without
 * looking, and what it throws there would be an unhandled rejection that ends the services: a page must not have that power.
 */
function readFrame(data: unknown): Frame {
  if (typeof data !== 'string') return undefined;
  let frame: unknown;
  try {
    frame = JSON.parse(data);
  } catch {
    return undefined;
  }
  if (!isRecord(frame) || typeof frame['i'] !== 'string' || frame['i'].length > 40) return undefined;
  if (frame['t'] === ABORT) return { type: 'abort', id: frame['i'] };
  const payload = frame['p'];
  if (frame['t'] !== undefined || !isRecord(payload)) return undefined;
  const { u: url, m: method, b: body } = payload;
  if (typeof url !== 'string' || method !== undefined || !/^(\/[\w-]{1,50}){1,4}$/.test(url)) return undefined;
  return { type: 'request', request: { id: frame['i'], url, body }, tooLarge: data.length > MAX_MESSAGE };
}

const refuse = (port: ServerPort, { id, url }: Request): void => {
  const error = malformed(url.slice(1).replaceAll('/', '.'), 'It is larger than 1 MiB.');
  port.postMessage(JSON.stringify({ i: id, p: { s: 413, b: { json: err(error) } } }));
};

/** Serves the contract on each port it is given, until that port closes. */
export function createPortServer(router: ApiRouter): (port: ServerPort) => void {
  const handler = new RPCHandler(router, { interceptors: [refuseMalformed] });
  return (port) => {
    const listen = (receive: (event: { data: unknown }) => void): void => {
      port.on('message', ({ data }) => {
        const frame = readFrame(data);
        if (frame === undefined) return;
        if (frame.type === 'abort') return receive({ data: { i: frame.id, t: ABORT } });
        if (frame.tooLarge) return refuse(port, frame.request);
        const { id, url, body } = frame.request;
        receive({ data: { i: id, p: { u: url, b: body } } });
      });
    };
    handler.upgrade(
      {
        on: (event: string, callback: (event?: { data: unknown }) => void) => {
          if (event === 'message') listen(callback);
          else if (event === 'close') port.on('close', () => callback());
        },
        postMessage: (message: unknown) => {
          // Text is all the library sends for JSON answers; anything else would be a payload outside the contract.
          if (typeof message === 'string') port.postMessage(message);
        },
      },
      { context: {} },
    );
    port.start();
  };
}
