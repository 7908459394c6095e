import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect as see, type Browser, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, visit } from './browser.ts';
import { startHost, type Host } from './host.ts';
import { settled, startSampleHost } from './sample-host.ts';
import { furnish, SAMPLE_NOW } from './sample-workspace.ts';

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
  [
    'an export',
    '/findings?severity=medium',
    async (page) => {
      await page.getByRole('button', { name: 'Export…' }).click();
      await page.getByRole('radio', { name: /^CSV/ }).check();
      await see(page.getByRole('region', { name: 'Beginning of the file' })).toContainText('verdict,severity');
    },
  ],
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

const STRICT = 'policy=larkfield-strict';
const openRow =
  (grid: string): Prepare =>
  async (page) => {
    await page.getByRole('grid', { name: grid }).getByRole('row').nth(1).click();
    await see(page.getByRole('complementary')).toBeVisible();
  };

/** What needs a baseline, a strict policy and decisions. */
const FURNISHED: typeof STATES = [
  ['Overview with its line', '/', asIs],
  ['Ratchet', '/ratchet', asIs],
  ['a rule of the gap', '/ratchet?rule=liveness-probe', asIs],
  ['what moves most', '/ratchet', (page) => page.getByRole('radio', { name: 'What moves most' }).click()],
  ['a promotion', '/ratchet', (page) => page.getByRole('button', { name: /^Promote \d+ ready/ }).click()],
  ['a demotion', '/ratchet', (page) => page.getByRole('button', { name: 'Propose demotion…' }).click()],
  ['Policies', '/policies', asIs],
  [
    'a policy being changed',
    '/policies/larkfield-strict',
    async (page) => {
      await page.getByRole('switch').first().click();
      await page.getByRole('row', { name: /AWS access key/ }).click();
      await see(page.getByRole('region', { name: 'Draft' })).toContainText('On scan');
    },
  ],
  ['a new policy', '/policies', (page) => page.getByRole('button', { name: 'New policy…' }).click()],
  ['an import', '/policies', (page) => page.getByRole('button', { name: 'Import…' }).click()],
  ['Enforce', '/enforce', asIs],
  ['Enforce, past scans as a table', `/enforce?${STRICT}&by=rule`, (page) => page.keyboard.press('t')],
  ['an object that would be denied', `/enforce?${STRICT}&tab=objects`, openRow('Objects that would meet a rule')],
  ['a rule of an export', `/enforce?${STRICT}&tab=rules&mode=warn&mode=deny:checkout-prod`, openRow('Exported rules')],
  ['the rollout plan', `/enforce?${STRICT}&tab=rollout&rollout=warn`, openRow('Rollout by rule')],
  ['the files of an export', `/enforce?${STRICT}&tab=files`, asIs],
  ['who can bypass it', `/enforce?${STRICT}&tab=bypass`, asIs],
  ['drift', `/enforce?${STRICT}&tab=drift`, openRow('Policies installed and wanted')],
  ['an export being saved', `/enforce?${STRICT}`, (page) => page.getByRole('button', { name: /^Save \d+ files/ }).click()],
  ['Inbox', '/inbox', asIs],
  [
    'a waiver being made',
    '/inbox',
    async (page) => {
      await see(page.getByRole('complementary')).toBeVisible();
      await page.keyboard.press('w');
    },
  ],
  ['every waiver', '/inbox?part=list', asIs],
  ['Workspace', '/workspace', asIs],
];

describe('axe finds nothing with a workspace', () => {
  let browser: Browser;
  let host: Host;
  beforeAll(async () => {
    browser = await openBrowser();
    host = await startSampleHost(browser, SAMPLE_NOW);
    await furnish(host);
  });
  afterAll(async () => {
    await host.stop();
    await browser.close();
  });

  it.each(FURNISHED)('on %s, in both themes and at the smallest size', async (_name, path, prepare) => {
    const { page, end } = await visit(browser, host, path, { now: SAMPLE_NOW });
    await settled(page);
    await prepare(page);
    await everyLook(page);
    await end();
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
