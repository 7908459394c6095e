import { describe, expect, it } from 'vitest';
import { openLibrary } from '#main/open-library.ts';
import { AdaptiveJudging } from '#main/scan/judging.ts';
import { forWorkers } from '#main/scan/library-facts.ts';
import type { Chunk, WorkerSetup } from '#main/scan/messages.ts';
import { WorkerPool } from '#main/scan/pool.ts';
import { unwrap } from '#test/scan-app.ts';
import { deployment } from '#test/scan-objects.ts';

const library = unwrap(openLibrary());

const setup = (changed: Partial<WorkerSetup['setup']['library']> = {}): WorkerSetup => ({
  setup: {
    library: { ...forWorkers(library), ...changed },
    minor: 36,
    store: { hmacKey: new Uint8Array(32), dropEnvValues: false },
    defaultNamespace: 'default',
    located: new Uint8Array(library.rules.length),
  },
  known: undefined,
});

const items = Array.from({ length: 300 }, (_, index) => deployment(`web-${index}`));
const text = JSON.stringify({ kind: 'DeploymentList', metadata: {}, items });
const kind = { group: 'apps', version: 'v1', kind: 'Deployment', resource: 'deployments', namespaced: true, metadataOnly: false };
const page = (): Chunk => ({ type: 'page', kind, bytes: new TextEncoder().encode(text) });

describe('worker threads', () => {
  it('judge what they are sent, each chunk once', async () => {
    const pool = new WorkerPool(setup(), 2);
    const batches = await Promise.all([pool.judge(page()), pool.judge(page()), pool.judge(page())]);
    expect(batches.map(({ judged, errors }) => [judged.length, errors])).toEqual([
      [300, []],
      [300, []],
      [300, []],
    ]);
    await pool.close();
  });

  it('that are closed at any moment of their work end by themselves: a thread ended from outside can take the process with it', async () => {
    for (let round = 0; round < 8; round += 1) {
      const pool = new WorkerPool(setup(), 2);
      const first = pool.judge(page());
      const others = Array.from({ length: 8 }, () =>
        pool.judge(page()).then(
          () => 'judged',
          (error: Error) => error.message,
        ),
      );
      await first;
      await new Promise((resolve) => setTimeout(resolve, round * 7));
      const asked = performance.now();
      await pool.close();
      expect(performance.now() - asked).toBeLessThan(1000);
      expect(await Promise.all(others)).toContain('the workers were closed');
      await expect(pool.judge(page())).rejects.toThrow('the workers are closed');
    }
  });

  it('are closed twice without harm, and before they had anything to do', async () => {
    const pool = new WorkerPool(setup(), 1);
    await Promise.all([pool.close(), pool.close()]);
  });

  it('say that the library is broken instead of blaming every object', async () => {
    const [rule] = library.rules;
    if (rule === undefined) throw new Error('the library is empty');
    const pool = new WorkerPool(setup({ rules: [{ ...rule, require: 'object.spec. >' }] }), 1);
    await expect(pool.judge(page())).rejects.toThrow(/the rule library does not compile: .+/u);
    await pool.close();
  });
});

describe('judging in place or in threads', () => {
  it('is over once it is closed: no thread starts behind its back', async () => {
    const judging = new AdaptiveJudging(setup());
    await judging.close();
    await expect(judging.judge(page())).rejects.toThrow('closed');
    expect(judging.size).toBe(1);
  });
});

describe('a thread for which nothing waits', () => {
  const files = (from: number): Chunk => ({
    type: 'files',
    files: Array.from({ length: 60 }, (_, index) => ({
      file: `${from + index}.json`,
      text: JSON.stringify(deployment(`web-${from + index}`)).padEnd(4000),
    })),
  });

  it('judges what no other thread has time for, to the same result', async () => {
    const judging = new AdaptiveJudging(setup(), { shares: true });
    const alone = new AdaptiveJudging(setup());
    const ended: number[] = [];
    const judge = (index: number) => judging.judge(files(index * 60)).finally(() => ended.push(index));
    const first = judge(0);
    const others = Array.from({ length: 2 * judging.size }, (_, index) => judge(index + 1));
    const batches = await Promise.all([first, ...others]);
    // Threads take a while to start: the first to be done is the one that was left over.
    expect(ended[0]).toBe(others.length);
    const wanted = await Promise.all(batches.map((_, index) => alone.judge(files(index * 60))));
    // Bytes that come from another thread are no Buffer any more.
    expect(structuredClone(batches)).toEqual(structuredClone(wanted));
    await Promise.all([judging.close(), alone.close()]);
  });
});
