import { expect as see, type Browser, type Locator, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, visit } from './browser.ts';
import { startHost, type Host } from './host.ts';

/** Tabs until the element has the focus: that it can be reached is part of what is tested. */
async function tabTo(page: Page, target: Locator, most = 40): Promise<void> {
  for (let press = 0; press < most; press += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${String(target)} was not reached by Tab`);
}

/** The focus must be seen, not only be there. */
async function seesFocus(target: Locator): Promise<void> {
  const outline = await target.evaluate((element) => getComputedStyle(element).outlineStyle);
  expect(outline).not.toBe('none');
}

describe('once through by keyboard alone', () => {
  let browser: Browser;
  let host: Host;
  beforeAll(async () => {
    [browser, host] = await Promise.all([openBrowser(), startHost()]);
  });
  afterAll(async () => {
    await host.stop();
    await browser.close();
  });

  it('opens the sample, reads a finding, compares two scans, changes a setting', async () => {
    const { page, end } = await visit(browser, host);
    const keys = page.keyboard;

    await keys.press('Tab');
    await see(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
    await keys.press('Enter');
    await see(page.locator('main')).toBeFocused();
    const sample = page.getByRole('button', { name: 'Try the sample' });
    await tabTo(page, sample);
    await seesFocus(sample);
    await keys.press('Enter');
    await see(page.getByRole('heading', { name: 'The load line' })).toBeVisible({ timeout: 30_000 });

    // The picture: rule by rule, then the rule itself.
    const picture = page.getByRole('application', { name: /^Load line/ });
    await tabTo(page, picture);
    await seesFocus(picture);
    await keys.press('End');
    await see(page.locator('.load-line-read')).toContainText('fail');
    await keys.press('Enter');
    await see(page).toHaveURL(/\/rules\/[a-z-]+$/);
    await see(page.getByRole('heading', { name: 'Why it matters' })).toBeVisible();

    // Findings: filter, open a group, open a finding, read it, go on, come back.
    await keys.press('g');
    await keys.press('f');
    await see(page.getByRole('treegrid')).toBeVisible();
    await keys.press('/');
    await keys.type('memory');
    await see(page).toHaveURL(/text=memory/);
    await keys.press('Enter');
    await keys.press('j');
    const grid = page.getByRole('treegrid');
    await see(grid).toBeFocused();
    await keys.press('ArrowRight');
    await keys.press('j');
    await see(page.locator('.table-active')).toContainText('fail');
    await keys.press('Enter');
    const drawer = page.getByRole('complementary');
    await see(drawer.locator('[data-marked]').first()).toBeVisible();
    await see(drawer).toBeFocused();
    const before = page.url();
    await keys.press('j');
    await see.poll(() => page.url()).not.toBe(before);
    await keys.press('Escape');
    await see(drawer).toHaveCount(0);
    await see(grid).toBeFocused();

    // History: two runs, compared.
    await keys.press('g');
    await keys.press('h');
    await see(page.getByRole('grid', { name: 'Runs' })).toBeVisible();
    await keys.press('j');
    await keys.press('x');
    await keys.press('j');
    await keys.press('x');
    await keys.press('c');
    await see(page.getByRole('heading', { name: 'Compare' })).toBeVisible();
    await keys.press('Escape');
    await see(page).toHaveURL(/\/history$/);

    // Enforce: further and less far, part by part, an object and what it is told.
    await keys.press('g');
    await keys.press('e');
    await see(page.getByRole('region', { name: 'Totals' })).toBeVisible();
    await see(page.getByRole('radio', { name: 'deny' })).toBeChecked();
    await keys.press('m');
    await see(page.getByRole('radio', { name: 'audit' })).toBeChecked();
    await see(page).toHaveURL(/mode=audit/);
    const tabs = page.getByRole('tab', { name: 'Effect' });
    await tabTo(page, tabs);
    await seesFocus(tabs);
    await keys.press('ArrowRight');
    await see(page.getByRole('tab', { name: 'Objects' })).toBeFocused();
    const objects = page.getByRole('grid', { name: 'Objects that would meet a rule' });
    // Objects come with a request of their own: a key before them has no row to go to.
    await see(objects.getByRole('row').nth(1)).toBeVisible();
    await keys.press('j');
    await see(objects).toBeFocused();
    await keys.press('Enter');
    await see(page.getByRole('complementary')).toBeFocused();
    await keys.press('Escape');
    await keys.press('g');
    await keys.press('h');

    // The palette leads anywhere and gives the focus back.
    await tabTo(page, page.getByRole('combobox', { name: 'Status' }));
    await keys.press('Control+k');
    await see(page.getByRole('combobox', { name: 'Go to' })).toBeFocused();
    await keys.press('Escape');
    await see(page.getByRole('combobox', { name: 'Status' })).toBeFocused();
    await keys.press('Control+k');
    await keys.type('settings');
    await keys.press('Enter');
    await see(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
    const theme = page.getByRole('radio', { name: 'as the system' });
    await tabTo(page, theme);
    await keys.press('ArrowRight');
    await keys.press('ArrowRight');
    await see(page.locator('html')).toHaveAttribute('data-theme', 'dark');

    await keys.press('?');
    await see(page.getByRole('dialog', { name: 'Keyboard' })).toBeVisible();
    await keys.press('Escape');
    await see(page.getByRole('radio', { name: 'dark' })).toBeFocused();
    await end();
  });
});
