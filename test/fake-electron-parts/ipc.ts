import { EventEmitter } from 'node:events';

type Handler = (event: unknown, ...args: readonly unknown[]) => unknown;

export interface Sender {
  readonly sender: unknown;
  readonly senderFrame: unknown;
}

/** Both ends of Electron's IPC. Everything crosses as a structured clone, later than it was sent, and in order. */
export class FakeIpc {
  /** Who the next message of the page is said to come from; tests set it. */
  from: Sender = { sender: null, senderFrame: null };
  readonly #handlers = new Map<string, Handler>();

  readonly ipcMain = Object.assign(new EventEmitter(), {
    handle: (channel: string, handler: Handler): void => {
      if (this.#handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
      this.#handlers.set(channel, handler);
    },
    handleOnce: (channel: string, handler: Handler): void =>
      this.ipcMain.handle(channel, (...args) => {
        this.#handlers.delete(channel);
        return handler(...args);
      }),
    removeHandler: (channel: string): void => void this.#handlers.delete(channel),
  });

  readonly ipcRenderer = Object.assign(new EventEmitter(), {
    invoke: async (channel: string, ...args: readonly unknown[]): Promise<unknown> => {
      const sent = structuredClone(args);
      const event = { ...this.from, processId: 1, frameId: 1, type: 'frame' as const };
      await Promise.resolve();
      try {
        const handler = this.#handlers.get(channel);
        if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
        return structuredClone(await handler(event, ...sent));
      } catch (thrown) {
        // Only the text of what was thrown arrives: no class, no code.
        throw new Error(`Error invoking remote method '${channel}': ${String(thrown)}`);
      }
    },
  });

  get channels(): readonly string[] {
    return [...this.#handlers.keys()];
  }

  toPage(channel: string, message: unknown, ports: readonly unknown[]): void {
    const data = structuredClone(message);
    queueMicrotask(() => this.ipcRenderer.emit(channel, { ports }, data));
  }

  reset(): void {
    this.#handlers.clear();
    this.ipcMain.removeAllListeners();
    this.ipcRenderer.removeAllListeners();
    this.from = { sender: null, senderFrame: null };
  }
}

/** What crosses the context bridge: copies, without prototypes; functions as new ones that copy both ways; no symbols. */
function cross(value: unknown, depth = 0): unknown {
  if (depth > 100) throw new Error('fake electron: too deep for the context bridge');
  if (typeof value === 'symbol') throw new TypeError('A symbol cannot cross the context bridge');
  if (typeof value === 'function') {
    return (...args: readonly unknown[]): unknown =>
      cross((value as Handler)(...(args.map((arg) => cross(arg)) as [unknown])), depth + 1);
  }
  if (value instanceof Promise)
    return value.then(
      (settled) => cross(settled, depth + 1),
      (thrown: unknown) => Promise.reject(cross(thrown, depth + 1)),
    );
  if (value instanceof Error) return new Error(value.message);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof EventEmitter) throw new TypeError('An object could not be cloned.');
  if (Array.isArray(value)) return Object.freeze(value.map((item) => cross(item, depth + 1)));
  return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cross(item, depth + 1)])));
}

/** What preload scripts put into the page's world, by key. */
export class FakeContextBridge {
  readonly world: Record<string, unknown> = {};

  readonly contextBridge = {
    exposeInMainWorld: (key: string, api: unknown): void => {
      if (Object.hasOwn(this.world, key))
        throw new Error(`Cannot bind an API on top of an existing property on the window object: ${key}`);
      this.world[key] = cross(api);
    },
  };

  reset(): void {
    for (const key of Object.keys(this.world)) delete this.world[key];
  }
}
