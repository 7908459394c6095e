import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect as see, type Browser, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { startApiServer, type ApiServer } from '#test/apiserver.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { deployment, namespace } from '#test/scan-objects.ts';
import { openBrowser, visit } from './browser.ts';
import { startHost, type Host } from './host.ts';
import { settled } from './sample-host.ts';

const POLICY = 'policy=default';
const SLOW = { timeout: 60_000 };

/** A policy that somebody else has installed: it refuses Deployments of one replica. */
const FOREIGN = [
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'thirty-replicas' },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['deployments'] },
        ],
      },
      validations: [{ expression: 'object.spec.replicas >= 30', message: 'needs thirty replicas' }],
    },
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'thirty-replicas' },
    spec: { policyName: 'thirty-replicas', validationActions: ['Deny'] },
  },
];

const figure = async (page: Page, name: RegExp): Promise<number> => {
  const link = page.getByRole('region', { name: 'Totals' }).getByRole('link', { name });
  await see(link).toBeVisible(SLOW);
  return Number.parseInt((await link.locator('.enforce-figure').innerText()).replaceAll(',', ''), 10);
};

describe.skipIf(!requireEnvtest(['etcd', 'kube-apiserver']).available)('enforcement, from the screen to the cluster', () => {
  let api: ApiServer;
  let browser: Browser;
  let host: Host;
  let folder: string;
  beforeAll(async () => {
    [api, browser] = await Promise.all([startApiServer(), openBrowser()]);
    await api.apply([namespace('shop', { team: 'checkout' }), deployment('sound', { sound: true }), deployment('careless')]);
    await api.apply(FOREIGN);
    host = await startHost({ kubeconfig: api.kubeconfig });
    folder = join(host.dir, 'exported');
    const { page, end } = await visit(browser, host);
    await page.getByRole('button', { name: /^test-admin/ }).click();
    await see(page.getByRole('heading', { name: 'The load line' })).toBeVisible(SLOW);
    await end();
  }, 240_000);
  afterAll(async () => {
    await host.stop();
    await browser.close();
    await api.stop();
  });

  it('counts what each mode would do, and tells each developer why', async () => {
    const { page, end } = await visit(browser, host, `/enforce?${POLICY}`);
    await see.poll(() => figure(page, /^Denied/), SLOW).toBeGreaterThan(0);
    const denied = await figure(page, /^Denied/);
    await page.getByRole('radio', { name: 'warn' }).click();
    await see(page).toHaveURL(/mode=warn/);
    await see.poll(() => figure(page, /^Denied/), SLOW).toBe(0);
    expect(await figure(page, /^Warned of/)).toBe(denied);
    await page.getByRole('button', { name: 'Another mode for some…' }).click();
    await page.getByRole('textbox', { name: 'Namespaces', exact: true }).fill('shop');
    await page.keyboard.press('Enter');
    await see.poll(() => figure(page, /^Denied/), SLOW).toBe(denied);
    await page.goBack();
    await see.poll(() => figure(page, /^Warned of/), SLOW).toBe(denied);
    await page
      .getByRole('region', { name: 'Totals' })
      .getByRole('link', { name: /^Warned of/ })
      .click();
    const grid = page.getByRole('grid', { name: 'Objects that would meet a rule' });
    await grid
      .getByRole('row', { name: /shop\/careless/ })
      .first()
      .click();
    await see(page.getByRole('complementary')).toContainText('is let through, and warned:');
    await see(page.locator('.enforce-said')).not.toBeEmpty();
    await end();
  }, 180_000);

  it('shows the files, and saves them once what is denied is acknowledged', async () => {
    const { page, end } = await visit(browser, host, `/enforce?${POLICY}&tab=files`);
    const text = page.getByRole('region', { name: 'Text of validating-admission-policies.yaml' });
    await see(text).toContainText('kind: ValidatingAdmissionPolicy', SLOW);
    await page.getByRole('button', { name: 'rollback.yaml' }).click();
    await see(page.getByRole('region', { name: 'Text of rollback.yaml' })).toContainText('plimsoll-', SLOW);
    await page.getByRole('heading', { name: 'Enforce' }).click();
    await page.keyboard.press('s');
    const dialog = page.getByRole('dialog', { name: /^Save \d+ files$/ });
    const save = dialog.getByRole('button', { name: 'Save' });
    await see(save).toBeDisabled();
    await dialog.getByRole('textbox').fill(folder);
    await dialog.getByRole('checkbox', { name: 'Deny all of these' }).check();
    await see(save).toBeDisabled();
    await dialog.getByRole('radio', { name: /^Ignore/ }).check();
    await save.click();
    const saved = page.getByRole('dialog', { name: /files saved$/ });
    await see(saved).toContainText(`kubectl apply --dry-run=server -f ${folder}`, SLOW);
    expect(readdirSync(folder).toSorted()).toEqual(['kustomization.yaml', 'rollback.yaml', 'validating-admission-policies.yaml']);
    await page.keyboard.press('Escape');
    await see(page).toHaveURL(/failure=Ignore/);
    await end();
  }, 180_000);

  it('shows what the cluster lacks, what it has once it is applied, and what others would deny there', async () => {
    const { page, end } = await visit(browser, host, `/enforce?${POLICY}&failure=Ignore&tab=drift`);
    const states = page.getByRole('group', { name: 'States shown' });
    await see(states.getByRole('button', { name: /^missing \d+$/ })).toBeVisible(SLOW);
    await page
      .getByRole('row', { name: /foreign.*thirty-replicas/ })
      .first()
      .click();
    const drawer = page.getByRole('complementary');
    await see(drawer).toContainText('2 objects denied, 0 warned of', SLOW);
    await drawer.getByRole('row', { name: /careless/ }).click();
    await see(drawer.locator('.enforce-said')).toHaveText('needs thirty replicas');
    await page.keyboard.press('Escape');

    const file = readFileSync(join(folder, 'validating-admission-policies.yaml'), 'utf8');
    await api.apply(parseAllDocuments(file).map((document) => document.toJS() as unknown));
    await page.keyboard.press('Control+Enter');
    await see(page.getByText('Scan #2 of test-admin is done')).toBeVisible(SLOW);
    await settled(page);
    await see(states.getByRole('button', { name: /^same \d+$/ })).toBeVisible(SLOW);
    await see(states.getByRole('button', { name: /^missing/ })).toHaveCount(0);
    await see(states.getByRole('button', { name: /^changed/ })).toHaveCount(0);
    await end();
  }, 240_000);
});
