import { judgeChunk } from '#main/scan/chunks.ts';
import { ObjectJudge } from '#main/scan/judge.ts';
import type { Batch, Chunk, WorkerSetup } from '#main/scan/messages.ts';
import { WorkerPool } from '#main/scan/pool.ts';

/** Whatever judges chunks: worker threads, or this thread for a few files. */
export interface Judging {
  readonly size: number;
  judge(chunk: Chunk): Promise<Batch>;
  close(): Promise<void>;
}

/** Starting threads costs more than judging this much text in place. */
const IN_PLACE_CHARACTERS = 96 * 1024;

/** Judges small input in place and starts the threads only for what comes after it. */
export class AdaptiveJudging implements Judging {
  readonly #setup: WorkerSetup;
  #inPlace: ObjectJudge | undefined;
  #pool: WorkerPool | undefined;
  #judged = 0;
  #closed = false;

  constructor(setup: WorkerSetup) {
    this.#setup = setup;
  }

  get size(): number {
    return this.#pool?.size ?? 1;
  }

  async judge(chunk: Chunk): Promise<Batch> {
    if (this.#closed) throw new Error('judging is closed');
    this.#judged += sizeOf(chunk);
    if (this.#pool === undefined && this.#judged > IN_PLACE_CHARACTERS) this.#pool = new WorkerPool(this.#setup);
    if (this.#pool !== undefined) return this.#pool.judge(chunk);
    this.#inPlace ??= new ObjectJudge(this.#setup.setup, this.#setup.known);
    return judgeChunk(this.#inPlace, chunk, this.#setup.setup.defaultNamespace);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#pool?.close();
  }
}

const sizeOf = (chunk: Chunk): number =>
  chunk.type === 'page' ? chunk.bytes.byteLength : chunk.files.reduce((sum, file) => sum + file.text.length, 0);
