import { expect as see, type Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFakeApiServer, type FakeApiServer, type Fault } from '#test/fake-apiserver.ts';
import { openBrowser, visit } from './browser.ts';
import { startHost, type Host } from './host.ts';

/** Lists wait until the test lets them go on, so that what happens meanwhile can be looked at. */
let fault: Fault | undefined;

describe('a cluster that takes its time', () => {
  let api: FakeApiServer;
  let browser: Browser;
  let host: Host;
  beforeAll(async () => {
    const held = ({ path }: { readonly path: string }): Fault | undefined =>
      path.includes('/deployments') || path.includes('/pods') ? fault : undefined;
    [api, browser] = await Promise.all([startFakeApiServer({ fault: held }), openBrowser()]);
    host = await startHost({ kubeconfig: api.kubeconfig({ user: 'token: not-a-secret' }) });
  });
  afterAll(async () => {
    await host.stop();
    await browser.close();
    await api.stop();
  });

  it('shows its progress, lets the screens be used, and stops within a second when asked', async () => {
    fault = 'hang';
    const { page, end } = await visit(browser, host);
    await page.locator('.start-context').first().click();
    await see(page.getByRole('heading', { name: /^(Scanning|Connecting to)/ })).toBeVisible();
    await see(page.getByRole('progressbar', { name: 'Scan' }).first()).toBeVisible();
    await see(page.getByText(/kind \d+ of \d+/)).toBeVisible({ timeout: 15_000 });
    await page.keyboard.press('g');
    await page.keyboard.press('u');
    await see(page.getByRole('grid', { name: 'Rules' })).toBeVisible();
    await page.keyboard.press('Escape');
    const ask = page.getByRole('alertdialog', { name: 'Stop this scan?' });
    await see(ask.getByRole('button', { name: 'Go on' })).toBeFocused();
    await page.keyboard.press('Enter');
    await see(ask).toHaveCount(0);
    await page.keyboard.press('Escape');
    const started = Date.now();
    await ask.getByRole('button', { name: 'Stop it' }).click();
    await see(page.getByText('The scan was cancelled')).toBeVisible();
    expect(Date.now() - started).toBeLessThan(1500);
    await page.goto(`${host.origin}/history`);
    await see(page.getByRole('gridcell', { name: 'cancelled' })).toBeVisible();
    await end();
  });

  it('says what went wrong when it refuses the login, with the next act', async () => {
    fault = undefined;
    await api.stop();
    const { page, end } = await visit(browser, host);
    await page
      .getByRole('button', { name: /^(Scan|Scan it)$/ })
      .last()
      .click();
    const alert = page.getByRole('alert');
    await see(alert).toContainText('What next', { timeout: 30_000 });
    await see(alert.getByRole('button', { name: 'Copy details' })).toBeVisible();
    await see(alert.getByRole('button', { name: 'Retry' })).toBeVisible();
    await end();
  });
});
