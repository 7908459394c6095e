import { failing, failingRules, findings, holdingRules, posture, titleOf, wantedRules } from './counting.ts';
import { FIRST, HASTY, without, type Thing } from './shop.ts';
import { see, type Walker } from './walker.ts';

/** A week of runs, a promotion, and what breaks it. */

/** Seven days of runs: one rule is fixed at their beginning, another in their middle. Ready is what was clean all the time. */
export async function passTheWeek(walk: Walker): Promise<readonly Thing[]> {
  await walk.open('/ratchet');
  await seeStanding(walk, { held: holdingRules(FIRST), ready: [], things: FIRST });
  let things = without(FIRST, 'memory-limit');
  await walk.apply(things);
  const cleanSince: Record<string, number> = { 'memory-limit': 0 };
  let before = findings(FIRST);
  for (const day of [0, 1, 2, 3, 4, 5, 6, 7]) {
    if (day === 3) {
      things = without(things, 'image-tag-explicit');
      cleanSince['image-tag-explicit'] = day;
      await walk.apply(things);
    }
    await walk.moveTo(day);
    await walk.open('/');
    await walk.scan();
    await walk.seeFigure('Posture', posture(things));
    await walk.seeFigure('Failing', findings(things));
    await walk.seeFigure('Fixed', before - findings(things));
    before = findings(things);
    await walk.open('/ratchet');
    const streaks = Object.entries(cleanSince).map(([rule, since]) => ({ rule, runs: day - since + 1, days: day - since }));
    const isReady = ({ runs, days }: (typeof streaks)[number]): boolean => runs >= RUNS && days >= DAYS;
    const ready = streaks.filter(isReady).map(({ rule }) => rule);
    await seeStanding(walk, { held: holdingRules(FIRST), ready, things });
    for (const { rule, runs } of streaks.filter((streak) => !isReady(streak))) {
      await see(walk.gapRow(rule)).toContainText(`${Math.min(runs, RUNS)} of ${RUNS} runs`);
    }
  }
  await seeEvidence(walk, 'image-tag-explicit', { runs: 5, days: 4 });
  await seeEvidence(walk, 'memory-limit', { runs: 8, days: 7 });
  return things;
}

/** decisions.md 21. */
const RUNS = 5;
const DAYS = 7;

interface Standing {
  readonly held: readonly string[];
  readonly ready: readonly string[];
  readonly things: readonly Thing[];
}

async function seeStanding(walk: Walker, { held, ready, things }: Standing): Promise<void> {
  const wanted = wantedRules();
  const gap = wanted.filter((rule) => !held.includes(rule) && !ready.includes(rule));
  await walk.seeLane('Baseline', held.length);
  await walk.seeLane('Ready', ready.length);
  await walk.seeLane('Gap', gap.length);
  await see(walk.region('Load line')).toContainText(
    ready.length === 0
      ? `${held.length} of ${wanted.length} rules held`
      : `${held.length} now → ${held.length + ready.length} of ${wanted.length}`,
  );
  for (const rule of failingRules(things)) {
    if (!held.includes(rule)) await walk.seeGapRow(rule, things);
  }
}

async function seeEvidence(
  walk: Walker,
  rule: string,
  { runs, days }: { readonly runs: number; readonly days: number },
): Promise<void> {
  await walk.open(`/ratchet?rule=${rule}`);
  const drawer = walk.page.getByRole('complementary', { name: titleOf(rule) });
  await see(drawer).toContainText(`${runs} clean runs of ${RUNS} needed, over ${days} days of ${DAYS} needed`);
  await see(drawer.getByRole('cell', { name: 'clean' })).toHaveCount(runs);
}

export async function promoteAndUndo(walk: Walker, things: readonly Thing[]): Promise<void> {
  const { page } = walk;
  const before = holdingRules(FIRST);
  const promote = page.getByRole('button', { name: `Promote ${titleOf('memory-limit')}` });
  await walk.open('/ratchet');
  await promote.click();
  await walk.saved('Promoted memory-limit');
  await seeStanding(walk, { held: [...before, 'memory-limit'], ready: [], things });
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).first().click();
  await walk.saved('Taken back');
  await seeStanding(walk, { held: before, ready: ['memory-limit'], things });
  await promote.click();
  await seeStanding(walk, { held: [...before, 'memory-limit'], ready: [], things });
  await walk.open('/policies/test-admin-baseline');
  await see(walk.region('Revisions')).toContainText(
    'promoted: Passed consistently: 8 clean runs over 7 days in test-admin. (8 runs as evidence)',
  );
}

/** A workload breaks what was promoted: a demotion is proposed in two places, and taken back once the workload is fixed. */
export async function regress(walk: Walker, things: readonly Thing[]): Promise<void> {
  const { page } = walk;
  const broken = [...things, HASTY];
  const held = [...holdingRules(FIRST), 'memory-limit'];
  await walk.apply(broken);
  await walk.moveTo(8);
  await walk.open('/');
  await walk.scan();
  await walk.seeFigure('Posture', posture(broken));
  await walk.seeFigure('New since last scan', findings(broken) - findings(things));
  await walk.open('/ratchet');
  await seeStanding(walk, { held, ready: [], things: broken });
  const regressions = walk.region('Regressions');
  await see(regressions).toContainText('1 baseline rule regressed');
  await see(regressions).toContainText(`${failing('memory-limit', broken).objects} object`);
  await see(regressions).toContainText('in billing');
  await regressions.getByRole('button', { name: 'Propose demotion…' }).click();
  await see(page.getByRole('dialog')).toContainText('billing/hasty');
  await page.keyboard.press('Escape');
  await walk.open('/inbox?policy=test-admin-baseline');
  await see(page.getByRole('radio', { name: 'demotions 1' })).toBeVisible();
  await see(page.getByRole('complementary')).toContainText('Fails on 1 object in 1 namespace');
  await page.keyboard.press('d');
  await walk.saved('Took memory-limit out');
  await see(page.getByRole('heading', { name: 'Nothing waits for a decision' })).toBeVisible();
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).last().click();
  await see(page.getByRole('radio', { name: 'demotions 1' })).toBeVisible();
  await walk.apply(without([HASTY], 'memory-limit'));
  await walk.moveTo(9);
  await walk.scan();
  await see(page.getByRole('heading', { name: 'Nothing waits for a decision' })).toBeVisible();
}
