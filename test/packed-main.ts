import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Runs the built main process and preload script (`<folder>/out`) under the fake of `electron` in plain Node, services in
 * their own thread, and asks them one question as the page would: `node test/packed-main.ts FOLDER`. Catches a bundle that
 * lacks something, a worker that is not found, resources that are not where the code looks for them.
 */
const folder = path.resolve(process.argv[2] ?? '.');
const fakeUrl = pathToFileURL(path.join(import.meta.dirname, 'fake-electron.ts')).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: fakeUrl, format: 'module-typescript', shortCircuit: true } : next(specifier, context),
});

const home = mkdtempSync(path.join(tmpdir(), 'plimsoll-home-'));
// The database of the test, never the user's.
process.env['XDG_DATA_HOME'] = home;
process.env['HOME'] = home;

const { fake } = await import('./fake-electron.ts');
const { clientOf, FakePage, settle } = await import('./electron-host.ts');

try {
  await import(pathToFileURL(path.join(folder, 'out', 'main', 'index.js')).href);
  await fake.becomeReady();
  await settle(() => fake.windows.length > 0);

  const page = new FakePage();
  Object.defineProperty(globalThis, 'window', { value: page });
  // A script of this folder's require: it gets the fake through the hook above.
  createRequire(import.meta.url)(path.join(folder, 'out', 'preload', 'index.cjs'));
  const contents = fake.windows[0]?.webContents;
  fake.ipc.from = { sender: contents, senderFrame: contents?.mainFrame };

  const html = await fake.request('plimsoll://app/');
  if (html.status !== 200) throw new Error(`plimsoll://app/ answered ${html.status}`);
  const client = clientOf(fake.world['plimsoll'] as Parameters<typeof clientOf>[0], page);
  const info = await client.app.info();
  if (!info.ok) throw new Error(JSON.stringify(info.error));
  const rules = await client.rules.list({ policy: 'default' });
  if (!rules.ok) throw new Error(JSON.stringify(rules.error));
  process.stdout.write(`services answered: ${info.value.version}, host ${info.value.host}, ${rules.value.length} rules\n`);
} finally {
  rmSync(home, { recursive: true, force: true });
}
process.exit(0);
