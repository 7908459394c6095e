import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron } from '@playwright/test';
import type { ElectronApplication, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/**
 * The real Electron, on machines that have its binary and a display: `npm run build && npm run e2e:electron`. Not part of
 * `npm test`. Everything asserted here is asserted on the fake as well (main/electron/*.test.ts); this keeps the fake honest.
 */

const root = path.join(import.meta.dirname, '..', '..');
const dist = path.join(root, 'node_modules', 'electron');

/** By path only: `require('electron')` would download the binary. */
function binary(): string | undefined {
  const named = path.join(dist, 'path.txt');
  if (!existsSync(named)) return undefined;
  const file = path.join(dist, 'dist', readFileSync(named, 'utf8').trim());
  return existsSync(file) ? file : undefined;
}

function missing(): string | undefined {
  if (binary() === undefined) return 'the Electron binary (npm run app downloads it)';
  if (!existsSync(path.join(root, 'out', 'main', 'index.js'))) return 'the build (npm run build)';
  const display =
    process.platform !== 'linux' || process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined;
  return display ? undefined : 'a display (xvfb-run -a npm run e2e:electron)';
}

const lacking = missing();
if (lacking !== undefined) process.stdout.write(`skipped: Electron smoke tests want ${lacking}\n`);

describe.skipIf(lacking !== undefined)('the app in the real Electron', () => {
  let home: string;
  let app: ElectronApplication;
  let page: Page;
  const problems: string[] = [];
  const launch = (): Promise<ElectronApplication> => {
    const executablePath = binary();
    if (executablePath === undefined) throw new Error('no binary');
    const args = [
      root,
      `--user-data-dir=${path.join(home, 'user')}`,
      '--disable-gpu',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ];
    const env = Object.fromEntries(
      Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    return _electron.launch({ executablePath, args, env: { ...env, XDG_DATA_HOME: home } });
  };

  beforeAll(async () => {
    home = mkdtempSync(path.join(tmpdir(), 'plimsoll-electron-'));
    app = await launch();
    page = await app.firstWindow();
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    await page.waitForLoadState('domcontentloaded');
  });
  afterAll(async () => {
    await app.close();
    rmSync(home, { recursive: true, force: true });
  });

  test('opens one window at our page', async () => {
    expect(app.windows()).toHaveLength(1);
    expect(new URL(page.url()).protocol).toBe('plimsoll:');
    expect(await page.title()).toContain('Plimsoll');
  });

  test('runs the page sandboxed, isolated and without Node', async () => {
    const preferences = await app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
        getLastWebPreferences: () => Record<string, unknown>;
      };
      return contents.getLastWebPreferences();
    });
    expect(preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
    expect(
      await page.evaluate(() => [typeof Reflect.get(globalThis, 'require'), typeof Reflect.get(globalThis, 'process')]),
    ).toEqual(['undefined', 'undefined']);
  });

  test('gives the page one function', async () => {
    expect(await page.evaluate(() => Object.entries(window.plimsoll ?? {}).map(([name, value]) => [name, typeof value]))).toEqual(
      [['connect', 'function']],
    );
  });

  test('enforces the policy: no eval, no connection', async () => {
    expect(
      await page.evaluate(() => {
        try {
          return String(globalThis.setTimeout.constructor('return 1')());
        } catch (thrown) {
          return (thrown as Error).name;
        }
      }),
    ).toBe('EvalError');
    expect(
      await page.evaluate(() =>
        fetch('plimsoll://app/favicon.svg').then(
          () => 'connected',
          () => 'refused',
        ),
      ),
    ).toBe('refused');
    problems.length = 0;
  });

  test('reaches the services in their own process, SQLite and all: the page shows an answer', async () => {
    await page.getByRole('navigation').first().waitFor();
    const processes = await app.evaluate(({ app: electronApp }) =>
      electronApp.getAppMetrics().map((metric) => metric.name ?? metric.type),
    );
    expect(processes).toContain('Plimsoll services');
    expect(problems).toEqual([]);
  });

  test('stays on its page', async () => {
    await page.evaluate(() => {
      window.location.href = 'https://example.com/';
    });
    expect(await page.evaluate(() => window.open('https://example.com/') === null)).toBe(true);
    await page.waitForTimeout(300);
    expect([new URL(page.url()).protocol, app.windows().length]).toEqual(['plimsoll:', 1]);
  });

  test('a second instance ends and leaves the first alone', async () => {
    await expect(launch().then((second) => second.firstWindow({ timeout: 5_000 }))).rejects.toThrow();
    expect(app.windows()).toHaveLength(1);
  });

  test('quits without leaving a process', async () => {
    const { pid } = app.process();
    await app.close();
    expect(() => process.kill(pid ?? 0, 0)).toThrow();
    app = await launch();
  });
});
