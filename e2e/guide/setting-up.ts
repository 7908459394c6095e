import {
  failing,
  failingRules,
  findings,
  holdingRules,
  NOT_APPLICABLE,
  posture,
  titleOf,
  verdicts,
  wantedRules,
} from './counting.ts';
import { FIRST } from './shop.ts';
import { see, type Walker } from './walker.ts';

/** From nothing to an accepted baseline. */

export async function listEverybody(walk: Walker): Promise<void> {
  await walk.open('/workspace');
  await see(walk.region('The way')).toContainText('0 of 10 done');
  for (const [index, [name, contact, needs]] of [
    ['checkout', 'ada@shop.example', 'a NodePort until the gateway is there'],
    ['payments', 'lin@shop.example', 'nothing special'],
  ].entries()) {
    const teams = walk.region('Teams');
    await teams.getByRole('button', { name: 'Team', exact: true }).click();
    await teams
      .getByLabel('Team', { exact: true })
      .nth(index)
      .fill(name ?? '');
    await teams
      .getByLabel('Contacts')
      .nth(index)
      .fill(contact ?? '');
    await teams
      .getByLabel('Needs, one a line')
      .nth(index)
      .fill(needs ?? '');
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
  for (const [index, name] of ['staging', 'production'].entries()) {
    await environments.getByRole('button', { name: 'Environment', exact: true }).click();
    await environments.getByLabel('Environment', { exact: true }).nth(index).fill(name);
  }
  await environments.getByLabel('production').nth(1).check();
  await environments.getByRole('button', { name: 'Save environments' }).click();
  await see(walk.region('The way')).toContainText('1 of 10 done');
  await see(walk.region('The way')).toContainText('2 teams, 1 product, 2 environments');
}

/** Datree's default rules and one more, with the figures of the scan beside the switch before anything is saved. */
export async function makeStrict(walk: Walker): Promise<void> {
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
  const starting = FIRST.filter((thing) => thing.kind === 'Deployment' && thing.lacks.join() === 'no-privilege-escalation');
  await see(draft).toContainText(`would start failing ${starting.length} object in ${starting[0]?.namespace ?? ''}.`);
  await draft.getByLabel('Reason').fill('Wanted by security');
  await draft.getByRole('button', { name: 'Save r2' }).click();
  await see(row).toContainText(`${failing('no-privilege-escalation', FIRST).objects} objects`);
}

export async function bind(walk: Walker): Promise<void> {
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

export async function acceptBaseline(walk: Walker): Promise<void> {
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
  await walk.open('/policies');
  const cells = walk.region('Matrix').getByRole('cell');
  const [staging, production] = [cells.nth(0), cells.nth(1)];
  for (const cell of [staging, production]) {
    await see(cell).toContainText(`baseline ${holds} rules`);
    await see(cell).toContainText(`strict ${wantedRules().length} rules`);
  }
  // A scan of production says nothing of staging.
  await see(production).toContainText(`${failingRules(FIRST).length} fail`);
  await see(staging).not.toContainText('fail');
  await walk.open('/');
  const { pass, all } = verdicts(FIRST);
  await walk.seeFigure('Posture', posture(FIRST));
  await see(walk.region('Figures')).toContainText(`${pass} of ${all} pass`);
  await walk.seeFigure('Failing', findings(FIRST));
}
