import { readFileSync } from 'node:fs';
import { expect as see, type Browser, type Download, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, visit } from './browser.ts';
import type { Host } from './host.ts';
import { startSampleHost } from './sample-host.ts';

/** Exports of a real scan, saved by the browser, and read back from what was saved. */
describe('Export', () => {
  let host: Host;
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
    host = await startSampleHost(browser);
  });
  afterAll(async () => {
    await browser.close();
    await host.stop();
  });

  async function save(page: Page, format: RegExp): Promise<{ readonly download: Download; readonly text: string }> {
    await page.getByRole('button', { name: 'Export…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Export' });
    await dialog.getByRole('radio', { name: format }).check();
    await see(dialog.getByRole('button', { name: 'Save…' })).toBeEnabled();
    const [download] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Save…' }).click()]);
    await see(dialog).toBeHidden();
    return { download, text: readFileSync(await download.path(), 'utf8') };
  }

  it('saves a page that opens by itself, shows what the screen shows, and runs and loads nothing', async () => {
    const { page, end } = await visit(browser, host);
    const failing =
      (
        await page
          .getByRole('link', { name: /Failing/ })
          .first()
          .textContent()
      )?.match(/[\d,]+/)?.[0] ?? '';
    const { download, text } = await save(page, /^HTML page/);
    expect(download.suggestedFilename()).toMatch(/^plimsoll-larkfield-eu1-2026-\d\d-\d\d-scan-6\.html$/);
    await end();

    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 420, height: 800 } });
    const reader = await context.newPage();
    const said: string[] = [];
    reader.on('console', (message) => said.push(message.text()));
    reader.on('request', (request) => said.push(request.url()));
    await reader.setContent(text);
    await see(reader.getByRole('heading', { level: 1 })).toHaveText('larkfield-eu1');
    await see(reader.locator('.figures')).toContainText(failing);
    await see(reader.getByRole('img', { name: /^Of \d+ rules/ })).toBeVisible();
    for (const name of ['Summary', 'The load line', 'By team', 'Worst', 'Decisions', 'Coverage', 'Findings'])
      await see(reader.getByRole('heading', { name, exact: true })).toBeVisible();
    // Its own style is in force: the policy of the page knows it.
    expect(
      await reader
        .locator('section')
        .first()
        .evaluate((one) => getComputedStyle(one).borderRadius),
    ).toBe('8px');
    expect(await reader.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(420);
    expect(said).toEqual([]);
    await context.close();
  });

  it('saves SARIF of what is shown', async () => {
    const { page, end } = await visit(browser, host, '/findings?severity=low');
    const shown = Number((await page.locator('.filters [role=status]').textContent())?.split(' ')[0]);
    const { download, text } = await save(page, /^SARIF/);
    expect(download.suggestedFilename()).toMatch(/^plimsoll-larkfield-eu1-.*\.sarif$/);
    const { runs } = JSON.parse(text) as { runs: { results: { properties: { severity: string } }[] }[] };
    const results = runs[0]?.results ?? [];
    expect(shown).toBeGreaterThan(0);
    expect(results).toHaveLength(shown);
    expect(new Set(results.map(({ properties }) => properties.severity))).toEqual(new Set(['low']));
    await end();
  });
});
