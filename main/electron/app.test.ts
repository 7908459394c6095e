import { beforeEach, describe, expect, test, vi } from 'vitest';
import { appOptions, boot, clientOf, openPage, serveInThread, settle } from '#test/electron-host.ts';
import { BrowserWindow, app, fake, ipcMain, protocol, utilityProcess } from '#test/fake-electron.ts';
import { createScriptedServices } from '#test/scripted-services.ts';
import { startApp } from './app.ts';
import { menuTemplate } from './menu.ts';
import { windowOptions } from './window.ts';

const EXPECTED_OPTIONS = {
  title: 'Plimsoll',
  width: 1280,
  height: 800,
  minWidth: 900,
  minHeight: 600,
  show: false,
  autoHideMenuBar: true,
  webPreferences: {
    preload: '/out/preload/index.cjs',
    devTools: true,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
  },
};

beforeEach(() => fake.reset());

describe('the window', () => {
  test('is opened with exactly these options, frozen, at our address', async () => {
    await boot();
    expect(fake.windows).toHaveLength(1);
    expect(fake.windows[0]?.options).toEqual(EXPECTED_OPTIONS);
    expect(Object.isFrozen(windowOptions({ preload: 'x', devTools: false }))).toBe(true);
    expect(Object.isFrozen(windowOptions({ preload: 'x', devTools: false }).webPreferences)).toBe(true);
    expect(fake.windows[0]?.webContents.mainFrame.url).toBe('plimsoll://app/');
  });

  test('is shown once it has something to show', async () => {
    await boot();
    await settle(() => fake.windows[0]?.shown.length === 1);
    expect(fake.windows[0]?.shown).toEqual(['show']);
  });

  test.each([
    [false, false, true],
    [true, false, false],
    [true, true, true],
  ])('packaged %s, debug %s: developer tools %s', async (packaged, debug, devTools) => {
    fake.app.isPackaged = packaged;
    await boot({ debug });
    expect(fake.windows[0]?.options).toMatchObject({ webPreferences: { devTools } });
    expect(
      JSON.stringify(menuTemplate({ platform: 'linux', devTools, openLink: () => undefined })).includes('toggleDevTools'),
    ).toBe(devTools);
  });
});

describe('starting', () => {
  test('first the sandbox, then the lock, then the scheme; all before ready', async () => {
    startApp(appOptions({}));
    expect(fake.order).toEqual(['enableSandbox', 'requestSingleInstanceLock', 'registerSchemesAsPrivileged']);
    await fake.becomeReady();
    await settle(() => fake.windows.length > 0);
    expect(fake.order).toHaveLength(3);
  });

  test('a second instance ends at once and touches nothing', async () => {
    fake.state.lock = false;
    startApp(appOptions({}));
    await fake.becomeReady();
    expect(fake.state.quits).toBe(1);
    expect([fake.windows.length, fake.ipc.channels.length, fake.state.pages.size, fake.state.schemes]).toEqual([
      0,
      0,
      0,
      undefined,
    ]);
  });

  test('the entry returns before ready: Electron only becomes ready after it was evaluated', () => {
    expect(startApp(appOptions({}))).toBeUndefined();
    expect(fake.state.ready).toBe(false);
  });

  test('a failure at the start is shown, and ends the app', async () => {
    fake.script.on('dialog.showErrorBox', () => undefined);
    startApp(appOptions({ renderer: '/dev/null' }));
    await fake.becomeReady();
    await settle(() => fake.state.exits.length > 0);
    expect(fake.state.exits).toEqual([1]);
    expect(fake.script.calls.map((call) => call.name)).toEqual(['dialog.showErrorBox']);
    expect(JSON.stringify(fake.script.calls)).not.toContain('/dev/null');
  });
});

describe('living', () => {
  test('another start of the app brings its window to the front', async () => {
    await boot();
    const window = fake.windows[0];
    if (window === undefined) throw new Error('no window');
    fake.emitApp('second-instance');
    expect(window.shown).toContain('focus');
    expect(window.shown).not.toContain('restore');
    window.minimized = true;
    fake.emitApp('second-instance');
    expect(window.shown.slice(-2)).toEqual(['restore', 'focus']);
    expect(fake.windows).toHaveLength(1);
  });

  test('before the start is through, another start opens no second window', async () => {
    startApp(appOptions({}));
    fake.emitApp('second-instance');
    await fake.becomeReady();
    fake.emitApp('activate');
    await settle(() => fake.windows.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(fake.windows).toHaveLength(1);
  });

  test('on macOS the app outlives its window and opens a new one, without registering anything twice', async () => {
    await boot({ platform: 'darwin' });
    fake.windows[0]?.close();
    fake.emitApp('window-all-closed');
    expect(fake.state.quits).toBe(0);
    fake.emitApp('activate');
    expect(fake.windows).toHaveLength(1);
    expect(fake.ipc.channels).toHaveLength(1);
  });

  test('elsewhere the last window ends it', async () => {
    await boot({ platform: 'linux' });
    fake.windows[0]?.close();
    fake.emitApp('window-all-closed');
    await settle(() => fake.state.exits.length > 0);
    expect(fake.state.exits).toEqual([0]);
  });
});

describe('the services', () => {
  test('are asked to end before the app does', async () => {
    const scripted = createScriptedServices();
    const closed = vi.fn(async () => undefined);
    serveInThread(scripted.services, undefined, closed);
    await boot();
    const { page, bridge } = await openPage();
    expect((await clientOf(bridge, page).app.info()).ok).toBe(true);
    app.quit();
    expect(fake.state.exits).toEqual([]);
    await settle(() => fake.state.exits.length > 0);
    expect(closed).toHaveBeenCalledOnce();
    expect(fake.utility.forks[0]?.child.killed).toEqual([]);
  });

  test('that do not end are ended after three seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      fake.utility.inThread = () => undefined;
      startApp(appOptions({}));
      await fake.becomeReady();
      await vi.waitUntil(() => fake.windows.length > 0);
      const { bridge } = await openPage();
      await bridge.connect();
      app.quit();
      await vi.advanceTimersByTimeAsync(2_900);
      expect(fake.state.exits).toEqual([]);
      await vi.advanceTimersByTimeAsync(200);
      expect(fake.utility.forks[0]?.child.killed).toEqual([true]);
      expect(fake.state.exits).toEqual([0]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('that crash take no window along: the next call starts them again', async () => {
    const scripted = createScriptedServices();
    const exits: ((code: number) => void)[] = [];
    const start = (): void => serveInThread(scripted.services);
    start();
    const serve = fake.utility.inThread;
    const open: { close: () => void }[] = [];
    fake.utility.inThread = (parentPort, exit) => {
      exits.push((code) => {
        // What the system does to the ports of a process that dies.
        for (const port of open.splice(0)) port.close();
        exit(code);
      });
      parentPort.on('message', ({ ports }) => open.push(...ports));
      serve?.(parentPort, exit);
    };
    const logs = await boot();
    const { page, bridge } = await openPage();
    const client = clientOf(bridge, page);
    expect((await client.app.info()).ok).toBe(true);
    scripted.script('rules.get', () => new Promise(() => undefined));
    const pending = client.rules.get({ id: 'run-as-non-root', policy: 'default' });
    await settle(() => scripted.calls.some((call) => call.name === 'rules.get'));
    exits[0]?.(134);
    expect(await pending).toMatchObject({ ok: false, error: { code: 'unreachable' } });
    expect((await client.app.info()).ok).toBe(true);
    expect(fake.utility.forks).toHaveLength(2);
    expect(logs).toEqual(['the services ended with code 134']);
    expect(fake.windows).toHaveLength(1);
  });
});

describe('the menu', () => {
  test.each(['linux', 'win32', 'darwin'] as const)('of %s consists of roles and one link', async (platform) => {
    const template = menuTemplate({ platform, devTools: false, openLink: () => undefined });
    expect(template.map((item) => item.role ?? item.label)).toEqual([
      ...(platform === 'darwin' ? ['appMenu'] : []),
      'fileMenu',
      'editMenu',
      'View',
      'windowMenu',
      'help',
    ]);
  });

  test('opens documentation through the one door', () => {
    const opened: string[] = [];
    const help = menuTemplate({ platform: 'linux', devTools: false, openLink: (url) => opened.push(url) }).at(-1)?.submenu;
    const [first] = Array.isArray(help) ? help : [];
    first?.click?.({} as never, undefined, {} as never);
    expect(opened).toEqual(['https://kubernetes.io/docs/']);
  });
});

describe('the fake is as strict as Electron', () => {
  test.each([
    ['a window before ready', () => new BrowserWindow(), /before app is ready/],
    ['a page handler before ready', () => protocol.handle('x', () => new Response()), /after app is ready/],
    ['a fork before ready', () => utilityProcess.fork('x'), /before app is ready/],
    ['what it does not have', () => app.setBadgeCount(1), /app\.setBadgeCount is not implemented/],
    ['a second handler', () => [1, 2].map(() => ipcMain.handle('x', () => 1)), /second handler for 'x'/],
  ])('%s throws', (_title, act, message) => {
    expect(act).toThrow(message);
  });

  test('the sandbox and the scheme come before ready', async () => {
    await fake.becomeReady();
    expect(() => app.enableSandbox()).toThrow(/before app is ready/);
    expect(() => protocol.registerSchemesAsPrivileged([])).toThrow(/before app is ready/);
  });

  test('what nobody scripted is a failure', async () => {
    const { shell } = await import('#test/fake-electron.ts');
    await expect(shell.openExternal('https://kubernetes.io')).rejects.toThrow(/no test scripted/);
    expect(fake.script.unscripted).toEqual(['shell.openExternal']);
  });

  test('answers are cloned, and of an error only its text arrives', async () => {
    const { ipcRenderer } = await import('#test/fake-electron.ts');
    ipcMain.handle('date', () => ({ at: new Date(0) }));
    ipcMain.handle('function', () => () => 1);
    ipcMain.handle('throws', () => {
      throw Object.assign(new Error('gone'), { code: 'ENOENT' });
    });
    expect(await ipcRenderer.invoke('date')).toEqual({ at: new Date(0) });
    await expect(ipcRenderer.invoke('function')).rejects.toThrow(/could not be cloned/);
    await expect(ipcRenderer.invoke('date', () => 1)).rejects.toThrow(/could not be cloned/);
    await expect(ipcRenderer.invoke('nobody')).rejects.toThrow(
      "Error invoking remote method 'nobody': Error: No handler registered for 'nobody'",
    );
    const thrown: unknown = await ipcRenderer.invoke('throws').catch((error: unknown) => error);
    expect(String(thrown)).toBe("Error: Error invoking remote method 'throws': Error: gone");
    expect(thrown).not.toHaveProperty('code');
  });

  test('the bridge copies, and a key is taken once', async () => {
    const { contextBridge } = await import('#test/fake-electron.ts');
    const fn = (): number => 1;
    contextBridge.exposeInMainWorld('api', { fn, list: [1] });
    const api = fake.world['api'] as { fn: () => number; list: number[] };
    expect(api.fn).not.toBe(fn);
    expect(api.fn()).toBe(1);
    expect(() => api.list.push(2)).toThrow();
    expect(() => contextBridge.exposeInMainWorld('api', {})).toThrow(/existing property/);
    expect(() => contextBridge.exposeInMainWorld('symbol', { s: Symbol('x') })).toThrow(/symbol/i);
    expect(() => contextBridge.exposeInMainWorld('emitter', { bus: process })).toThrow(/cloned/);
  });
});
