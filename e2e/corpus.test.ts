import { join } from 'node:path';
import { expect as see, type Browser, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '#core/report/report.ts';
import type { Run } from '#core/api/common.ts';
import { startApiServer, type ApiServer } from '#test/apiserver.ts';
import { loadCorpus, requireCorpus, settled } from '#test/corpus-load.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { runProcess } from '../bench/run-process.ts';
import { openBrowser, visit } from './browser.ts';
import { startHost, type Host } from './host.ts';

const CLI = join(import.meta.dirname, '../out/main/cli.js');
/** Findings, or coverage that is missing, are no failure of a scan. */
const DONE = [0, 2];

const folder = requireCorpus();
const available = requireEnvtest(['etcd', 'kube-apiserver', 'kube-controller-manager']).available;

describe.skipIf(!available || folder === undefined)('the corpus in a real cluster with its controllers', () => {
  let api: ApiServer;
  let browser: Browser;
  let host: Host;
  let report: Report;
  beforeAll(async () => {
    [api, browser] = await Promise.all([startApiServer({ controllers: true }), openBrowser()]);
    const { accepted } = await loadCorpus(api, folder ?? '');
    expect(accepted).toBeGreaterThan(400);
    await settled(api);
    host = await startHost({ kubeconfig: api.kubeconfig });
  });
  afterAll(async () => {
    await host.stop();
    await browser.close();
    await api.stop();
  });

  async function scanByCli(what: string): Promise<Report> {
    const ran = await runProcess(
      process.execPath,
      [CLI, 'scan', '--kubeconfig', api.kubeconfig, '--db', join(api.dir, 'cli.db'), '-o', 'json', '--quiet'],
      { codes: DONE, keep: true },
    );
    const read = JSON.parse(ran.stdout) as Report;
    const { objects, evaluated, requests } = read.summary;
    process.stdout.write(
      `${what} by the command line: ${objects} objects, ${evaluated} evaluated, ${read.findings.length} findings (default policy), ` +
        `${ran.seconds.toFixed(2)} s, ${requests} requests, peak ${Math.round(ran.peakBytes / 2 ** 20)} MiB\n`,
    );
    return read;
  }

  it('is scanned whole by the command line; the second scan evaluates nothing', async () => {
    report = await scanByCli('first scan');
    expect(report.run).toMatchObject({ status: 'complete' });
    expect(report.errors).toEqual([]);
    expect(report.findings.length).toBeGreaterThan(300);
    expect(report.summary.evaluated).toBeGreaterThan(report.summary.objects);
    const second = await scanByCli('second scan');
    expect(second.summary).toEqual({ ...report.summary, evaluated: 0 });
    expect(second.findings).toEqual(report.findings);
  });

  /** What the command line knows of the app's database: both share it. */
  async function runsOfTheApp(): Promise<readonly Run[]> {
    const { stdout } = await runProcess(process.execPath, [CLI, 'history', '--db', join(host.dir, 'plimsoll.db'), '-o', 'json'], {
      codes: [0],
      keep: true,
    });
    return (JSON.parse(stdout) as { readonly runs: readonly Run[] }).runs;
  }

  async function seesWhatTheCommandLineSaw(page: Page): Promise<void> {
    await page.goto(`${host.origin}/findings`);
    const total = report.findings.length.toLocaleString('en-GB');
    await see(page.locator('.filters').getByRole('status')).toHaveText(`${total} of ${total}`);
  }

  it('is scanned from the screens with the same result, twice; the second scan evaluates nothing', async () => {
    const { page, end } = await visit(browser, host);
    await page.getByRole('button', { name: /^test-admin/ }).click();
    await see(page.getByRole('heading', { name: 'The load line' })).toBeVisible({ timeout: 40_000 });
    await seesWhatTheCommandLineSaw(page);
    await page.keyboard.press('Control+Enter');
    await see(page.getByText('Scan #2 of test-admin is done')).toBeVisible({ timeout: 40_000 });
    await seesWhatTheCommandLineSaw(page);
    await end();

    const runs = await runsOfTheApp();
    for (const { number, objects, evaluated, durationMs = 0, requests } of runs)
      process.stdout.write(
        `scan #${number} from the screens: ${objects} objects, ${evaluated} evaluated, ${(durationMs / 1000).toFixed(2)} s, ${requests} requests\n`,
      );
    const [second, first] = runs;
    const expected = { status: 'complete', objects: report.summary.objects, failing: report.summary.findings };
    expect(first).toMatchObject({ ...expected, evaluated: report.summary.evaluated });
    expect(second).toMatchObject({ ...expected, evaluated: 0 });
  });
});
