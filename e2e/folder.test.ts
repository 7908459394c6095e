import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect as see, type Browser, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployment } from '#test/scan-objects.ts';
import { openBrowser, visit } from './browser.ts';
import { startHost, type Host } from './host.ts';

/** JSON is YAML: one document per object. */
const asFile = (objects: readonly unknown[]): string => objects.map((object) => JSON.stringify(object)).join('\n---\n');

async function openFolder(page: Page, folder: string): Promise<void> {
  await page.getByRole('button', { name: /^Source: / }).click();
  await page.getByRole('menuitem', { name: /Open a folder/ }).click();
  await page.getByRole('textbox', { name: 'Path on this machine' }).fill(folder);
  await page.getByRole('button', { name: 'Scan it' }).click();
}

describe('a folder of manifests', () => {
  let browser: Browser;
  let host: Host;
  beforeAll(async () => {
    [browser, host] = await Promise.all([openBrowser(), startHost()]);
  });
  afterAll(async () => {
    await host.stop();
    await browser.close();
  });

  it('shows more than 20,000 findings with fewer than 100 rows in the document', async () => {
    const folder = join(host.dir, 'many');
    mkdirSync(folder);
    const objects = Array.from({ length: 3600 }, (_, index) =>
      deployment(`web-${index}`, { namespace: `shop-${index % 40}`, labels: { team: `team-${index % 7}` } }),
    );
    for (let file = 0; file < 6; file += 1)
      writeFileSync(join(folder, `${file}.yaml`), asFile(objects.slice(file * 600, file * 600 + 600)));
    const { page, end } = await visit(browser, host);
    await openFolder(page, folder);
    await see(page.getByRole('heading', { name: 'The load line' })).toBeVisible({ timeout: 60_000 });
    await page.goto(`${host.origin}/findings`);
    const total = Number(
      (await page.locator('.filters').getByRole('status').textContent())?.split(' of ')[1]?.replaceAll(',', ''),
    );
    expect(total).toBeGreaterThan(20_000);
    await page.getByRole('button', { name: 'Open or close all' }).click();
    const grid = page.getByRole('treegrid');
    await see(grid).toHaveAttribute('aria-rowcount', String(total + 1 + (await groupCount(page))));
    const rows = (): Promise<number> => grid.getByRole('row').count();
    expect(await rows()).toBeLessThan(100);

    // Flung through, every stretch has its rows within a moment, and never too many.
    for (const share of [0.1, 0.5, 0.9, 1, 0.3]) {
      await grid.evaluate((box, at) => {
        box.scrollTop = box.scrollHeight * at;
      }, share);
      await see(grid.locator('[aria-busy=true]')).toHaveCount(0);
      await see(grid.getByRole('row').nth(10)).toBeVisible();
      expect(await rows()).toBeLessThan(100);
    }
    await grid.focus();
    await page.keyboard.press('End');
    await see(page.locator('.table-active')).toHaveAttribute('aria-rowindex', String(total + 1 + (await groupCount(page))));
    await page.keyboard.press('Enter');
    await see(page.getByRole('complementary').locator('[data-marked]').first()).toBeVisible();
    await end();
  });

  it('shows hostile names as the text they are', async () => {
    const folder = join(host.dir, 'hostile');
    mkdirSync(folder);
    const markup = '<img src=x onerror=alert(1)>';
    const hidden = 'pay\u202estnem\u200b';
    writeFileSync(
      join(folder, 'a.yaml'),
      asFile([
        deployment(markup, {
          namespace: hidden,
          labels: { team: '"><script>alert(2)</script>' },
          annotations: { note: '{{constructor.constructor("alert(3)")()}}' },
        }),
        deployment('__proto__', { namespace: 'constructor' }),
      ]),
    );
    const { page, end } = await visit(browser, host);
    let dialogs = 0;
    page.on('dialog', (dialog) => {
      dialogs += 1;
      void dialog.dismiss();
    });
    await openFolder(page, folder);
    await see(page.getByText(/^Scan #1 of hostile is done$/)).toBeVisible({ timeout: 30_000 });
    await page.goto(`${host.origin}/findings?group=object`);
    await page.getByRole('row', { name: markup }).click();
    await page.getByRole('row', { level: 2 }).first().click();
    const drawer = page.getByRole('complementary');
    await see(drawer.locator('[data-marked]').first()).toBeVisible();
    await drawer.getByRole('radio', { name: /^All/ }).click();
    await see(drawer.getByRole('region', { name: 'Object as YAML' })).toContainText(markup);
    await see(page.getByRole('row', { name: '__proto__' })).toBeVisible();
    const text = await page.locator('body').innerText();
    expect(text).toContain('pay\ufffdstnem\ufffd');
    expect(/[\u202a-\u202e\u2066-\u2069\u200b]/u.test(text)).toBe(false);
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(dialogs).toBe(0);
    await end();
  });

  it('says that some documents could not be read, and shows the rest', async () => {
    const folder = join(host.dir, 'broken');
    mkdirSync(folder);
    writeFileSync(join(folder, 'bad.yaml'), 'kind: [unclosed\n');
    writeFileSync(join(folder, 'good.yaml'), asFile([deployment('fine', { sound: true }), deployment('careless')]));
    const { page, end } = await visit(browser, host);
    await openFolder(page, folder);
    await see(page.getByText(/^Scan #1 of broken is done$/)).toBeVisible({ timeout: 30_000 });
    const covered = page.getByRole('button', { name: /covered, incomplete/ });
    await covered.click();
    await see(page.getByRole('dialog')).toContainText('1 document could not be read or judged');
    await see(page.getByRole('grid', { name: 'Documents that could not be read' }).getByRole('row')).toHaveCount(2);
    await page.keyboard.press('Escape');
    await see(covered).toBeFocused();
    await page.goto(`${host.origin}/findings?group=object`);
    await see(page.getByRole('row', { name: 'careless' })).toBeVisible();
    await end();
  });
});

async function groupCount(page: Page): Promise<number> {
  return Number.parseInt((await page.getByText(/^\d+ groups$/).textContent()) ?? '', 10);
}
