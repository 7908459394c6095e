import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '#core/api.ts';
import { openApp } from '#main/app.ts';
import { rendererPath } from '#main/resources.ts';
import { createInProcessClient } from '#main/rpc/in-process.ts';
import { startServer } from '#main/server/index.ts';
import { createServices } from '#main/services/index.ts';

export interface Host {
  readonly url: string;
  readonly origin: string;
  /** A folder of its own, which goes with it. */
  readonly dir: string;
  /** The same services without the screens, to begin with more than nothing. */
  readonly client: Client;
  readonly stop: () => Promise<void>;
}

interface HostOptions {
  /** The file that it may see, if any. */
  readonly kubeconfig?: string;
  /** Milliseconds since the epoch; default the real time. */
  readonly now?: () => number;
}

/** The built screens over the real services, an empty database and a workspace beside it. */
export async function startHost({ kubeconfig, now }: HostOptions = {}): Promise<Host> {
  const dir = mkdtempSync(join(tmpdir(), 'plimsoll-e2e-'));
  const env = { ...process.env, HOME: dir, KUBECONFIG: kubeconfig ?? join(dir, 'no-kubeconfig') };
  const app = openApp({
    env,
    database: join(dir, 'plimsoll.db'),
    workspace: join(dir, 'workspace'),
    ...(now === undefined ? {} : { now }),
  });
  if (!app.ok) throw new Error(app.error.what);
  const failures: unknown[] = [];
  const services = createServices(app.value, 'loopback');
  const server = await startServer({
    services,
    // Another folder may be named while working on the screens; tests use what `npm run build` made.
    rendererDir: process.env['PLIMSOLL_RENDERER_DIR'] ?? rendererPath(),
    onError: (error: unknown) => void failures.push(error),
  });
  return {
    url: server.url,
    origin: server.origin,
    dir,
    client: createInProcessClient(services),
    stop: async () => {
      await server.close();
      await app.value.close();
      rmSync(dir, { recursive: true, force: true });
      if (failures.length > 0) throw new AggregateError(failures, 'handlers threw');
    },
  };
}
