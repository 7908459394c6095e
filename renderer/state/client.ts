import { createORPCClient, ORPCError } from '@orpc/client';
import type { ClientLink } from '@orpc/client';
import { RPCLink as HttpLink } from '@orpc/client/fetch';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { PORT_MESSAGE } from '#core/bridge.ts';
import type { PlimsollBridge } from '#core/bridge.ts';
import type { Client } from '#core/api.ts';
import type { AppError } from '#core/model.ts';

type Link = ClientLink<Record<never, never>>;
interface Refusal {
  readonly ok: false;
  readonly error: AppError;
}

const PORT_WAIT_MS = 15_000;

const isAppError = (value: unknown): value is AppError =>
  typeof value === 'object' && value !== null && 'code' in value && 'what' in value && 'why' in value && 'next' in value;

const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' &&
  value !== null &&
  'ok' in value &&
  value.ok === false &&
  'error' in value &&
  isAppError(value.error);

/** An error that is already in the words of the contract. */
class Refused extends Error {
  readonly error: AppError;
  constructor(error: AppError) {
    super(error.what);
    this.error = error;
  }
}

/** The host's refusals before a call was reached (401, 413 ...) have the shape of an answer; oRPC hands them over as data. */
function refusalIn(thrown: unknown): AppError | undefined {
  if (thrown instanceof Refused) return thrown.error;
  if (!(thrown instanceof ORPCError)) return undefined;
  const data: unknown = thrown.data;
  if (isAppError(data)) return data;
  const body = typeof data === 'object' && data !== null && 'body' in data ? data.body : undefined;
  return isRefusal(body) ? body.error : undefined;
}

/** What a person can be told of anything thrown on the way to the host, for example by an event stream. */
export function appErrorOf(thrown: unknown): AppError {
  return (
    refusalIn(thrown) ?? {
      code: 'unreachable',
      what: 'Plimsoll did not answer',
      where: 'the connection between this page and its own host',
      why: thrown instanceof Error && thrown.message !== '' ? thrown.message : 'The connection ended.',
      next: 'Check that Plimsoll is still running, then try again.',
    }
  );
}

const cancelled = (where: string): AppError => ({
  code: 'cancelled',
  what: 'The call was cancelled',
  where,
  why: 'The caller stopped waiting.',
  next: 'Ask again if the answer is still wanted.',
});

/** Calls never reject: a host that is gone is a value like every other failure. Event streams have no Result and do reject. */
const answeringValues = (link: Link): Link => ({
  async call(path, input, options) {
    try {
      return await link.call(path, input, options);
    } catch (thrown) {
      if (path.at(-1) === 'events') throw thrown;
      const error = options.signal?.aborted === true ? cancelled(path.join('.')) : appErrorOf(thrown);
      return { ok: false, error } satisfies Refusal;
    }
  },
});

/** The contract over the loopback server. `headers` is for tools (a bearer token); a page has its cookie. */
export function createHttpClient(origin: string, headers: Readonly<Record<string, string>> = {}): Client {
  return createORPCClient(answeringValues(new HttpLink({ url: `${origin}/rpc`, headers: { ...headers } })));
}

/** The contract over a MessagePort that `connect` brings; asked again for a new one after the old one has closed. */
export function createPortClient(connect: () => Promise<MessagePort>): Client {
  let current: Promise<Link> | undefined;
  const open = async (): Promise<Link> => {
    const port = await connect();
    const link = new PortLink({ port });
    port.addEventListener('close', () => {
      current = undefined;
    });
    port.start();
    return link;
  };
  const reopening: Link = {
    async call(path, input, options) {
      current ??= open();
      const opened = current;
      const link = await opened.catch((thrown: unknown) => {
        if (current === opened) current = undefined;
        throw thrown;
      });
      return link.call(path, input, options);
    },
  };
  return createORPCClient(answeringValues(reopening));
}

/** Asks Electron's main process, through the preload script, for a port to the services. */
export async function portOfBridge(
  bridge: PlimsollBridge,
  page: Pick<Window, 'addEventListener' | 'removeEventListener'>,
): Promise<MessagePort> {
  const { promise, resolve, reject } = Promise.withResolvers<MessagePort>();
  const listen = (event: Event): void => {
    if (!(event instanceof MessageEvent) || event.source !== page || event.data !== PORT_MESSAGE) return;
    const port = event.ports[0];
    if (port !== undefined) resolve(port);
  };
  // Listening first: the port may arrive before the answer does.
  page.addEventListener('message', listen);
  const timer = setTimeout(() => reject(new Error('The services did not start in time.')), PORT_WAIT_MS);
  try {
    const answer = await bridge.connect();
    if (!answer.ok) throw new Refused(answer.error);
    return await promise;
  } finally {
    clearTimeout(timer);
    page.removeEventListener('message', listen);
  }
}

declare global {
  interface Window {
    readonly plimsoll?: PlimsollBridge;
  }
}

/** The client for the host this page stands in: Electron's bridge where there is one, else the server it came from. */
export function createClient(): Client {
  const bridge = window.plimsoll;
  return bridge === undefined ? createHttpClient(window.location.origin) : createPortClient(() => portOfBridge(bridge, window));
}
