import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { startApiServer, type ApiServer } from '#test/apiserver.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { openBrowser } from './browser.ts';
import { namespaces } from './guide/shop.ts';
import { walkTheGuide } from './guide/walk.ts';
import { Walker } from './guide/walker.ts';

describe.skipIf(!requireEnvtest(['etcd', 'kube-apiserver']).available)('the guide', () => {
  let api: ApiServer;
  let browser: Browser;
  beforeAll(async () => {
    [api, browser] = await Promise.all([startApiServer(), openBrowser()]);
    await api.apply(namespaces());
  });
  afterAll(async () => {
    await browser.close();
    await api.stop();
  });

  it('leads from an empty workspace to an inbox at zero, and every figure on the way is the one that was counted beside it', async () => {
    const walk = await Walker.start(browser, api);
    await walkTheGuide(walk);
    await walk.end();
  }, 300_000);
});
