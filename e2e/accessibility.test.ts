import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect as see, type Browser, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, visit } from './browser.ts';
import { startHost, type Host } from './host.ts';
import { settled, startSampleHost } from './sample-host.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** Axe's complaints about the page as it stands, each with its place. */
async function complaints(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run: (root: Document, options: unknown) => Promise<{ violations: Violation[] }> };
    };
    return (await axe.run(document, { resultTypes: ['violations'] })).violations;
  });
  return violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.html.slice(0, 200)} (${node.failureSummary ?? ''})`),
  );
}

type Prepare = (page: Page) => Promise<void>;
const asIs: Prepare = async () => undefined;

const STATES: readonly (readonly [name: string, path: string, prepare: Prepare])[] = [
  ['Overview', '/', asIs],
  ['Overview as tables', '/', (page) => page.keyboard.press('t')],
  [
    'a baseline being made',
    '/',
    async (page) => {
      await page.getByRole('button', { name: /^Make a baseline of/ }).click();
      await see(page.getByRole('grid', { name: 'Rules' })).toBeVisible();
    },
  ],
  ['Ratchet before anything is chosen', '/ratchet', asIs],
  ['Ratchet before there is a baseline', '/ratchet?policy=all', asIs],
  ['Findings', '/findings', (page) => page.getByRole('button', { name: 'Open or close all' }).click()],
  [
    'a finding',
    '/findings?group=namespace',
    async (page) => {
      await page.getByRole('row').nth(1).click();
      await page.getByRole('row', { level: 2 }).first().click();
      await see(page.locator('[data-marked]').first()).toBeVisible();
    },
  ],
  ['filters that hide all', '/findings?text=there-is-no-such-thing', asIs],
  ['the filter menu', '/findings', (page) => page.getByRole('button', { name: 'Filter', exact: true }).click()],
  ['History', '/history', asIs],
  ['a run', '/history', (page) => page.getByRole('row').nth(2).click()],
  [
    'a comparison',
    '/history',
    async (page) => {
      await page.getByRole('checkbox').nth(0).check();
      await page.getByRole('checkbox').nth(3).check();
      await page.getByRole('button', { name: /^Compare/ }).click();
      await see(page.getByRole('heading', { name: 'Compare' })).toBeVisible();
    },
  ],
  ['Rules', '/rules', asIs],
  ['a rule', '/rules/memory-limit', async (page) => see(page.getByRole('heading', { name: 'Why it matters' })).toBeVisible()],
  ['Settings', '/settings', asIs],
  [
    'the palette',
    '/settings',
    async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('memory');
      await see(page.getByRole('option').nth(2)).toBeVisible();
    },
  ],
  ['the list of shortcuts', '/', (page) => page.keyboard.press('?')],
  ['the source menu', '/', (page) => page.getByRole('button', { name: /^Source: / }).click()],
  ['coverage', '/', (page) => page.getByRole('button', { name: /covered/ }).click()],
  [
    'the dialog to open a folder',
    '/',
    async (page) => {
      await page.getByRole('button', { name: /^Source: / }).click();
      await page.getByRole('menuitem', { name: /Open a folder/ }).click();
      await see(page.getByRole('dialog')).toBeVisible();
    },
  ],
  ['no such page', '/nowhere', asIs],
];

describe('axe finds nothing', () => {
  let browser: Browser;
  let host: Host;
  beforeAll(async () => {
    browser = await openBrowser();
    host = await startSampleHost(browser);
  });
  afterAll(async () => {
    await host.stop();
    await browser.close();
  });

  it.each(STATES)('on %s, in both themes and at the smallest size', async (_name, path, prepare) => {
    const { page, end } = await visit(browser, host, path);
    await settled(page);
    await prepare(page);
    await everyLook(page);
    await end();
  });

  it('on the first run', async () => {
    const empty = await startHost();
    const { page, end } = await visit(browser, empty);
    await see(page.getByRole('heading', { name: 'No kubeconfig found' })).toBeVisible();
    await everyLook(page);
    await end();
    await empty.stop();
  });
});

async function everyLook(page: Page): Promise<void> {
  await settled(page);
  expect(await complaints(page), 'light').toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await complaints(page), 'dark').toEqual([]);
  await page.setViewportSize({ width: 900, height: 600 });
  await settled(page);
  expect(await complaints(page), '900 x 600').toEqual([]);
}
