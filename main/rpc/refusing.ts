import type { AppError } from '#core/model.ts';
import { contract } from '#core/api.ts';
import { err } from '#core/result.ts';
import type { CallContext, Services } from './services.ts';

/** Ends with the caller: a stream that ended by itself would be asked for again and again. */
const silence = (signal: AbortSignal): AsyncIterableIterator<never> => ({
  next: async () => {
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    return { done: true, value: undefined };
  },
  [Symbol.asyncIterator]() {
    return this;
  },
});

/** Services that answer every call with one error: the app opens and says what is wrong (a locked database, a broken library). */
export function refusingServices(error: AppError): Services {
  const areas = Object.entries(contract).map(([area, calls]) => {
    const handlers = Object.keys(calls).map((name) => [
      name,
      name === 'events' ? (_input: unknown, { signal }: CallContext) => silence(signal) : async () => err(error),
    ]);
    return [area, Object.fromEntries(handlers) as unknown];
  });
  return Object.fromEntries(areas) as Services;
}
