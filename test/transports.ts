import type { Client } from '#core/api.ts';
import { createInProcessClient } from '#main/rpc/in-process.ts';
import type { OnError, Services } from '#main/rpc/router.ts';
import { startServer } from '#main/server/index.ts';
import { createHttpClient } from '../renderer/state/client.ts';
import { boot, clientOf, openPage, serveInThread } from './electron-host.ts';
import { app, fake } from './fake-electron.ts';

export interface Connected {
  readonly client: Client;
  readonly close: () => Promise<void>;
}
export interface Transport {
  readonly name: string;
  readonly connect: (services: Services, onError?: OnError) => Promise<Connected>;
}

const inProcess: Transport = {
  name: 'in process',
  connect: async (services, onError) => ({ client: createInProcessClient(services, onError), close: async () => undefined }),
};

const loopback: Transport = {
  name: 'loopback HTTP',
  connect: async (services, onError) => {
    const server = await startServer({ services, rendererDir: '/nonexistent', ...(onError === undefined ? {} : { onError }) });
    return { client: createHttpClient(server.origin, { authorization: `Bearer ${server.token}` }), close: server.close };
  },
};

/** Renderer client, preload, IPC with its sender check, MessagePort, utility process: all but Electron itself. */
const electron: Transport = {
  name: 'Electron MessagePort',
  connect: async (services, onError) => {
    fake.reset();
    serveInThread(services, onError);
    await boot();
    const { page, bridge } = await openPage();
    return {
      client: clientOf(bridge, page),
      close: async () => {
        app.quit();
        await new Promise((resolve) => setTimeout(resolve, 20));
      },
    };
  },
};

/** All ways to reach the services. What holds for one must hold for all. */
export const TRANSPORTS: readonly Transport[] = [inProcess, loopback, electron];
