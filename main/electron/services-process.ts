import type { ParentPort } from 'electron';
import { openApp } from '#main/app.ts';
import { keepLive } from '#main/live.ts';
import { logThrown } from '#main/rpc/log.ts';
import { refusingServices } from '#main/rpc/refusing.ts';
import { createServices } from '#main/services/index.ts';
import { serveParent } from './serve-parent.ts';

// The entry of the utility process that ServicesHost forks. Electron puts `parentPort` on `process` there.
const { parentPort } = process as unknown as { readonly parentPort: ParentPort };

const app = openApp({ env: process.env });
const live = app.ok ? keepLive(app.value) : undefined;
serveParent({
  parentPort,
  services: app.ok ? createServices(app.value, 'electron') : refusingServices(app.error),
  onError: logThrown,
  close: async () => {
    live?.close();
    if (app.ok) await app.value.close();
  },
  exit: (code) => process.exit(code),
});
