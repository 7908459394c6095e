import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect as see, type Page } from '@playwright/test';
import { openBrowser, visit, type VisitOptions } from './browser.ts';
import type { Host } from './host.ts';
import { startLargeHost } from './large-host.ts';
import { settled, startSampleHost } from './sample-host.ts';
import { furnish, SAMPLE_NOW } from './sample-workspace.ts';

/** Draws the pictures of docs/screens from the bundled sample: `node e2e/screens.ts [name...]`, after `npm run build`; all without a name. */

const folder = fileURLToPath(new URL('../docs/screens', import.meta.url));
const names = process.argv.slice(2);

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

const makeBaseline: Prepare = async (page) => {
  await page.getByRole('button', { name: /^Make a baseline of/ }).click();
  await see(page.getByRole('grid', { name: 'Rules' })).toBeVisible();
};

const openRow: Prepare = async (page) => {
  await page.getByRole('grid').getByRole('row').nth(1).click();
  await see(page.getByRole('complementary')).toBeVisible();
};

/** Past the head of the file, which is all comment. */
const scrollToPolicy: Prepare = async (page) => {
  await page.locator('.enforce-file .code-line', { hasText: 'kind: ValidatingAdmissionPolicy' }).first().scrollIntoViewIfNeeded();
  await page.locator('.enforce-file .code').evaluate((box) => box.scrollBy(0, box.clientHeight - 60));
};

const saveExport: Prepare = async (page) => {
  await page.getByRole('button', { name: /^Save \d+ files/ }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('/home/auditor/larkfield/enforce');
};

type Picture = readonly [name: string, path: string, prepare?: Prepare];

/** Before there is a workspace. */
const FIRST: readonly Picture[] = [
  ['overview-first', '/'],
  ['baseline', '/?policy=all', makeBaseline],
  ['finding', '/findings', openFinding],
  ['compare', '/history', compare],
  ['rule', '/rules/liveness-probe'],
];

/** With a baseline, a strict policy and some decisions. */
const FURNISHED: readonly Picture[] = [
  ['overview', '/'],
  ['ratchet', '/ratchet'],
  ['policies', '/policies/larkfield-strict'],
  ['enforce', '/enforce?policy=larkfield-strict'],
  ['inbox', '/inbox'],
  ['workspace', '/workspace'],
];

const SIZES: readonly (readonly [name: string, options: VisitOptions])[] = [
  ['light', { theme: 'light' }],
  ['dark', { theme: 'dark' }],
];
const SMALL: typeof SIZES = [
  ['900x600-light', { theme: 'light', width: 900, height: 600 }],
  ['900x600-dark', { theme: 'dark', width: 900, height: 600 }],
];

const MORE: readonly Picture[] = [
  ['enforce-object', '/enforce?policy=larkfield-strict&tab=objects&mode=warn&mode=deny:checkout-prod', openRow],
  ['enforce-rules', '/enforce?policy=larkfield-strict&tab=rules'],
  ['enforce-rollout', '/enforce?policy=larkfield-strict&tab=rollout'],
  ['enforce-files', '/enforce?policy=larkfield-strict&tab=files', scrollToPolicy],
  ['enforce-save', '/enforce?policy=larkfield-strict', saveExport],
  ['enforce-drift', '/enforce?policy=larkfield-strict&tab=drift'],
  ['history', '/history'],
  ['rules', '/rules'],
  ['settings', '/settings'],
];

/** 10,000 objects. */
const LARGE: readonly Picture[] = [
  ['large-overview', '/'],
  ['large-findings', '/findings'],
  ['large-ratchet', '/ratchet'],
  ['large-policies', '/policies/all'],
  ['large-enforce', '/enforce?policy=all&tab=objects'],
  ['large-inbox', '/inbox'],
];

const isWanted = ([name]: Picture): boolean => names.length === 0 || names.includes(name);

async function draw(host: Host, picture: Picture, size: string, options: VisitOptions): Promise<void> {
  if (!isWanted(picture)) return;
  const [name, path, prepare] = picture;
  const { page, end } = await visit(browser, host, path, { ...options, now: SAMPLE_NOW });
  await settled(page);
  await prepare?.(page);
  await settled(page);
  // Pointer and focus out of the picture.
  await page.mouse.move(0, 0);
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(folder, `${name}-${size}.png`) });
  await end();
}

const browser = await openBrowser();
const host = await startSampleHost(browser, SAMPLE_NOW);
mkdirSync(folder, { recursive: true });
for (const picture of FIRST) for (const [size, options] of SIZES) await draw(host, picture, size, options);
await furnish(host);
for (const picture of FURNISHED) for (const [size, options] of [...SIZES, ...SMALL]) await draw(host, picture, size, options);
for (const picture of MORE) for (const [size, options] of SIZES) await draw(host, picture, size, options);
await draw(host, ['overview', '/'], '2560x1440', { theme: 'light', width: 2560, height: 1440 });
await host.stop();
if (LARGE.some(isWanted)) {
  const large = await startLargeHost(SAMPLE_NOW);
  for (const picture of LARGE) for (const [size, options] of SIZES) await draw(large, picture, size, options);
  await large.stop();
}
await browser.close();
