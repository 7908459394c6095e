import type { BrowserWindow as BrowserWindowClass, BrowserWindowConstructorOptions } from 'electron';
import { PAGE_URL } from './origin.ts';

export interface WindowSettings {
  readonly preload: string;
  /** Off in packaged builds, unless PLIMSOLL_DEBUG=1. */
  readonly devTools: boolean;
}

const deepFreeze = <T extends object>(value: T): T => {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part as object);
  return Object.freeze(value);
};

/** Every switch is written out, also where it is Electron's default: a default may change, and a reader need not know it. */
export const windowOptions = ({ preload, devTools }: WindowSettings): Readonly<BrowserWindowConstructorOptions> =>
  deepFreeze({
    title: 'Plimsoll',
    width: 1280,
    height: 800,
    minWidth: 900,
    minHeight: 600,
    show: false,
    autoHideMenuBar: true,
    webPreferences: {
      preload,
      devTools,
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
  });

/** Opens the one window; shown when its first picture is ready, so that nobody sees an empty one. */
export function openWindow(BrowserWindow: typeof BrowserWindowClass, settings: WindowSettings): BrowserWindowClass {
  const window = new BrowserWindow(windowOptions(settings));
  window.once('ready-to-show', () => window.show());
  // A page that cannot load is shown by Chromium itself; there is nobody else to tell.
  window.loadURL(PAGE_URL).catch(() => undefined);
  return window;
}
