import { startApiServer } from '#test/apiserver.ts';
import { openBrowser } from '../browser.ts';
import { FIRST, namespaces } from './shop.ts';
import * as steps from './steps.ts';
import { Walker } from './walker.ts';
const t0 = Date.now();
const log = (what: string): void => console.log(`${((Date.now() - t0) / 1000).toFixed(1)} ${what}`);
const [api, browser] = await Promise.all([startApiServer(), openBrowser()]);
log('started');
await api.apply(namespaces());
const walk = await Walker.start(browser, api);
log('walker');
try {
  await steps.walkTheGuide(walk, log);
  await walk.end();
  log('DONE');
} catch (error) {
  await walk.page.screenshot({ path: '/tmp/g-fail.png' });
  console.log(String(error).slice(0, 3000), (error as Error).stack?.split('\n').filter((l) => l.includes('/guide/')).join('\n'));
  console.log(await walk.page.locator('main').innerText().catch(() => ''));
  await walk.end().catch((e) => console.log(String(e).slice(0, 3000)));
}
await browser.close();
await api.stop();
