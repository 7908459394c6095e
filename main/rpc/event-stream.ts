type Open<T> = (signal: AbortSignal) => AsyncIterable<T>;

const noop = (): void => undefined;

/**
 * An event stream that ends at once when its reader leaves, on every transport. A generator that waits inside `await`
 * cannot be ended from outside (its `return()` queues behind the wait), so the handler gets a signal of its own, which is
 * aborted by `return()` as well as by the transport; a waiting `next()` then answers `done` without waiting for the handler.
 */
export class EventStream<T> implements AsyncIterableIterator<T, undefined, void> {
  readonly #abort = new AbortController();
  readonly #ended: Promise<IteratorReturnResult<undefined>>;
  readonly #source: AsyncIterator<T, unknown, undefined>;
  readonly #outer: AbortSignal | undefined;
  readonly #onOuter = (): void => this.#end();
  #resolveEnded: (result: IteratorReturnResult<undefined>) => void = noop;

  constructor(open: Open<T>, outer: AbortSignal | undefined) {
    this.#ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.#outer = outer;
    this.#source = open(this.#abort.signal)[Symbol.asyncIterator]();
    if (outer?.aborted === true) this.#end();
    else outer?.addEventListener('abort', this.#onOuter, { once: true });
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    if (this.#abort.signal.aborted) return { done: true, value: undefined };
    try {
      const step = await Promise.race([this.#source.next(), this.#ended]);
      if (step.done !== true) return { done: false, value: step.value };
    } catch (thrown) {
      if (!this.#abort.signal.aborted) {
        this.#end();
        throw thrown;
      }
    }
    this.#end();
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.#end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #end(): void {
    if (this.#abort.signal.aborted) return;
    this.#outer?.removeEventListener('abort', this.#onOuter);
    this.#abort.abort();
    this.#resolveEnded({ done: true, value: undefined });
    // Lets a generator run its `finally`. What it throws on the way out concerns nobody any more.
    void Promise.resolve(this.#source.return?.()).catch(noop);
  }
}
