import { expect as see, type Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, visit } from './browser.ts';
import { startHost, type Host } from './host.ts';

describe('the bundled sample, from the first start', () => {
  let host: Host;
  let browser: Browser;
  beforeAll(async () => {
    [host, browser] = await Promise.all([startHost(), openBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await host.stop();
  });

  it('is opened, judged and shown', async () => {
    const { page, end } = await visit(browser, host);
    await see(page.getByRole('heading', { name: 'No kubeconfig found' })).toBeVisible();
    await see(page.getByText('no-kubeconfig')).toBeVisible();
    await see(page.locator('.status')).toContainText('Nothing was contacted');
    await page.getByRole('button', { name: 'Try the sample' }).click();
    await see(page.getByRole('heading', { name: 'The load line' })).toBeVisible({ timeout: 30_000 });
    await see(page.getByRole('heading', { name: 'Trend' })).toBeVisible();
    await see(page.getByText('6 scans over 9 days')).toBeVisible();
    await see(page.locator('.recharts-line')).toHaveCount(4);
    await see(page.locator('.status')).toContainText('No server was contacted');
    await end();
  });

  it('is there again after a reload, and asking for it twice reads nothing twice', async () => {
    const { page, end } = await visit(browser, host);
    await see(page.getByRole('heading', { name: 'The load line' })).toBeVisible();
    await page.getByRole('button', { name: /^Source: / }).click();
    await page.getByRole('menuitem', { name: 'The bundled sample' }).click();
    await see(page.getByText(/^Scan #6 of .* is done$/)).toBeVisible();
    await page.goto(`${host.origin}/history`);
    await see(page.getByRole('grid', { name: 'Runs' }).getByRole('row')).toHaveCount(7);
    await end();
  });

  it('shows a finding with its failing line marked, and a link to it works elsewhere', async () => {
    const { page, end } = await visit(browser, host, '/findings', { clipboard: true });
    await page.getByRole('row', { name: /Containers set a memory limit/ }).click();
    await page.getByRole('row', { level: 2 }).first().click();
    const drawer = page.getByRole('complementary');
    await see(drawer.getByRole('heading', { name: 'Containers set a memory limit' })).toBeVisible();
    const marked = drawer.locator('[data-marked]');
    await see(marked.first()).toBeVisible();
    await see(drawer.locator('.code-note').first()).toContainText('memory');
    const address = page.url();
    await drawer.getByRole('button', { name: 'Copy link' }).click();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(new URL(link).searchParams.get('finding')).toBe(new URL(address).searchParams.get('finding'));
    expect(new URL(link).searchParams.get('scan')).toMatch(/^[0-9A-Z]{26}$/);

    const other = await visit(browser, host, link.slice(host.origin.length));
    await see(other.page.getByRole('complementary').locator('[data-marked]').first()).toBeVisible();
    await other.end();

    await page.goBack();
    await see(drawer).toHaveCount(0);
    await page.goForward();
    await see(marked.first()).toBeVisible();
    await page.reload();
    await see(marked.first()).toBeVisible();
    await end();
  });

  it('filters by the address and copies what is shown', async () => {
    const { page, end } = await visit(browser, host, '/findings?severity=medium&group=namespace', { clipboard: true });
    const status = page.locator('.filters').getByRole('status');
    await see(status).toHaveText(/^\d+ of \d+$/);
    const shown = Number((await status.textContent())?.split(' ')[0]);
    await page.getByRole('button', { name: 'CSV' }).click();
    await see(page.getByText(`${shown} findings copied as CSV`)).toBeVisible();
    const lines = (await page.evaluate(() => navigator.clipboard.readText())).split('\r\n');
    expect(lines).toHaveLength(shown + 1);
    expect(lines.slice(1).every((line) => line.split(',')[1] === 'medium')).toBe(true);
    await page.getByRole('button', { name: 'Remove filter: severity' }).click();
    await see(page).toHaveURL(`${host.origin}/findings?group=namespace`);
    await end();
  });

  it('compares two of its scans', async () => {
    const { page, end } = await visit(browser, host, '/history');
    const picks = page.getByRole('checkbox', { name: /^Pick scan/ });
    await picks.nth(0).check();
    await picks.nth(5).check();
    await page.getByRole('button', { name: 'Compare #6 and #1' }).click();
    await see(page.getByRole('radio', { name: /\d+ new/ })).toBeVisible();
    const counts = await page.getByRole('radio').allTextContents();
    expect(counts).toHaveLength(3);
    await page.getByRole('radio', { name: /fixed/ }).click();
    const rows = page.getByRole('grid').getByRole('row');
    await see(rows).toHaveCount(1 + Number(/\d+/.exec(counts[1] ?? '')?.[0]));
    await rows.nth(1).click();
    // What was fixed is shown where it still failed.
    await see(page.getByRole('complementary').getByText('History of this finding')).toBeVisible();
    await end();
  });

  it('keeps chosen columns and widths', async () => {
    const { page, end } = await visit(browser, host, '/history');
    await see(page.getByRole('columnheader', { name: 'Took' })).toBeVisible();
    const grip = page.getByRole('columnheader', { name: 'When' }).locator('.table-grip');
    const box = await grip.boundingBox();
    if (box === null) throw new Error('no grip');
    await page.mouse.move(box.x + 4, box.y + 4);
    await page.mouse.down();
    await page.mouse.move(box.x + 64, box.y + 4, { steps: 4 });
    await page.mouse.up();
    const width = async (): Promise<number> =>
      Math.round((await page.getByRole('columnheader', { name: 'When' }).boundingBox())?.width ?? 0);
    const dragged = await width();
    expect(dragged).toBeGreaterThan(190);
    // Saved shortly after the last change.
    await page.waitForResponse((response) => response.url().includes('/rpc/settings/set'));
    await page.reload();
    await see(page.getByRole('columnheader', { name: 'When' })).toBeVisible();
    await see.poll(width).toBe(dragged);
    await end();
  });

  it('deletes a scan, after asking', async () => {
    const { page, end } = await visit(browser, host, '/history');
    await page.getByRole('row', { name: /#1/ }).click();
    await page.getByRole('button', { name: 'Delete…' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete it' }).click();
    await see(page.getByRole('grid', { name: 'Runs' }).getByRole('row')).toHaveCount(6);
    await page.goto(`${host.origin}/`);
    await see(page.getByText('5 scans over 8 days')).toBeVisible();
    await end();
  });
});
