import type { BrowserWindow as BrowserWindowClass } from 'electron';
import type * as Electron from 'electron';
import { loadStaticFiles } from '#main/server/static.ts';
import { handleConnect } from './connect.ts';
import { createOpenExternal } from './external.ts';
import { denyPermissions, guardAllContents } from './guards.ts';
import { menuTemplate } from './menu.ts';
import { registerScheme, servePage } from './protocol.ts';
import { ServicesHost } from './services-host.ts';
import { openWindow } from './window.ts';

/** The parts of Electron this app uses, given from outside so that tests give a fake. */
export type ElectronMain = Pick<
  typeof Electron,
  | 'app'
  | 'BrowserWindow'
  | 'dialog'
  | 'ipcMain'
  | 'Menu'
  | 'MessageChannelMain'
  | 'protocol'
  | 'session'
  | 'shell'
  | 'utilityProcess'
>;

export interface AppPaths {
  readonly preload: string;
  readonly renderer: string;
  readonly services: string;
}

export interface AppOptions {
  readonly electron: ElectronMain;
  readonly paths: AppPaths;
  readonly platform: NodeJS.Platform;
  /** Developer tools also in a packaged build. */
  readonly debug: boolean;
  readonly log: (text: string) => void;
}

class PlimsollApp {
  readonly #options: AppOptions;
  readonly #devTools: boolean;
  readonly #services: ServicesHost;
  #window: BrowserWindowClass | undefined;
  #started = false;
  #stopped = false;

  constructor(options: AppOptions) {
    const { electron, paths, log } = options;
    this.#options = options;
    this.#devTools = options.debug || !electron.app.isPackaged;
    this.#services = new ServicesHost({
      utilityProcess: electron.utilityProcess,
      MessageChannelMain: electron.MessageChannelMain,
      entry: paths.services,
      log,
    });
  }

  listen(): void {
    const { app } = this.#options.electron;
    app.on('second-instance', () => this.#focus());
    app.on('activate', () => this.#focus());
    app.on('window-all-closed', () => {
      if (this.#options.platform !== 'darwin') app.quit();
    });
    app.on('before-quit', (event) => {
      if (this.#stopped) return;
      event.preventDefault();
      void this.#services.stop().then(() => {
        this.#stopped = true;
        app.quit();
      });
    });
  }

  async start(): Promise<void> {
    const { electron, paths, platform } = this.#options;
    const openLink = createOpenExternal(electron.shell);
    servePage(electron.protocol, await loadStaticFiles(paths.renderer, 'electron'));
    denyPermissions(electron.session.defaultSession);
    guardAllContents(electron.app, openLink);
    handleConnect({
      ipcMain: electron.ipcMain,
      isOurWindow: (contents) => this.#window?.webContents === contents,
      newPort: () => this.#services.connect(),
    });
    electron.Menu.setApplicationMenu(
      electron.Menu.buildFromTemplate(menuTemplate({ platform, devTools: this.#devTools, openLink })),
    );
    this.#started = true;
    this.#open();
  }

  #open(): void {
    const { electron, paths } = this.#options;
    const window = openWindow(electron.BrowserWindow, { preload: paths.preload, devTools: this.#devTools });
    this.#window = window;
    window.once('closed', () => {
      if (this.#window === window) this.#window = undefined;
    });
  }

  /** Before the start is through there is no window to show, and it opens one. */
  #focus(): void {
    if (this.#window === undefined) {
      if (this.#started) this.#open();
      return;
    }
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.focus();
  }
}

/**
 * Starts the Electron host. Returns at once: a top-level await of `whenReady` in an ES module never ends, since Electron
 * becomes ready only after its entry was evaluated. First the sandbox, then the lock, then everything else: a second
 * instance must not touch the database.
 */
export function startApp(options: AppOptions): void {
  const { app, dialog, protocol } = options.electron;
  app.enableSandbox();
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  registerScheme(protocol);
  const plimsoll = new PlimsollApp(options);
  plimsoll.listen();
  app
    .whenReady()
    .then(() => plimsoll.start())
    .catch((thrown: unknown) => {
      options.log(`the app could not start: ${String(thrown)}`);
      dialog.showErrorBox('Plimsoll could not start', 'Install it again; the log in the terminal names the reason.');
      app.exit(1);
    });
}
