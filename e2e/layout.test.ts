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
const PATHS = ['/', '/findings', '/enforce', '/history', '/rules', '/rules/memory-limit', '/settings'] as const;

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

  it.each(PATHS)('%s keeps what never goes away, and nothing sticks out', async (path) => {
    const { page, end } = await visit(browser, host, path);
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height });
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
      const over = await page.evaluate(() => {
        const top = document.querySelector('.top');
        return {
          page: document.documentElement.scrollWidth - innerWidth,
          top: top === null ? 0 : top.scrollWidth - top.clientWidth,
        };
      });
      expect(over, `${width} x ${height}`).toEqual({ page: 0, top: 0 });
    }
    await end();
  });
});
