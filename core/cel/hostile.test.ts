import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { HOSTILE, type Outcome } from '#test/hostile-cel.ts';

/** For all of the data, the results and the garbage. */
const MEMORY_MB = 400;
/** Wide of the mark, because machines are busy: idle ones take a second or two for the worst. */
const LONGEST_MS = 60_000;

test(
  `whatever is asked of deep and large data is answered or refused in time, in ${MEMORY_MB} MB and on the stack there is`,
  { timeout: 600_000 },
  async () => {
    const worker = new Worker(new URL('../../test/hostile-cel-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    });
    const outcomes: Outcome[] = [];
    let current = '';
    worker.on('message', (message: Outcome | { readonly starts: string }) => {
      if ('starts' in message) current = message.starts;
      else outcomes.push(message);
    });
    const ended = await once(worker, 'exit').catch((error: unknown) => error);
    expect(ended instanceof Error ? `${current}: ${ended.message}` : ended).toEqual([0]);
    expect(outcomes.map(({ source }) => source)).toEqual(HOSTILE);
    expect(outcomes.filter(({ ms }) => ms > LONGEST_MS)).toEqual([]);
    // Both ways agree on whether there is an answer.
    const torn = outcomes.filter(({ said }) => {
      const [fast, counted] = said.split(' | ');
      return counted !== undefined && fast?.startsWith('error') !== counted.startsWith('error');
    });
    expect(torn).toEqual([]);
  },
);
