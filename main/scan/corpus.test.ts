import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApiServer } from '#test/apiserver.ts';
import type { ApiServer } from '#test/apiserver.ts';
import { loadCorpus, requireCorpus, settled } from '#test/corpus-load.ts';
import type { CorpusLoad } from '#test/corpus-load.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { openTestApp, scanCluster, unwrap } from '#test/scan-app.ts';
import type { FinishedScan, TestApp } from '#test/scan-app.ts';

const folder = requireCorpus();
const available = requireEnvtest(['etcd', 'kube-apiserver', 'kube-controller-manager']).available;

describe.skipIf(!available || folder === undefined)('the corpus in a real cluster with its controllers', () => {
  let server: ApiServer;
  let app: TestApp & AsyncDisposable;
  let load: CorpusLoad;

  beforeAll(async () => {
    server = await startApiServer({ controllers: true });
    load = await loadCorpus(server, folder ?? '');
    await settled(server);
    app = openTestApp();
  }, 120_000);
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await server.stop();
  });

  const figures = async (what: string, scan: FinishedScan, ms: number, rss: number): Promise<void> => {
    const { findings } = unwrap(await app.client.overview.get({ scanId: scan.run.id, policy: 'all' }));
    const { run } = scan;
    process.stdout.write(
      `${what}: ${run.objects} objects, ${run.evaluated} evaluated, ${findings} findings (all rules), ${(ms / 1000).toFixed(2)} s, ${run.requests} requests, peak RSS ${Math.round(rss / 2 ** 20)} MiB\n`,
    );
  };

  async function measured(what: string): Promise<FinishedScan> {
    let rss = 0;
    const watch = setInterval(() => (rss = Math.max(rss, process.memoryUsage.rss())), 20);
    const begun = performance.now();
    const scan = await scanCluster(app, server.kubeconfig);
    const ms = performance.now() - begun;
    clearInterval(watch);
    await figures(what, scan, ms, rss);
    return scan;
  }

  it('is loaded but for what the API server refuses', () => {
    process.stdout.write(
      `corpus: ${load.files} files, ${load.objects.length} objects, ${load.others} documents that are no manifests; ${load.accepted} accepted\n` +
        [...load.unreadable].map(([message, count]) => `  ${count} unreadable: ${message}\n`).join('') +
        load.refused.map(([reason, count]) => `  ${count} refused: ${reason}\n`).join(''),
    );
    expect(load.accepted).toBeGreaterThan(400);
  });

  it('is scanned whole; the second scan evaluates nothing', async () => {
    const first = await measured('first scan');
    expect(first.run).toMatchObject({ status: 'complete', covered: 1 });
    expect(first.errors).toEqual([]);
    // Pods of Deployments and the like are counted at their owners.
    expect(first.run.evaluated).toBeGreaterThan(first.run.objects);

    const second = await measured('second scan');
    expect(second.run).toMatchObject({
      status: 'complete',
      evaluated: 0,
      objects: first.run.objects,
      failing: first.run.failing,
    });
  });

  it('shows owned objects at their owners, once', async () => {
    const [run] = unwrap(await app.client.history.list({})).runs;
    const scanId = run?.id ?? '';
    const { groups } = unwrap(
      await app.client.findings.groups({ scanId, policy: 'all', filter: { rule: ['memory-limit'] }, groupBy: 'object' }),
    );
    expect(groups.length).toBeGreaterThan(20);
    const objects = [...app.store.scans.objects(scanId)];
    const owned = objects.filter(({ owner, kind }) => owner !== undefined && (kind === 'Pod' || kind === 'ReplicaSet'));
    expect(owned.length).toBeGreaterThan(20);
    const shown = new Set(groups.map(({ key }) => key));
    const twice = owned.filter(({ apiVersion, kind, namespace = '', name }) =>
      shown.has([apiVersion, kind, namespace, name].join(' ')),
    );
    // One that was there before its owner took it over may be worse than it: then both are shown.
    const ownersShown = twice.filter(({ owner, verdicts: own }) =>
      objects.some(
        ({ uid, kind, namespace = '', name, apiVersion, verdicts }) =>
          uid === owner?.uid && shown.has([apiVersion, kind, namespace, name].join(' ')) && String(verdicts) === String(own),
      ),
    );
    expect(ownersShown).toEqual([]);
  });
});
