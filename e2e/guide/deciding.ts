import { expect } from 'vitest';
import { failing, failingRules, findings, holdingRules, posture, titleOf } from './counting.ts';
import { FIRST, type Thing } from './shop.ts';
import { see, type Walker } from './walker.ts';

/** Every failure gets a decision, and a waiver its end. */

/** What fails in the strict policy, the worst first, and what is decided of each by one keystroke. */
const DECISIONS = [
  { rule: 'no-privilege-escalation', key: 'e', done: 'Accepted the failures of no-privilege-escalation as debt' },
  { rule: 'liveness-probe', key: 'f', done: 'liveness-probe is to be fixed' },
  { rule: 'replicas-min-two', key: 'w', done: 'Waived replicas-min-two' },
  { rule: 'service-no-node-port', key: 'd', done: 'Switched service-no-node-port off in strict' },
] as const;
/** The waiver's last day, in days of the walk. */
const LAST_DAY = 39;

export async function decideAll(walk: Walker, things: readonly Thing[]): Promise<void> {
  const { page } = walk;
  await walk.open('/');
  await walk.seeFigure('In the inbox', DECISIONS.length);
  await walk.seeFigure('Waived', 0);
  await walk.open('/inbox');
  expect(failingRules(things)).toEqual(DECISIONS.map(({ rule }) => rule).toSorted());
  for (const [index, { rule, key, done }] of DECISIONS.entries()) {
    await see(page.getByRole('radio', { name: `undecided ${DECISIONS.length - index}` })).toBeVisible();
    const pane = page.getByRole('complementary', { name: titleOf(rule) });
    const { objects, namespaces } = failing(rule, things);
    await see(pane).toContainText(
      `Fails on ${objects} ${objects === 1 ? 'object' : 'objects'} in ${namespaces} ${namespaces === 1 ? 'namespace' : 'namespaces'}`,
    );
    await page.keyboard.press(key);
    if (key === 'w') await waive(walk);
    if (key === 'd') await disable(walk);
    await walk.saved(done);
  }
  await see(page.getByRole('heading', { name: 'Nothing waits for a decision' })).toBeVisible();
  await see(page.getByRole('main')).toContainText(`${DECISIONS.length} decisions in the last 30 days`);
  await walk.open('/');
  await walk.seeFigure('In the inbox', 0);
  await walk.seeFigure('Waived', 1);
  await walk.seeFigure('Posture', posture(things, { waived: { 'replicas-min-two': 1 }, except: OFF }));
}

const OFF = ['service-no-node-port'];

async function waive(walk: Walker): Promise<void> {
  const dialog = walk.page.getByRole('dialog', { name: /^Waive/ });
  await dialog.getByRole('radio', { name: 'this object' }).click();
  await dialog.getByLabel('Reason').fill('One replica is enough until it is rewritten');
  await dialog.getByLabel('Last day').fill(walk.day(LAST_DAY));
  await walk.page.keyboard.press('Enter');
}

async function disable(walk: Walker): Promise<void> {
  const dialog = walk.page.getByRole('dialog', { name: /^Disable/ });
  await dialog.getByLabel(/^Reason/).fill('Wanted until the gateway is there');
  await walk.page.keyboard.press('Enter');
}

/** The waiver ends: what it let off fails again, and both wait in the inbox until they are decided. */
export async function outliveWaiver(walk: Walker, things: readonly Thing[]): Promise<void> {
  const { page } = walk;
  await walk.moveTo(LAST_DAY - 3);
  await walk.open('/inbox');
  await see(page.getByRole('radio', { name: 'waivers 1' })).toBeVisible();
  await see(page.getByRole('complementary')).toContainText(`ends on ${walk.day(LAST_DAY)}`);
  await walk.moveTo(LAST_DAY + 1);
  await walk.open('/inbox?part=list');
  await see(page.getByRole('grid', { name: 'Waivers' })).toContainText('expired');
  await walk.open('/');
  await walk.seeFigure('Waived', 0);
  await walk.seeFigure('Posture', posture(things, { except: OFF }));
  await walk.scan();
  await walk.seeFigure('Failing', findings(things, OFF));
  await walk.open('/inbox');
  await see(page.getByRole('radio', { name: 'undecided 1' })).toBeVisible();
  await see(page.getByRole('radio', { name: 'waivers 1' })).toBeVisible();
  await page.getByRole('radio', { name: 'waivers 1' }).click();
  await see(page.getByRole('complementary')).toContainText(`Waiver ended on ${walk.day(LAST_DAY)}`);
  await page.keyboard.press('d');
  await walk.saved(/waiver/i);
  await page.getByRole('radio', { name: 'undecided 1' }).click();
  await see(page.getByRole('complementary', { name: titleOf('replicas-min-two') })).toBeVisible();
  await page.keyboard.press('f');
  await see(page.getByRole('heading', { name: /^Nothing/ })).toBeVisible();
  await see(page.getByRole('radio', { name: 'all 0' })).toBeVisible();
}

/** What was done is ticked off; what there is not yet, and the gap, stay open. */
export async function finish(walk: Walker, things: readonly Thing[]): Promise<void> {
  await walk.open('/workspace');
  await walk.region('Feedback').getByRole('button', { name: 'Start a round about strict' }).click();
  await walk.open('/workspace');
  const way = walk.region('The way');
  const open = { gap: 'Close the gap', enforce: 'Enforce in the cluster', share: 'Share with CI and other clusters' };
  await see(way).toContainText(`${10 - Object.keys(open).length} of 10 done`);
  const steps = way.getByRole('listitem');
  for (const title of Object.values(open)) await see(steps.filter({ hasText: title })).toContainText('open');
  await see(steps.filter({ hasText: 'Accept a baseline' })).toContainText(
    `'test-admin-baseline' holds ${holdingRules(FIRST).length + 1} rules, with 1 scan as evidence`,
  );
  await see(steps.filter({ hasText: 'Decide every failure' })).toContainText(
    `${failingRules(things, OFF).length} failing rules, all decided`,
  );
}
