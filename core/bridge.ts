import type { AppError } from '#core/model.ts';
import type { Result } from '#core/result.ts';

/** What the preload script puts on the page's window in Electron, as `plimsoll`. Over HTTP the page has none. */
export interface PlimsollBridge {
  /**
   * Asks the main process for a MessagePort to the services. It arrives at the page as a window message whose data is
   * `PORT_MESSAGE` (ports cannot cross the context bridge); an error means that none will.
   */
  readonly connect: () => Promise<Result<null, AppError>>;
}

/** ipcMain's only channel: the page asks for a port. */
export const CONNECT_CHANNEL = 'plimsoll:connect';
/** The message that carries the port, from main to preload and from preload to page. */
export const PORT_MESSAGE = 'plimsoll:port';
