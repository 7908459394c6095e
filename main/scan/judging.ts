import { availableParallelism } from 'node:os';
import type { ObjectJudge } from '#main/scan/judge.ts';
import { KnownPages } from '#main/scan/known-pages.ts';
import type { Batch, Chunk, WorkerSetup } from '#main/scan/messages.ts';
import { slimPage } from '#main/scan/page-text.ts';
import { WorkerPool } from '#main/scan/pool.ts';

/** Whatever judges chunks: worker threads, or this thread for a few files. */
export interface Judging {
  readonly size: number;
  judge(chunk: Chunk): Promise<Batch>;
  close(): Promise<void>;
}

/** Starting threads costs more than judging this much text in place. */
const IN_PLACE_CHARACTERS = 96 * 1024;

const MANY_THREADS = 3;

export interface JudgingOptions {
  /** A cluster's pages, which are many where nothing is known of them yet. Files may be few. */
  readonly live?: boolean;
  /** Nothing waits for this thread: it judges what no other has time for, and one thread less is started. */
  readonly shares?: boolean;
}

/** Passes over what is known, judges small input in place and starts the threads only for what comes after it. */
export class AdaptiveJudging implements Judging {
  readonly #setup: WorkerSetup;
  readonly #shares: boolean;
  readonly #known: KnownPages | undefined;
  #inPlace: ObjectJudge | undefined;
  #pool: WorkerPool | undefined;
  #judged = 0;
  #closed = false;

  constructor(setup: WorkerSetup, { live = false, shares = false }: JudgingOptions = {}) {
    this.#setup = setup;
    this.#shares = shares;
    this.#known = KnownPages.of(setup);
    // While the first pages are on their way, threads have time to start and to compile the rules. One thread less than for
    // files: this one receives and stores.
    if (live && this.#known === undefined) this.#pool = new WorkerPool(this.#setup, availableParallelism() - 1);
  }

  get size(): number {
    return this.#pool?.size ?? 1;
  }

  async judge(chunk: Chunk): Promise<Batch> {
    if (this.#closed) throw new Error('judging is closed');
    // Where few threads judge, this one has time to make their work smaller.
    if (this.#known === undefined) {
      const slim = chunk.type === 'page' && this.size < MANY_THREADS ? slimPage(chunk) : chunk;
      return isEmpty(slim) ? NOTHING : this.#pass(slim);
    }
    const { known, rest } = this.#known.split(chunk);
    const batch = rest === undefined ? NOTHING : await this.#pass(rest);
    return { ...batch, judged: [...known, ...batch.judged] };
  }

  async #pass(chunk: Chunk): Promise<Batch> {
    this.#judged += sizeOf(chunk);
    const threads = availableParallelism() - (this.#shares ? 1 : 0);
    if (this.#pool === undefined && this.#judged > IN_PLACE_CHARACTERS && threads > 0)
      this.#pool = new WorkerPool(this.#setup, threads);
    if (this.#pool !== undefined && !(this.#shares && this.#pool.isBusy)) return this.#pool.judge(chunk);
    // The engine is loaded only where something is judged here: a scan of an unchanged cluster does without.
    const [{ ObjectJudge: Judge }, { judgeChunk }] = await Promise.all([
      import('#main/scan/judge.ts'),
      import('#main/scan/chunks.ts'),
    ]);
    this.#inPlace ??= new Judge(this.#setup.setup, this.#setup.known);
    return judgeChunk(this.#inPlace, chunk, this.#setup.setup.defaultNamespace);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#pool?.close();
  }
}

const NOTHING: Batch = { judged: [], errors: [], notes: [] };

/** Most kinds of a cluster have no objects. */
const isEmpty = (chunk: Chunk): boolean => chunk.type === 'page' && chunk.items?.ends.length === 0;

const sizeOf = (chunk: Chunk): number =>
  chunk.type === 'page' ? chunk.bytes.byteLength : chunk.files.reduce((sum, file) => sum + file.text.length, 0);
