import { expect as see, type Browser, type Page } from '@playwright/test';
import { visit } from './browser.ts';
import { startHost, type Host } from './host.ts';

/** A host whose database holds the six scans of the bundled sample, read through the screens as a person would. */
export async function startSampleHost(browser: Browser, now?: number): Promise<Host> {
  const host = await startHost(now === undefined ? {} : { now: () => now });
  const { page, end } = await visit(browser, host);
  await page.getByRole('button', { name: 'Try the sample' }).click();
  await see(page.getByRole('heading', { name: 'The load line' })).toBeVisible({ timeout: 30_000 });
  await end();
  return host;
}

/** Waits until a screen has its first answer and its slow parts. */
export async function settled(page: Page): Promise<void> {
  await see(page.locator('main')).not.toContainText('Loading');
  await see(page.locator('.skeleton, .trend-room')).toHaveCount(0, { timeout: 15_000 });
}
