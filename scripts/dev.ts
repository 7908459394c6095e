import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { createServer } from 'vite';
import { openApp } from '#main/app.ts';
import { logThrown } from '#main/rpc/log.ts';
import { startServer } from '#main/server/index.ts';
import { createServices } from '#main/services/index.ts';

/**
 * `npm run dev`: the services from source behind the loopback server, and the screens from Vite with hot reload, which passes
 * calls on and brings the token, so that the address stays the same. `node --watch` starts all anew when the host's code changes.
 * Uses a database of its own, out/dev/plimsoll.db.
 */
const root = path.join(import.meta.dirname, '..');
const database = path.join(root, 'out', 'dev', 'plimsoll.db');
mkdirSync(path.dirname(database), { recursive: true });

const app = openApp({ env: process.env, database });
if (!app.ok) throw new Error(`${app.error.what} ${app.error.why}`);
const api = await startServer({
  services: createServices(app.value, 'loopback'),
  rendererDir: path.join(root, 'out', 'renderer'),
  onError: logThrown,
});

const screens = await createServer({
  configFile: path.join(root, 'vite.renderer.config.ts'),
  // The default loader writes a file that `node --watch` would see, for ever.
  configLoader: 'native',
  server: {
    proxy: {
      '/rpc': { target: api.origin, changeOrigin: true, headers: { authorization: `Bearer ${api.token}`, origin: api.origin } },
    },
  },
});
await screens.listen();
screens.printUrls();

const stop = async (): Promise<void> => {
  await Promise.all([screens.close(), api.close()]);
  await app.value.close();
  process.exit(0);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
