import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadShippedLibrary } from '#main/library.ts';
import { startApiServer } from '#test/apiserver.ts';
import type { ApiServer } from '#test/apiserver.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { CASES, isEphemeral, podObject } from './cases.ts';
import { LEVELS, NEWEST_JUDGED } from './facts.ts';
import { GOLDEN, judged } from './golden.ts';
import { each, Judge } from './judge.ts';
import { OurJudge } from './ours.ts';

/*
 * Real PodSecurity admission, in a namespace for each level and policy version: Pods by `enforce` (ephemeral containers by the
 * subresource that adds them), workloads by `warn`. The golden file holds its answers; standards.test.ts holds the rules to them.
 */

const { available } = requireEnvtest(['etcd', 'kube-apiserver-1.36']);
const [hardened] = CASES;
const shipped = loadShippedLibrary();

describe.skipIf(!available)('PodSecurity admission of a real API server 1.36', () => {
  let server: ApiServer;
  let judge: Judge;

  beforeAll(async () => {
    if (!available || hardened === undefined) return;
    server = await startApiServer();
    judge = await Judge.over(server, hardened);
  }, 120_000);
  afterAll(async () => server?.stop());

  it('says of every case what the golden file says', { timeout: 600_000 }, async () => {
    const { text } = await judged(judge);
    expect(text.split('\n')).toEqual(readFileSync(GOLDEN, 'utf8').split('\n'));
  });

  it('is agreed with on Pods as it sees them too, with everything filled in', { timeout: 120_000 }, async () => {
    if (!shipped.ok) throw new Error('the library does not load');
    const ours = new OurJudge(shipped.value);
    const wrong: string[] = [];
    await each(
      CASES.filter((one) => !isEphemeral(one)),
      async (one) => {
        const seen = await judge.seen(one);
        if (typeof seen === 'string') return;
        for (const level of LEVELS) {
          const [filled, written] = [seen, podObject(one)].map((object) => ours.violations(object, level, NEWEST_JUDGED).join());
          if (filled !== written) wrong.push(`${one.name}, ${level}: ${filled} as seen, ${written} as written`);
        }
      },
    );
    expect(wrong).toEqual([]);
  });
});
