import { setTimeout as sleep } from 'node:timers/promises';
import { err, type Result } from '#core/result.ts';
import type { Answer, Sender, TransportFailure, TransportRequest } from './transport.ts';

export interface RetryOptions {
  /** Waits before the second, third and fourth try where the server names none. */
  readonly delaysMs: readonly number[];
  /** A server that asks for a longer wait is given up. */
  readonly maxRetryAfterMs: number;
  /** Whether a cut connection is tried again too. */
  readonly whenCut: boolean;
}

export const RETRY_DEFAULTS: RetryOptions = { delaysMs: [1000, 2000, 4000], maxRetryAfterMs: 30_000, whenCut: true };

type Outcome = Result<Answer, TransportFailure>;

/** Busy (429, 5xx): worth waiting for. 401, 403 and timeouts are not: the next try would end the same way. */
const isBusy = (outcome: Outcome): boolean =>
  outcome.ok && (outcome.value.status === 429 || (outcome.value.status >= 500 && outcome.value.status !== 501));

/** A connection that was cut or refused. Worth a wait in the middle of a scan; at its start the person wants to know at once. */
const isCut = (outcome: Outcome): boolean => !outcome.ok && outcome.error.kind === 'unreachable';

async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}

/** Sends again after Retry-After or 1, 2 and 4 seconds, then hands out the last answer as it is. */
export const withRetries = (sender: Sender, options: RetryOptions): Sender => ({
  async send(request: TransportRequest): Promise<Outcome> {
    let outcome = await sender.send(request);
    for (const delay of options.delaysMs) {
      if (!isBusy(outcome) && !(options.whenCut && isCut(outcome))) return outcome;
      const wait = (outcome.ok ? outcome.value.retryAfterMs : undefined) ?? delay;
      if (wait > options.maxRetryAfterMs) return outcome;
      if (!(await waited(wait, request.signal))) return err({ kind: 'cancelled', reason: 'the scan was cancelled' });
      outcome = await sender.send(request);
    }
    return outcome;
  },
});
