import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';
import { FakeContextBridge, FakeIpc } from './fake-electron-parts/ipc.ts';
import { FakeMessageChannelMain } from './fake-electron-parts/ports.ts';
import { Script, strict } from './fake-electron-parts/strict.ts';
import { FakeUtility } from './fake-electron-parts/utility.ts';
import { FakeBrowserWindow, FakeEvent } from './fake-electron-parts/window.ts';

/**
 * A fake of the `electron` module, as strict as the real one (shared/reference/testing.md, section 3): what crosses a boundary
 * is cloned, what must happen before or after `ready` throws otherwise, and what is not implemented throws. It stands in for
 * `electron` in vitest (by alias) and under the built main process (scripts/check-package.ts). Tests drive it through `fake`.
 */

type Methods<T> = Partial<Omit<T, keyof EventEmitter>>;
type Handlers = Partial<Record<'request' | 'check' | 'device' | 'display', unknown>>;

const script = new Script();
const ipc = new FakeIpc();
const bridge = new FakeContextBridge();
/** The order in which the app did what must be ordered. */
const order: string[] = [];
const state = {
  ready: false,
  quits: 0,
  exits: [] as number[],
  lock: true,
  schemes: undefined as unknown,
  pages: new Map<string, (request: Request) => Response | Promise<Response>>(),
  permissions: {} as Handlers,
  menu: undefined as unknown,
};
let ready = Promise.withResolvers<void>();
const utility = new FakeUtility(() => state.ready);

const beforeReady = (name: string): void => {
  if (state.ready) throw new Error(`${name} should be called before app is ready`);
};
const afterReady = (name: string): void => {
  if (!state.ready) throw new Error(`${name} can only be used after app is ready`);
};

const appEvents = new EventEmitter();
const appMethods = {
  whenReady: () => ready.promise,
  isReady: () => state.ready,
  enableSandbox: () => {
    beforeReady('app.enableSandbox()');
    order.push('enableSandbox');
  },
  requestSingleInstanceLock: () => {
    order.push('requestSingleInstanceLock');
    return state.lock;
  },
  quit: () => {
    state.quits += 1;
    const event = new FakeEvent();
    appEvents.emit('before-quit', event);
    if (!event.defaultPrevented) state.exits.push(0);
  },
  exit: (code = 0) => void state.exits.push(code),
  getVersion: () => '0.0.0-fake',
  isPackaged: false,
} satisfies Methods<Electron.App>;
const appParts = Object.assign(appEvents, appMethods);
export const app = strict<Electron.App>('app', appParts);

const protocolMethods = {
  registerSchemesAsPrivileged: (schemes: Electron.CustomScheme[]) => {
    beforeReady('protocol.registerSchemesAsPrivileged()');
    if (state.schemes !== undefined) throw new Error('protocol.registerSchemesAsPrivileged() replaces the first call');
    order.push('registerSchemesAsPrivileged');
    state.schemes = structuredClone(schemes);
  },
  handle: (scheme: string, handler: (request: Request) => Response | Promise<Response>) => {
    afterReady('protocol.handle()');
    if (state.pages.has(scheme)) throw new Error(`protocol.handle: ${scheme} is already registered`);
    state.pages.set(scheme, handler);
  },
} satisfies Methods<Electron.Protocol>;
export const protocol = strict<Electron.Protocol>('protocol', protocolMethods);

const sessionEvents = new EventEmitter();
const sessionMethods = {
  setPermissionRequestHandler: (handler: unknown) => void (state.permissions.request = handler),
  setPermissionCheckHandler: (handler: unknown) => void (state.permissions.check = handler),
  setDevicePermissionHandler: (handler: unknown) => void (state.permissions.device = handler),
  setDisplayMediaRequestHandler: (handler: unknown) => void (state.permissions.display = handler),
} satisfies Methods<Electron.Session>;
const defaultSession = strict<Electron.Session>('session', Object.assign(sessionEvents, sessionMethods));
export const session = strict<typeof Electron.session>('session', {
  get defaultSession() {
    afterReady('session.defaultSession');
    return defaultSession;
  },
});

export const ipcMain = strict<Electron.IpcMain>('ipcMain', ipc.ipcMain);
export const ipcRenderer = strict<Electron.IpcRenderer>('ipcRenderer', ipc.ipcRenderer);
export const contextBridge = strict<Electron.ContextBridge>('contextBridge', bridge.contextBridge);
export const BrowserWindow = FakeBrowserWindow as unknown as typeof Electron.BrowserWindow;
export const MessageChannelMain = FakeMessageChannelMain as unknown as typeof Electron.MessageChannelMain;
export const utilityProcess = strict<typeof Electron.utilityProcess>('utilityProcess', utility.utilityProcess);

const shellMethods = {
  openExternal: async (...args) => void script.run('shell.openExternal', args),
} satisfies Partial<Electron.Shell>;
export const shell = strict<Electron.Shell>('shell', shellMethods);

const dialogMethods = {
  showErrorBox: (...args) => void script.run('dialog.showErrorBox', args),
} satisfies Partial<Electron.Dialog>;
export const dialog = strict<Electron.Dialog>('dialog', dialogMethods);

const menuMethods = {
  buildFromTemplate: (template: unknown) => strict<Electron.Menu>('menu', { template }),
  setApplicationMenu: (menu: unknown) => void (state.menu = menu),
};
export const Menu = strict<typeof Electron.Menu>('Menu', menuMethods satisfies { [K in keyof typeof Electron.Menu]?: unknown });

const connectWindows = (): void => {
  FakeBrowserWindow.all.length = 0;
  FakeBrowserWindow.ready = () => state.ready;
  FakeBrowserWindow.announce = (contents) => appEvents.emit('web-contents-created', new FakeEvent(), contents);
  FakeBrowserWindow.deliver = (channel, message, ports) => ipc.toPage(channel, message, ports);
};
connectWindows();

/** The test's side. */
export const fake = {
  state,
  order,
  script,
  ipc,
  utility,
  app: appParts as { isPackaged: boolean },
  /** What preload exposed to the page. */
  world: bridge.world,
  windows: FakeBrowserWindow.all as readonly FakeBrowserWindow[],

  /** Electron becomes ready only after the entry was evaluated: hence in a later turn. */
  becomeReady: async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    state.ready = true;
    appEvents.emit('ready');
    ready.resolve();
  },
  emitApp: (name: string, ...args: readonly unknown[]): boolean => appEvents.emit(name, new FakeEvent(), ...args),
  emitSession: (name: string, ...more: readonly unknown[]): boolean => {
    const event = new FakeEvent();
    sessionEvents.emit(name, event, ...more);
    return event.defaultPrevented;
  },
  /** As the network stack would ask the handler of the scheme. */
  request: async (url: string, method = 'GET'): Promise<Response> => {
    const handler = state.pages.get(url.slice(0, url.indexOf(':')));
    if (handler === undefined) throw new Error(`nobody serves ${url}`);
    const answer = await handler(Object.defineProperty(new Request('http://fake/', { method }), 'url', { value: url }));
    if (!(answer instanceof Response)) throw new TypeError('protocol.handle wants a Response');
    return answer;
  },
  reset: (): void => {
    Object.assign(state, {
      ready: false,
      quits: 0,
      exits: [],
      lock: true,
      schemes: undefined,
      pages: new Map(),
      permissions: {},
      menu: undefined,
    });
    ready = Promise.withResolvers<void>();
    order.length = 0;
    appParts.isPackaged = false;
    appEvents.removeAllListeners();
    sessionEvents.removeAllListeners();
    script.clear();
    ipc.reset();
    bridge.reset();
    utility.forks.length = 0;
    utility.inThread = undefined;
    connectWindows();
  },
};
