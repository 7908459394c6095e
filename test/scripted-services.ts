import type { Services } from '#main/rpc/router.ts';
import { contractCalls } from './contract-calls.ts';
import { sample } from './schema-samples.ts';

export interface RecordedCall {
  readonly name: string;
  readonly input: unknown;
  readonly signal: AbortSignal;
}

export interface ScriptedServices {
  readonly services: Services;
  readonly calls: RecordedCall[];
  /** What the call answers next: a value, or a function that makes it (or throws). */
  readonly script: (name: string, answer: unknown) => void;
  /** Sends to every open event stream. */
  readonly emit: (event: unknown) => void;
  /** Open event streams. Nothing may be left once their readers are gone. */
  readonly listening: () => number;
}

type Listener = (event: unknown) => void;

/** Waits for events without polling; ends with the signal, as the contract of event handlers demands. */
async function* events(listeners: Set<Listener>, signal: AbortSignal): AsyncGenerator<unknown> {
  const queue: unknown[] = [];
  let wake = Promise.withResolvers<void>();
  const listener: Listener = (event) => {
    queue.push(event);
    wake.resolve();
  };
  const onAbort = (): void => wake.resolve();
  listeners.add(listener);
  signal.addEventListener('abort', onAbort);
  try {
    while (!signal.aborted) {
      await wake.promise;
      wake = Promise.withResolvers<void>();
      yield* queue.splice(0);
    }
  } finally {
    listeners.delete(listener);
    signal.removeEventListener('abort', onAbort);
  }
}

/** Services for tests of everything below them: every call of the contract exists, is recorded, and answers as scripted. */
export function createScriptedServices(): ScriptedServices {
  const calls: RecordedCall[] = [];
  const answers = new Map<string, unknown>();
  const listeners = new Set<Listener>();
  const areas: Record<string, Record<string, unknown>> = {};
  for (const call of contractCalls()) {
    const record = (input: unknown, signal: AbortSignal): void => void calls.push({ name: call.name, input, signal });
    (areas[call.path[0]] ??= {})[call.path[1]] = call.events
      ? (input: unknown, { signal }: { signal: AbortSignal }) => {
          record(input, signal);
          return events(listeners, signal);
        }
      : async (input: unknown, context: { signal: AbortSignal }) => {
          record(input, context.signal);
          const answer = answers.has(call.name) ? answers.get(call.name) : sample(call.output, { full: true, branch: 0 });
          return typeof answer === 'function'
            ? (answer as (input: unknown, context: unknown) => unknown)(input, context)
            : answer;
        };
  }
  return {
    services: areas as unknown as Services,
    calls,
    script: (name, answer) => void answers.set(name, answer),
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
    listening: () => listeners.size,
  };
}
