import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { compileCacheVariables } from '#main/compile-cache.ts';
import { entryPath } from '#main/resources.ts';
import type { Judging } from '#main/scan/judging.ts';
import type { Batch, Chunk, WorkerAnswer, WorkerData, WorkerRequest, WorkerSetup } from '#main/scan/messages.ts';

/** More threads than this gain nothing: the reader and the writer are one thread each. */
const MAX_WORKERS = 4;

/** Pages are parsed, judged and dropped: a larger nursery only holds more garbage (580 MB instead of 380 for 10,000 objects). */
const YOUNG_MB = 32;

interface Waiting {
  readonly resolve: (batch: Batch) => void;
  readonly reject: (error: Error) => void;
  readonly worker: Worker;
}

/** Worker threads that judge chunks. A chunk goes to the thread with the fewest waiting. */
export class WorkerPool implements Judging {
  readonly #workers: readonly Worker[];
  readonly #ended: readonly Promise<unknown>[];
  /** A 1 in it stops all threads. `terminate` must not: caught while zlib is at work, it brings down the whole process (Node 24). */
  readonly #stop = new SharedArrayBuffer(4);
  readonly #load = new Map<Worker, number>();
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #closed = false;

  constructor(setup: WorkerSetup, size = availableParallelism()) {
    this.#workers = Array.from({ length: Math.min(MAX_WORKERS, Math.max(1, size)) }, () => this.#start(setup));
    this.#ended = this.#workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve)));
  }

  get size(): number {
    return this.#workers.length;
  }

  /** Whether every thread has work beyond the chunk at hand. */
  get isBusy(): boolean {
    return this.#workers.every((worker) => (this.#load.get(worker) ?? 0) > 1);
  }

  /** Rejects where the thread died or the pool was closed; a chunk's own faults are in its batch. */
  judge(chunk: Chunk): Promise<Batch> {
    const worker = this.#workers.toSorted((a, b) => (this.#load.get(a) ?? 0) - (this.#load.get(b) ?? 0))[0];
    if (worker === undefined || this.#closed) return Promise.reject(new Error('the workers are closed'));
    const id = this.#next++;
    this.#load.set(worker, (this.#load.get(worker) ?? 0) + 1);
    return new Promise<Batch>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, worker });
      const request: WorkerRequest = { type: 'judge', id, chunk };
      worker.postMessage(request, transfers(chunk));
    });
  }

  /**
   * Rejects what waits, and lets every thread end by itself: after the object at hand, which takes milliseconds. Resolves when
   * all have ended.
   */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      for (const { reject } of this.#waiting.values()) reject(new Error('the workers were closed'));
      this.#waiting.clear();
      Atomics.store(new Int32Array(this.#stop), 0, 1);
      const request: WorkerRequest = { type: 'stop' };
      for (const worker of this.#workers) worker.postMessage(request);
    }
    await Promise.all(this.#ended);
  }

  #start(setup: WorkerSetup): Worker {
    const worker = new Worker(entryPath('scan.worker', 'scan/worker.ts'), {
      env: { ...process.env, ...compileCacheVariables() },
      workerData: { ...setup, stop: this.#stop } satisfies WorkerData,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    worker.on('message', (answer: WorkerAnswer) => this.#settle(worker, answer));
    worker.on('error', (error) => this.#fail(worker, error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => this.#fail(worker, new Error('a worker thread ended')));
    return worker;
  }

  #settle(worker: Worker, answer: WorkerAnswer): void {
    // Messages that are not ours: `node --watch` sends some.
    if (answer.type !== 'batch' && answer.type !== 'failed') return;
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    this.#load.set(worker, (this.#load.get(worker) ?? 1) - 1);
    if (answer.type === 'batch') waiting?.resolve(answer.batch);
    else waiting?.reject(new Error(answer.message));
  }

  #fail(worker: Worker, error: Error): void {
    for (const [id, waiting] of this.#waiting) {
      if (waiting.worker !== worker) continue;
      this.#waiting.delete(id);
      waiting.reject(error);
    }
  }
}

/** Bytes change hands instead of being copied, where they own their whole buffer. */
function transfers(chunk: Chunk): readonly ArrayBuffer[] {
  if (chunk.type !== 'page') return [];
  const { buffer, byteLength } = chunk.bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
}
