import { existsSync } from 'node:fs';
import { ok } from '#core/result.ts';
import { CLEAN } from '#cli/exit-code.ts';
import { withApp } from '#cli/run.ts';
import type { App } from '#main/app.ts';
import { keepLive } from '#main/live.ts';
import { rendererPath } from '#main/resources.ts';
import { startServer } from '#main/server/index.ts';
import { createServices } from '#main/services/index.ts';

export async function serve(options: { readonly port?: number; readonly db?: string }): Promise<void> {
  await withApp(options, async (app) => {
    await serveApp(app, options.port);
    return ok(CLEAN);
  });
}

/** Serves until Ctrl-C. */
export async function serveApp(app: App, port?: number): Promise<void> {
  if (!existsSync(rendererPath())) process.stderr.write('The screens are not built yet: npm run build\n');
  const server = await startServer({
    services: createServices(app, 'loopback'),
    rendererDir: rendererPath(),
    ...(port === undefined ? {} : { port }),
  });
  const live = keepLive(app);
  process.stdout.write(`Plimsoll is open at ${server.url}\nOnly this machine can reach it. Ctrl-C ends it.\n`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  live.close();
  await server.close();
}
