import { EventEmitter } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import type { MessagePort as NodePort } from 'node:worker_threads';

const raws = new WeakMap<object, NodePort>();

/**
 * Electron's MessagePortMain over a real channel of Node, so that values are really cloned: messages are events with `data`
 * and `ports`, and wait for `start()`.
 */
export class FakeMessagePortMain extends EventEmitter {
  readonly #raw: NodePort;

  constructor(raw: NodePort) {
    super();
    this.#raw = raw;
    raws.set(this, raw);
    raw.on('close', () => this.emit('close'));
  }

  start(): void {
    if (this.#raw.listenerCount('message') > 0) return;
    this.#raw.on('message', (data: unknown) => this.emit('message', { data, ports: [] }));
  }

  postMessage(message: unknown, transfer: readonly FakeMessagePortMain[] = []): void {
    if (transfer.length > 0) throw new Error('fake electron: ports through ports are not implemented');
    this.#raw.postMessage(message);
  }

  close(): void {
    this.#raw.close();
  }
}

export class FakeMessageChannelMain {
  readonly port1: FakeMessagePortMain;
  readonly port2: FakeMessagePortMain;

  constructor() {
    const channel = new MessageChannel();
    this.port1 = new FakeMessagePortMain(channel.port1);
    this.port2 = new FakeMessagePortMain(channel.port2);
  }
}

/** The port as the other side gets it: transferring neuters this one. */
export function rawPort(port: unknown): NodePort {
  const raw = typeof port === 'object' && port !== null ? raws.get(port) : undefined;
  if (raw === undefined) throw new TypeError('Invalid value for transfer');
  raws.delete(port as object);
  return raw;
}
