import { expect as see, type Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, visit } from './browser.ts';
import type { Host } from './host.ts';
import { settled, startSampleHost } from './sample-host.ts';

const SIZES = [
  [900, 600],
  [1081, 700],
  [1280, 800],
  [1440, 900],
  [1920, 1080],
  [2560, 1440],
] as const;
const PATHS = ['/', '/findings', '/history', '/rules', '/rules/memory-limit', '/settings'] as const;

describe('the frame at every size', () => {
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

  it.each(SIZES)('keeps at %i x %i what never goes away, and nothing sticks out', async (width, height) => {
    for (const path of PATHS) {
      const { page, end } = await visit(browser, host, path, { width, height });
      await settled(page);
      for (const kept of [
        page.locator('.source-chip'),
        page.getByText(/^scanned/),
        page.getByRole('button', { name: /covered/ }),
        page.getByRole('button', { name: 'Scan', exact: true }),
        page.locator('.status'),
      ]) {
        await see(kept).toBeInViewport({ ratio: 1 });
      }
      const { page: pageWidth, top } = await page.evaluate(() => ({
        page: document.documentElement.scrollWidth,
        top: (document.querySelector('.top')?.scrollWidth ?? 0) - (document.querySelector('.top')?.clientWidth ?? 0),
      }));
      expect(pageWidth, path).toBeLessThanOrEqual(width);
      expect(top, path).toBeLessThanOrEqual(0);
      await end();
    }
  });
});
