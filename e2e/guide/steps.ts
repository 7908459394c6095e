import { failing, failingRules, findings, holdingRules, NOT_APPLICABLE, posture, RULES, titleOf } from './counting.ts';
import { FIRST, HASTY, without, type Thing } from './shop.ts';
import { see, type Walker } from './walker.ts';

/** The whole walk, step by step. */
export async function walkTheGuide(walk: Walker, log: (what: string) => void = () => undefined): Promise<void> {
  await walk.apply(FIRST);
  log('applied');
  await listEverybody(walk);
  log('listed');
  await walk.open('/');
  await walk.choose('test-admin');
  log('scanned');
  await makeStrict(walk);
  log('strict');
  await bind(walk);
  log('bound');
  await acceptBaseline(walk);
  log('baseline');
  const fixed = await passTheWeek(walk, log);
  await promoteAndUndo(walk, fixed);
  log('promoted');
  await regress(walk, fixed);
  log('regressed');
}

async function listEverybody(walk: Walker): Promise<void> {
  await walk.open('/workspace');
  await see(walk.region('The way')).toContainText('0 of 10 done');
  for (const [index, [name, contact, needs]] of [
    ['checkout', 'ada@shop.example', 'a NodePort until the gateway is there'],
    ['payments', 'lin@shop.example', 'nothing special'],
  ].entries()) {
    const teams = walk.region('Teams');
    await teams.getByRole('button', { name: 'Team', exact: true }).click();
    await teams.getByLabel('Team', { exact: true }).nth(index).fill(name ?? '');
    await teams.getByLabel('Contacts').nth(index).fill(contact ?? '');
    await teams.getByLabel('Needs, one a line').nth(index).fill(needs ?? '');
  }
  await walk.region('Teams').getByRole('button', { name: 'Save teams' }).click();
  await walk.saved(/./);
  const products = walk.region('Products');
  await products.getByRole('button', { name: 'Product', exact: true }).click();
  await products.getByLabel('Product', { exact: true }).fill('store');
  await products.getByLabel('Team of the product').selectOption('checkout');
  await products.getByRole('button', { name: 'Save products' }).click();
  await see(products.getByRole('button', { name: 'Save products' })).toHaveCount(0);
  const environments = walk.region('Environments');
  await environments.getByRole('button', { name: 'Environment', exact: true }).click();
  await environments.getByLabel('Environment', { exact: true }).fill('production');
  await environments.getByLabel('production').check();
  await environments.getByRole('button', { name: 'Save environments' }).click();
  await see(walk.region('The way')).toContainText('1 of 10 done');
  await see(walk.region('The way')).toContainText('2 teams, 1 product, 1 environment');
}

/** Datree's default rules and one more, with the figures of the scan beside the switch before anything is saved. */
async function makeStrict(walk: Walker): Promise<void> {
  const { page } = walk;
  await walk.open('/policies');
  await page.getByRole('button', { name: 'New policy…' }).click();
  const dialog = page.getByRole('dialog', { name: 'New policy' });
  await dialog.getByLabel('Name').fill('strict');
  await dialog.getByLabel('Extends').selectOption('datree-default');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await see(walk.region('Rules of strict')).toContainText('extends datree-default');
  const row = page.getByRole('row', { name: new RegExp(titleOf('no-privilege-escalation')) });
  await see(row).toContainText(`${failing('no-privilege-escalation', FIRST).objects} objects`);
  await row.getByRole('switch').click();
  const draft = walk.region('Draft');
  const clean = FIRST.filter((thing) => thing.kind === 'Deployment' && thing.lacks.length === 1 && thing.lacks[0] === 'no-privilege-escalation');
  await see(draft).toContainText(clean.length === 0 ? 'no object that is clean now would start failing' : 'would start failing');
  await draft.getByLabel('Reason').fill('Wanted by security');
  await draft.getByRole('button', { name: 'Save r2' }).click();
  await see(row).toContainText(`${failing('no-privilege-escalation', FIRST).objects} objects`);
}

async function bind(walk: Walker): Promise<void> {
  await walk.open('/workspace');
  const sources = walk.region('Sources');
  await sources.getByRole('button', { name: 'Source', exact: true }).click();
  await sources.getByLabel('Environment of the source').selectOption('production');
  await sources.getByLabel('Product of the source').selectOption('store');
  await sources.getByRole('button', { name: 'Save sources' }).click();
  await see(sources.getByRole('button', { name: 'Save sources' })).toHaveCount(0);
  const bindings = walk.region('Bindings');
  await bindings.getByRole('button', { name: 'Binding', exact: true }).click();
  await bindings.getByLabel('strict policy').selectOption('strict');
  await bindings.getByLabel('Product').selectOption('store');
  await bindings.getByLabel('Namespaces').fill('shop, billing');
  await bindings.getByLabel('Namespaces').blur();
  await see(bindings.getByRole('status')).toContainText(`row 1 governs ${FIRST.length} objects in 2 namespaces`);
  await bindings.getByRole('button', { name: 'Save bindings' }).click();
  await see(bindings.getByRole('button', { name: 'Save bindings' })).toHaveCount(0);
}

async function acceptBaseline(walk: Walker): Promise<void> {
  const { page } = walk;
  const holds = holdingRules(FIRST).length;
  await walk.open('/');
  await page.getByRole('button', { name: `Make a baseline of ${holds} rules…` }).click();
  const dialog = page.getByRole('dialog', { name: 'Make a baseline' });
  const lists = dialog.getByRole('radiogroup', { name: 'Rules' });
  await see(lists).toContainText(`${holds} hold`);
  await see(lists).toContainText(`${failingRules(FIRST).length} fail`);
  await see(lists).toContainText(`${NOT_APPLICABLE.length} apply to nothing`);
  await see(lists).toContainText('0 not evaluated');
  await dialog.getByRole('button', { name: 'Accept the baseline' }).click();
  await walk.saved(`Accepted a baseline of ${holds} rules`);
  await walk.open('/');
  await see(walk.figure('Posture')).toContainText(`${posture(FIRST)} %`);
  await see(walk.figure('Failing')).toContainText(`${findings(FIRST)}`);
}

/** Seven days of runs: one rule is fixed at their beginning, another in their middle. Ready is what was clean all the time. */
async function passTheWeek(walk: Walker, log: (what: string) => void): Promise<readonly Thing[]> {
  await walk.open('/ratchet');
  await seeStanding(walk, { held: holdingRules(FIRST), ready: [], things: FIRST });
  let things = without(FIRST, 'memory-limit');
  await walk.apply(things);
  const cleanSince: Record<string, number> = { 'memory-limit': 0 };
  for (const day of [0, 1, 2, 3, 4, 5, 6, 7]) {
    if (day === 3) {
      things = without(things, 'image-tag-explicit');
      cleanSince['image-tag-explicit'] = day;
      await walk.apply(things);
    }
    await walk.moveTo(day);
    await walk.open('/');
    await walk.scan();
    await see(walk.figure('Posture')).toContainText(`${posture(things)} %`);
    await see(walk.figure('Failing')).toContainText(`${findings(things)}`);
    await walk.open('/ratchet');
    const streaks = Object.entries(cleanSince).map(([rule, since]) => ({ rule, runs: day - since + 1, days: day - since }));
    const isReady = ({ runs, days }: (typeof streaks)[number]): boolean => runs >= RUNS && days >= DAYS;
    const ready = streaks.filter(isReady).map(({ rule }) => rule);
    await seeStanding(walk, { held: holdingRules(FIRST), ready, things });
    for (const { rule, runs } of streaks.filter((streak) => !isReady(streak))) {
      await see(walk.gapRow(rule)).toContainText(`${Math.min(runs, RUNS)} of ${RUNS} runs`);
    }
    log(`day ${day}`);
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
  const wanted = [...Object.keys(RULES), ...NOT_APPLICABLE];
  const gap = wanted.filter((rule) => !held.includes(rule) && !ready.includes(rule));
  await walk.seeLane('Baseline', held.length);
  await walk.seeLane('Ready', ready.length);
  await walk.seeLane('Gap', gap.length);
  for (const rule of failingRules(things)) {
    if (!held.includes(rule)) await walk.seeGapRow(rule, things);
  }
}

async function seeEvidence(walk: Walker, rule: string, { runs, days }: { readonly runs: number; readonly days: number }): Promise<void> {
  await walk.open(`/ratchet?rule=${rule}`);
  const drawer = walk.page.getByRole('complementary', { name: titleOf(rule) });
  await see(drawer).toContainText(`${runs} clean runs of ${RUNS} needed, over ${days} days of ${DAYS} needed`);
  await see(drawer.getByRole('cell', { name: 'clean' })).toHaveCount(runs);
}

async function promoteAndUndo(walk: Walker, things: readonly Thing[]): Promise<void> {
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
  await see(walk.region('Revisions')).toContainText('promoted: Passed consistently: 8 clean runs over 7 days in test-admin. (8 runs as evidence)');
}

/** A workload breaks what was promoted: a demotion is proposed in two places, and taken back once the workload is fixed. */
async function regress(walk: Walker, things: readonly Thing[]): Promise<void> {
  const { page } = walk;
  const broken = [...things, HASTY];
  const held = [...holdingRules(FIRST), 'memory-limit'];
  await walk.apply(broken);
  await walk.moveTo(8);
  await walk.open('/');
  await walk.scan();
  await see(walk.figure('Posture')).toContainText(`${posture(broken)} %`);
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
}
