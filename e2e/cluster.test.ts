import { expect as see, type Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApiServer, type ApiServer } from '#test/apiserver.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { deployment, namespace, service } from '#test/scan-objects.ts';
import { openBrowser, visit } from './browser.ts';
import { startHost, type Host } from './host.ts';

const OBJECTS = [
  namespace('shop', { team: 'checkout' }),
  deployment('sound', { sound: true }),
  deployment('careless', { image: 'registry.example/web:latest' }),
  service('careless', 'NodePort'),
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'reader', namespace: 'shop' },
    rules: [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list'] }],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'reader', namespace: 'shop' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'reader' }],
  },
];

describe.skipIf(!requireEnvtest(['etcd', 'kube-apiserver']).available)('a real API server', () => {
  let api: ApiServer;
  let browser: Browser;
  let host: Host;
  beforeAll(async () => {
    [api, browser] = await Promise.all([startApiServer({ users: [{ name: 'reader' }] }), openBrowser()]);
    await api.apply(OBJECTS);
    host = await startHost({ kubeconfig: `${api.kubeconfig}:${api.kubeconfigFor('reader', 'shop')}` });
  });
  afterAll(async () => {
    await host.stop();
    await browser.close();
    await api.stop();
  });

  it('is scanned from the first run on, and only it is contacted', async () => {
    const { page, end } = await visit(browser, host);
    await see(page.locator('.status')).toContainText('Nothing was contacted');
    await page.getByRole('button', { name: /^test-admin/ }).click();
    await see(page.getByRole('heading', { name: 'The load line' })).toBeVisible({ timeout: 30_000 });
    await see(page.locator('.status')).toContainText(`Only ${new URL(api.url).host} was contacted`);
    await page.locator('.status-log').click();
    const log = page.getByRole('grid', { name: 'Requests' });
    await see(log.getByRole('row').nth(3)).toBeVisible();
    expect(await log.getByRole('gridcell', { name: 'GET', exact: true }).count()).toBeGreaterThan(3);
    await page.keyboard.press('Escape');

    await page.goto(`${host.origin}/findings?kind=Deployment&namespace=shop&group=object`);
    await see(page.getByRole('treegrid')).toBeVisible();
    await see(page.getByRole('row', { name: /careless/ }).first()).toBeVisible();
    await see(page.getByRole('row', { name: /sound/ })).toHaveCount(0);
    await end();
  });

  it('shows what changed after a second scan, started by keys', async () => {
    await api.apply([deployment('careless', { image: 'registry.example/web:latest', sound: true }), deployment('hasty', {})]);
    const { page, end } = await visit(browser, host);
    await see(page.getByRole('heading', { name: 'The load line' })).toBeVisible();
    await page.keyboard.press('Control+Enter');
    await see(page.getByText('Scan #2 of test-admin is done')).toBeVisible({ timeout: 30_000 });
    const changed = page.getByRole('region', { name: 'What changed' });
    await see(changed.getByRole('link', { name: /^new .*hasty/ }).first()).toBeVisible();
    await see(changed.getByRole('link', { name: /^fixed .*careless/ }).first()).toBeVisible();
    await changed.getByRole('link', { name: /\d+ new, \d+ fixed/ }).click();
    await see(page.getByRole('grid', { name: 'new findings' }).getByRole('row', { name: /hasty/ }).first()).toBeVisible();
    await page.getByRole('radio', { name: /fixed/ }).click();
    await see(
      page
        .getByRole('grid', { name: 'fixed findings' })
        .getByRole('row', { name: /careless/ })
        .first(),
    ).toBeVisible();
    await end();
  });

  it('says with partial rights what was not read, and takes nothing of it for passing', async () => {
    const { page, end } = await visit(browser, host);
    await page.getByRole('button', { name: /^Source: / }).click();
    await page.getByRole('menuitem', { name: /^test-reader/ }).click();
    // The same cluster: its address and authority say so, though this user may not read its UID.
    await see(page.getByText('Scan #3 of test-admin is done')).toBeVisible({ timeout: 30_000 });
    const covered = page.getByRole('button', { name: /covered/ });
    await see(covered).not.toHaveText(/100 %/);
    await covered.click();
    const table = page.getByRole('grid', { name: 'Coverage' });
    await see(table.getByText('403 forbidden').first()).toBeVisible();
    await page.keyboard.press('Escape');
    await see(page.getByText(/rules were not evaluated/)).toBeVisible();
    await page.getByRole('button', { name: /^Make a baseline/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Make a baseline' });
    await dialog.getByRole('radio', { name: /not evaluated$/ }).click();
    await see(dialog.getByRole('row', { name: /NodePort/ })).toBeVisible();
    await end();
  });
});
