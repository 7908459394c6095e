import type { ListEvent } from '#main/sources/source.ts';

/** How many pages may wait for the consumer; the four requests under way hold one more each. */
const PAGES = 4;

/** Hands events from several readers to one consumer. A page waits until there is room, so a slow consumer slows the reading down. */
export class EventQueue {
  readonly #events: ListEvent[] = [];
  #pages = 0;
  #ended = false;
  #unbounded = false;
  #error: unknown;
  #wakeConsumer: (() => void) | undefined;
  #waiting: (() => void)[] = [];

  /** Resolves when the next page may be fetched. */
  async push(event: ListEvent): Promise<void> {
    if (this.#ended) return;
    if (event.type === 'page') {
      while (this.#pages >= PAGES && !this.#ended && !this.#unbounded)
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      if (this.#ended) return;
      this.#pages += 1;
    }
    this.#events.push(event);
    this.#wakeConsumer?.();
  }

  /** Lets every reader go on: after a cancel they have nothing large to push any more. */
  open(): void {
    this.#unbounded = true;
    this.#release();
  }

  /** Nothing more comes. Events that wait are still handed out. */
  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#release();
    this.#wakeConsumer?.();
  }

  /** The consumer has gone: what waits is dropped, readers are let go. */
  abandon(): void {
    this.#events.length = 0;
    this.end();
  }

  async next(): Promise<ListEvent | undefined> {
    while (this.#events.length === 0) {
      if (this.#ended) {
        if (this.#error !== undefined) throw this.#error;
        return undefined;
      }
      await new Promise<void>((resolve) => {
        this.#wakeConsumer = resolve;
      });
      this.#wakeConsumer = undefined;
    }
    const event = this.#events.shift();
    if (event?.type === 'page') {
      this.#pages -= 1;
      this.#release();
    }
    return event;
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
