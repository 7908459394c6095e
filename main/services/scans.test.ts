import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openApp } from '#main/app.ts';
import type { App } from '#main/app.ts';
import { createInProcessClient } from '#main/rpc/in-process.ts';
import { createServices } from '#main/services/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-scans-'));
let app: App;

beforeAll(() => {
  const opened = openApp({ env: {}, database: join(folder, 'plimsoll.db') });
  if (!opened.ok) throw new Error(opened.error.what);
  app = opened.value;
});

afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

it('a folder that is not there is refused, and no run is kept of it', async () => {
  const client = createInProcessClient(createServices(app, 'inProcess'));
  const started = await client.scans.start({ target: { type: 'folder', path: join(folder, 'nowhere') } });
  expect(started).toMatchObject({ ok: false, error: { code: 'notFound', where: join(folder, 'nowhere') } });
  expect(app.store.runs.list({}).total).toBe(0);
});

it('a kubeconfig that is not there is said, with the places that were looked at', async () => {
  const client = createInProcessClient(createServices(app, 'inProcess'));
  const started = await client.scans.start({ target: { type: 'context', context: 'prod', kubeconfig: join(folder, 'none') } });
  expect(started).toMatchObject({ ok: false, error: { code: 'kubeconfig' } });
  expect(app.store.runs.list({}).total).toBe(0);
});
