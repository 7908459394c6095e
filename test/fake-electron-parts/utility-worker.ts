import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { FakeParentPort } from './utility.ts';

// The inside of a forked utility process: gives the module the `process.parentPort` it expects, then runs it.
const port = new FakeParentPort();
Object.defineProperty(process, 'parentPort', { value: port });
parentPort?.on('message', ({ message, ports }: { message: unknown; ports: readonly MessagePort[] }) =>
  port.deliver(message, ports),
);
await import(pathToFileURL((workerData as { modulePath: string }).modulePath).href);
