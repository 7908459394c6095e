import { EventEmitter } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { MessagePort as NodePort } from 'node:worker_threads';
import { FakeMessagePortMain, rawPort } from './ports.ts';

export interface ForkRecord {
  readonly modulePath: string;
  readonly args: readonly string[];
  readonly options: unknown;
  readonly child: FakeUtilityProcess;
}

interface ParentEvent {
  readonly data: unknown;
  readonly ports: readonly FakeMessagePortMain[];
}

/** What a child process gets as `process.parentPort`: messages wait until somebody listens. */
export class FakeParentPort extends EventEmitter {
  readonly posted: unknown[] = [];
  #waiting: ParentEvent[] = [];

  deliver(data: unknown, ports: readonly NodePort[]): void {
    const event: ParentEvent = { data, ports: ports.map((port) => new FakeMessagePortMain(port)) };
    if (this.listenerCount('message') === 0) this.#waiting.push(event);
    else this.emit('message', event);
  }

  override on(name: string, listener: (event: ParentEvent) => void): this {
    super.on(name, listener);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const event of waiting) this.emit('message', event);
    return this;
  }

  postMessage(message: unknown): void {
    this.posted.push(structuredClone(message));
  }
}

/** A child in this thread, for tests that hold both ends: gets the port, may call `exit`. */
export type InThread = (parentPort: FakeParentPort, exit: (code: number) => void) => void;

/** A utility process: a worker thread that runs the module, or a function in this thread. */
export class FakeUtilityProcess extends EventEmitter {
  readonly killed: boolean[] = [];
  #worker: Worker | undefined;
  #parentPort: FakeParentPort | undefined;
  #exited = false;

  constructor(modulePath: string, inThread: InThread | undefined) {
    super();
    if (inThread !== undefined) {
      this.#parentPort = new FakeParentPort();
      const port = this.#parentPort;
      queueMicrotask(() => inThread(port, (code) => this.#exit(code)));
      return;
    }
    this.#worker = new Worker(new URL('./utility-worker.ts', import.meta.url), { workerData: { modulePath } });
    this.#worker.on('error', (thrown) => console.error(thrown));
    this.#worker.on('exit', (code) => this.#exit(code));
  }

  postMessage(message: unknown, transfer: readonly unknown[] = []): void {
    if (this.#exited) return;
    const ports = transfer.map((port) => rawPort(port));
    this.#worker?.postMessage({ message, ports }, ports);
    const data: unknown = structuredClone(message);
    queueMicrotask(() => this.#parentPort?.deliver(data, ports));
  }

  kill(): boolean {
    this.killed.push(true);
    if (this.#exited) return false;
    if (this.#worker === undefined) this.#exit(15);
    else void this.#worker.terminate();
    return true;
  }

  #exit(code: number): void {
    if (this.#exited) return;
    this.#exited = true;
    this.emit('exit', code);
  }
}

export class FakeUtility {
  readonly forks: ForkRecord[] = [];
  inThread: InThread | undefined;
  #ready: () => boolean;

  constructor(ready: () => boolean) {
    this.#ready = ready;
  }

  readonly utilityProcess = {
    fork: (modulePath: string, args: readonly string[] = [], options: unknown = {}): FakeUtilityProcess => {
      if (!this.#ready()) throw new Error('utilityProcess cannot be created before app is ready.');
      const child = new FakeUtilityProcess(modulePath, this.inThread);
      this.forks.push({ modulePath, args, options, child });
      return child;
    },
  };
}
