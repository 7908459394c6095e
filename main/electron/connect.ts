import type { IpcMain, IpcMainInvokeEvent, MessagePortMain, WebContents } from 'electron';
import { CONNECT_CHANNEL, PORT_MESSAGE } from '#core/bridge.ts';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { isOurs } from './origin.ts';

export interface ConnectDeps {
  readonly ipcMain: Pick<IpcMain, 'handle'>;
  /** True for the contents of a window that this app opened and that still is. */
  readonly isOurWindow: (contents: WebContents) => boolean;
  /** A new port whose other end the services hold; starts them if they do not run. */
  readonly newPort: () => MessagePortMain;
}

const FOREIGN: AppError = {
  code: 'forbidden',
  what: 'The request did not come from the app',
  where: CONNECT_CHANNEL,
  why: 'Only the main frame of the app’s own window may reach the services.',
  next: 'Close this window and open Plimsoll again.',
};

const NOT_STARTED: AppError = {
  code: 'internal',
  what: 'The services could not be started',
  where: CONNECT_CHANNEL,
  why: 'The process that reads clusters and keeps the database did not start.',
  next: 'Quit Plimsoll and open it again.',
};

/** The main frame of one of our windows, at our address; null where it has navigated or is gone. */
function trustedFrame(event: Pick<IpcMainInvokeEvent, 'sender' | 'senderFrame'>, isOurWindow: ConnectDeps['isOurWindow']) {
  const { sender, senderFrame } = event;
  if (senderFrame === null || sender.isDestroyed() || !isOurWindow(sender)) return null;
  return senderFrame === sender.mainFrame && senderFrame.parent === null && isOurs(senderFrame.url) ? senderFrame : null;
}

/**
 * The only channel of the main process: a page asks for a port to the services and gets it, if it is ours. Everything else
 * goes over that port, past the main process. Registered once, before any window: a second registration throws.
 */
export function handleConnect({ ipcMain, isOurWindow, newPort }: ConnectDeps): void {
  ipcMain.handle(CONNECT_CHANNEL, (event): Result<null, AppError> => {
    try {
      const frame = trustedFrame(event, isOurWindow);
      if (frame === null) return err(FOREIGN);
      frame.postMessage(PORT_MESSAGE, null, [newPort()]);
      return ok(null);
    } catch {
      // Never thrown across IPC: only its text would arrive, with our paths in it.
      return err(NOT_STARTED);
    }
  });
}
