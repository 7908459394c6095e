import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { CHROMIUM_HELP, findChromium } from '#test/chromium.ts';
import type { Host } from './host.ts';

export interface Visit {
  readonly page: Page;
  /** Ends the visit; throws if the page complained, broke its policy or asked another origin. */
  readonly end: () => Promise<void>;
}

export interface VisitOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'light' | 'dark';
  /** Grants the clipboard. */
  readonly clipboard?: boolean;
  /** What the page's clock says, in milliseconds since the epoch; default the real time. */
  readonly now?: number;
}

export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(CHROMIUM_HELP);
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

/** Signs in with the printed address and watches the page: any console error or warning, thrown error, policy violation, failed or foreign request fails the test. */
export async function visit(browser: Browser, host: Host, path = '/', options: VisitOptions = {}): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    colorScheme: options.theme ?? 'light',
    reducedMotion: 'reduce',
    locale: 'en-GB',
    ...(options.clipboard === true ? { permissions: ['clipboard-read', 'clipboard-write'] } : {}),
  });
  const complaints: string[] = [];
  await watch(context, host, complaints);
  const page = await context.newPage();
  if (options.now !== undefined) await page.clock.setSystemTime(options.now);
  await page.goto(host.url);
  // The page that changes the token for a cookie moves on by itself.
  await page.locator('#app > *').first().waitFor();
  if (path !== '/') await page.goto(`${host.origin}${path}`);
  return {
    page,
    end: async () => {
      await context.close();
      if (complaints.length > 0) throw new Error(`the page complained:\n${complaints.join('\n')}`);
    },
  };
}

async function watch(context: BrowserContext, host: Host, complaints: string[]): Promise<void> {
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(
        `policy violation: ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`,
      );
    });
  });
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`console ${message.type()}: ${message.text()}`);
  });
  context.on('weberror', (error) => complaints.push(`thrown: ${String(error.error())}`));
  context.on('request', (request) => {
    if (!request.url().startsWith(`${host.origin}/`) && !request.url().startsWith('data:'))
      complaints.push(`asked elsewhere: ${request.url()}`);
  });
  context.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    // Calls that nobody waits for any more are cancelled on purpose.
    if (why !== 'net::ERR_ABORTED') complaints.push(`failed: ${request.url()} ${why}`);
  });
  context.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`answered ${response.status()}: ${response.url()}`);
  });
}
