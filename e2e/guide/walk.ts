import { decideAll, finish, outliveWaiver } from './deciding.ts';
import { passTheWeek, promoteAndUndo, regress } from './ratchet.ts';
import { acceptBaseline, bind, listEverybody, makeStrict } from './setting-up.ts';
import { FIRST, HASTY, without } from './shop.ts';
import type { Walker } from './walker.ts';

/** The guide from its first step to the last that there is. */
export async function walkTheGuide(walk: Walker): Promise<void> {
  await walk.apply(FIRST);
  await listEverybody(walk);
  await walk.open('/');
  await walk.choose('test-admin');
  await makeStrict(walk);
  await bind(walk);
  await acceptBaseline(walk);
  const fixed = await passTheWeek(walk);
  await promoteAndUndo(walk, fixed);
  await regress(walk, fixed);
  const now = [...fixed, ...without([HASTY], 'memory-limit')];
  await decideAll(walk, now);
  await outliveWaiver(walk, now);
  await finish(walk, now);
}
