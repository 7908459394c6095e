import { openApp } from '#main/app.ts';
import { startServer } from '#main/server/index.ts';
import { createServices } from '#main/services/index.ts';
const app = openApp({ env: { ...process.env, KUBECONFIG: process.env.KC ?? '/nonexistent/config' }, database: '/tmp/ui/db/p.db' });
if (!app.ok) throw new Error(JSON.stringify(app.error));
const s = await startServer({ services: createServices(app.value, 'loopback'), rendererDir: '/tmp/ui/out', port: 5198, token: 'ttt', onError: (e: unknown) => console.error(e) } as never);
console.log(s.url);
