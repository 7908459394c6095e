import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect as see, type Page } from '@playwright/test';
import { openBrowser, visit, type VisitOptions } from './browser.ts';
import { settled, startSampleHost } from './sample-host.ts';

/** Draws the pictures of docs/screens from the bundled sample: `node e2e/screens.ts [folder]`, after `npm run build`. */

const folder = process.argv[2] ?? fileURLToPath(new URL('../docs/screens', import.meta.url));

type Prepare = (page: Page) => Promise<void>;

const openFinding: Prepare = async (page) => {
  await page.getByRole('row', { name: /Containers define a liveness probe/ }).click();
  await page.getByRole('row', { level: 2 }).nth(1).click();
  await see(page.locator('[data-marked]').first()).toBeVisible();
};

const compare: Prepare = async (page) => {
  await page.getByRole('checkbox').nth(0).check();
  await page.getByRole('checkbox').nth(5).check();
  await page.getByRole('button', { name: /^Compare/ }).click();
  await see(page.getByRole('heading', { name: 'Compare' })).toBeVisible();
};

const PICTURES: readonly (readonly [name: string, path: string, options: VisitOptions, prepare?: Prepare])[] = [
  ['overview-light', '/', { theme: 'light' }],
  ['overview-dark', '/', { theme: 'dark' }],
  ['overview-900x600', '/', { theme: 'dark', width: 900, height: 600 }],
  ['overview-2560x1440', '/?policy=all', { theme: 'light', width: 2560, height: 1440 }],
  ['finding-light', '/findings', { theme: 'light' }, openFinding],
  ['finding-dark', '/findings', { theme: 'dark' }, openFinding],
  ['compare-light', '/history', { theme: 'light' }, compare],
  ['rule-light', '/rules/liveness-probe', { theme: 'light' }],
];

const browser = await openBrowser();
const host = await startSampleHost(browser);
mkdirSync(folder, { recursive: true });
for (const [name, path, options, prepare] of PICTURES) {
  const { page, end } = await visit(browser, host, path, options);
  await settled(page);
  await prepare?.(page);
  await settled(page);
  // Pointer and focus out of the picture.
  await page.mouse.move(0, 0);
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await end();
}
await host.stop();
await browser.close();
