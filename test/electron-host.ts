import type { PlimsollBridge } from '#core/bridge.ts';
import type { Client } from '#core/api.ts';
import { startApp } from '#main/electron/app.ts';
import type { AppOptions } from '#main/electron/app.ts';
import { serveParent } from '#main/electron/serve-parent.ts';
import type { OnError, Services } from '#main/rpc/router.ts';
import { createPortClient, portOfBridge } from '../renderer/state/client.ts';
import {
  app,
  BrowserWindow,
  dialog,
  fake,
  ipcMain,
  Menu,
  MessageChannelMain,
  protocol,
  session,
  shell,
  utilityProcess,
} from './fake-electron.ts';

/** A page's window as far as the bridge needs one: messages to itself arrive as events with ports. */
export class FakePage extends EventTarget {
  readonly messages: { readonly data: unknown; readonly targetOrigin: string }[] = [];

  postMessage(data: unknown, targetOrigin: string, ports: readonly MessagePort[] = []): void {
    this.messages.push({ data, targetOrigin });
    const event = new MessageEvent('message', { data: structuredClone(data) });
    Object.defineProperties(event, { source: { value: this }, ports: { value: ports } });
    queueMicrotask(() => this.dispatchEvent(event));
  }
}

export interface BootOptions {
  readonly renderer?: string;
  readonly services?: string;
  readonly platform?: NodeJS.Platform;
  readonly debug?: boolean;
}

export const electronParts = {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  protocol,
  session,
  shell,
  utilityProcess,
};

export const appOptions = (options: BootOptions, logs: string[] = []): AppOptions => ({
  electron: electronParts,
  paths: {
    preload: '/out/preload/index.cjs',
    renderer: options.renderer ?? '/nonexistent',
    services: options.services ?? '/nonexistent.js',
  },
  platform: options.platform ?? 'linux',
  debug: options.debug ?? false,
  log: (text) => void logs.push(text),
});

/** Waits for what the app does after `ready`, file reading included. */
export async function settle(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 400 && !done(); turn++) await new Promise((resolve) => setTimeout(resolve, 5));
  if (!done()) throw new Error('the app did not get there');
}

/** Starts the app in the fake, up to its window. */
export async function boot(options: BootOptions = {}): Promise<readonly string[]> {
  const logs: string[] = [];
  startApp(appOptions(options, logs));
  await fake.becomeReady();
  await settle(() => fake.windows.length > 0);
  return logs;
}

let preloads = 0;

/** Runs the preload script for the open window, and gives the page it runs in. */
export async function openPage(): Promise<{ page: FakePage; bridge: PlimsollBridge }> {
  const page = new FakePage();
  Object.defineProperty(globalThis, 'window', { value: page, configurable: true, writable: true });
  preloads += 1;
  // A new evaluation each time, as each page load has: the query makes it another module.
  const script = `../preload/index.ts?load=${preloads}`;
  await import(/* @vite-ignore */ script);
  const contents = fake.windows[0]?.webContents;
  fake.ipc.from = { sender: contents, senderFrame: contents?.mainFrame };
  return { page, bridge: fake.world['plimsoll'] as PlimsollBridge };
}

export const clientOf = (bridge: PlimsollBridge, page: FakePage): Client =>
  createPortClient(() => portOfBridge(bridge, page as unknown as Window));

/** Services in this thread, behind the fake's utility process. */
export function serveInThread(
  services: Services,
  onError: OnError = () => undefined,
  close: () => Promise<void> = async () => undefined,
): void {
  fake.utility.inThread = (parentPort, exit) => serveParent({ parentPort, services, onError, close, exit });
}
