import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GROUPINGS } from '#core/api/findings.ts';
import type { FindingFilter, FindingRow, Overview } from '#core/api/findings.ts';
import type { ScanEvent } from '#core/api/scans.ts';
import { SEVERITIES } from '#core/model.ts';
import { startApiServer } from '#test/apiserver.ts';
import type { ApiServer } from '#test/apiserver.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { openTestApp, scanCluster, unwrap } from '#test/scan-app.ts';
import type { FinishedScan, TestApp } from '#test/scan-app.ts';
import { configMap, deployment, namespace, service } from '#test/scan-objects.ts';

/** The services over two real scans of a real API server: between them one thing was put right and one went wrong. */

const POLICIES = ['default', 'datree-starter', 'all'];
const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, number) => total + number, 0);

describe.skipIf(!requireEnvtest(['etcd', 'kube-apiserver']).available)('the services over two scans', () => {
  let server: ApiServer;
  let app: TestApp & AsyncDisposable;
  let first: FinishedScan;
  let second: FinishedScan;

  const overviewOf = async (scan: FinishedScan, policy: string): Promise<Overview> =>
    unwrap(await app.client.overview.get({ scanId: scan.run.id, policy }));
  const groupsOf = async (scan: FinishedScan, groupBy: (typeof GROUPINGS)[number], filter: FindingFilter = {}, policy = 'all') =>
    unwrap(await app.client.findings.groups({ scanId: scan.run.id, policy, filter, groupBy }));
  const rowsOf = async (scan: FinishedScan, groupBy: (typeof GROUPINGS)[number], group: string, filter: FindingFilter = {}) => {
    const rows: FindingRow[] = [];
    for (;;) {
      const page = unwrap(
        await app.client.findings.rows({
          scanId: scan.run.id,
          policy: 'all',
          filter,
          groupBy,
          group,
          offset: rows.length,
          limit: 7,
        }),
      );
      rows.push(...page.rows);
      if (page.rows.length === 0 || rows.length >= page.total) return { rows, total: page.total };
    }
  };

  beforeAll(async () => {
    server = await startApiServer();
    app = openTestApp();
    await server.apply([
      namespace('shop', { team: 'checkout' }),
      namespace('pay'),
      deployment('web', { replicas: 1 }),
      deployment('api', { labels: { team: 'platform' }, sound: true }),
      deployment('pay', { namespace: 'pay', annotations: { 'plimsoll.dev/waive.memory-limit': 'measured, needs all' } }),
      service('web', 'NodePort'),
      configMap('settings', { colour: 'plum' }),
    ]);
    first = await scanCluster(app, server.kubeconfig);
    await server.apply([deployment('web', { replicas: 2 }), service('api', 'NodePort', 'pay')]);
    second = await scanCluster(app, server.kubeconfig);
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await server.stop();
  });

  it.each(POLICIES)('overview: the sums by severity, namespace and rule are one number (%s)', async (policy) => {
    for (const scan of [first, second]) {
      const overview = await overviewOf(scan, policy);
      expect(overview.findings).toBeGreaterThan(5);
      expect(sum(Object.values(overview.failing))).toBe(overview.findings);
      expect(sum(overview.namespaces.map(({ total }) => total))).toBe(overview.findings);
      expect(sum(overview.namespaces.flatMap(({ byCategory }) => Object.values(byCategory)))).toBe(overview.findings);
      expect(sum(overview.rules.map(({ findings }) => findings))).toBe(overview.findings);
      for (const verdict of ['pass', 'fail'] as const)
        expect(sum(overview.rules.map(({ counts }) => counts[verdict]))).toBe(overview.posture[verdict]);
      for (const rule of overview.rules) {
        const { pass, fail, waived, notApplicable, error, notEvaluated } = rule.counts;
        expect([rule.rule, pass + fail + waived + notApplicable + error + notEvaluated]).toEqual([rule.rule, overview.objects]);
        expect(rule.findings).toBeGreaterThanOrEqual(fail);
      }
      const { holds, fails, notApplicable, notEvaluated } = overview.baseline;
      expect([...holds, ...fails, ...notApplicable, ...notEvaluated].toSorted()).toEqual(
        overview.rules.map(({ rule }) => rule).toSorted(),
      );
      for (const id of holds)
        expect(overview.rules.find(({ rule }) => rule === id)?.counts).toMatchObject({
          fail: 0,
          waived: 0,
          error: 0,
          notEvaluated: 0,
        });
      const point = overview.trend.at(-1);
      expect(point?.scanId === scan.run.id ? point.failing : overview.failing).toEqual(overview.failing);
    }
  });

  it('overview: the run’s own figures are those of its policy', async () => {
    const overview = await overviewOf(second, 'default');
    const [run] = unwrap(await app.client.history.list({})).runs;
    expect(run).toMatchObject({
      id: second.run.id,
      failing: overview.failing,
      posture: { pass: overview.posture.pass, fail: overview.posture.fail },
      objects: overview.objects,
      covered: 1,
    });
    expect(overview.trend).toHaveLength(2);
    expect(overview.trend.map(({ failing }) => failing)).toEqual([
      (await overviewOf(first, 'default')).failing,
      overview.failing,
    ]);
    expect(overview.trend.at(-1)).toMatchObject({ pass: overview.posture.pass, fail: overview.posture.fail });
  });

  it('overview: what changed is what was done between the scans', async () => {
    const overview = await overviewOf(second, 'all');
    expect(overview).toMatchObject({ comparedWith: first.run.id, newFindings: 1, fixedFindings: 1 });
    expect(overview.changes.map(({ change, finding }) => [change, finding.rule, finding.object.name])).toEqual([
      ['new', 'service-no-node-port', 'api'],
      ['fixed', 'replicas-min-two', 'web'],
    ]);
    const before = await overviewOf(first, 'all');
    expect(before.comparedWith).toBeUndefined();
    expect(before.posture.change).toBeUndefined();
    const weights = { critical: 8, high: 4, medium: 2, low: 1 };
    const weighted = ({ rules }: Overview, verdict: 'pass' | 'fail'): number =>
      sum(rules.map(({ severity, counts }) => weights[severity] * counts[verdict]));
    const rate = (view: Overview): number => weighted(view, 'pass') / (weighted(view, 'pass') + weighted(view, 'fail'));
    expect(overview.posture.rate).toBeCloseTo(rate(overview), 10);
    expect(overview.posture.change).toBeCloseTo(rate(overview) - rate(before), 10);
    expect(overview.trend.map((point) => point.rate)).toEqual([before.posture.rate, overview.posture.rate]);
  });

  it('diff: the fix and the regression, and the same the other way round', async () => {
    const ids = { from: first.run.id, to: second.run.id, policy: 'all' };
    const diff = unwrap(await app.client.history.diff(ids));
    expect(diff).toMatchObject({ counts: { new: 1, fixed: 1, incomparable: 0 }, notes: [], cut: false });
    expect(diff.new).toMatchObject([
      { rule: 'service-no-node-port', object: { kind: 'Service', namespace: 'pay', name: 'api' }, isNew: true },
    ]);
    expect(diff.fixed).toMatchObject([
      { rule: 'replicas-min-two', object: { kind: 'Deployment', namespace: 'shop', name: 'web' } },
    ]);
    expect(diff.counts.new + diff.counts.unchanged).toBe((await overviewOf(second, 'all')).findings);
    expect(diff.counts.fixed + diff.counts.unchanged).toBe((await overviewOf(first, 'all')).findings);
    const back = unwrap(await app.client.history.diff({ ...ids, from: ids.to, to: ids.from }));
    expect(back.counts).toEqual({ ...diff.counts, new: 1, fixed: 1 });
    expect(back.new[0]?.fingerprint).toBe(diff.fixed[0]?.fingerprint);
    const same = unwrap(await app.client.history.diff({ ...ids, from: ids.to }));
    expect(same.counts).toMatchObject({ new: 0, fixed: 0, incomparable: 0 });
  });

  const FILTERS: readonly (readonly [string, FindingFilter])[] = [
    ['none', {}],
    ['severity', { severity: ['critical', 'high'] }],
    ['category', { category: ['resources'] }],
    ['rule', { rule: ['memory-limit', 'cpu-limit'] }],
    ['namespace', { namespace: ['pay'] }],
    ['the cluster-scoped', { namespace: [''] }],
    ['kind', { kind: ['Service'] }],
    ['team', { team: ['checkout'] }],
    ['nobody’s', { team: [''] }],
    ['verdict', { verdict: ['waived'] }],
    ['all verdicts', { verdict: ['fail', 'waived', 'error', 'notEvaluated'] }],
    ['new', { age: 'new' }],
    ['old', { age: 'old' }],
    ['text', { text: 'web LIMIT' }],
    ['nothing at all', { text: 'no such finding' }],
  ];

  it.each(FILTERS)('findings: groups and rows agree for every grouping (filter: %s)', async (_name, filter) => {
    const fingerprints = new Set<string>();
    for (const groupBy of GROUPINGS) {
      const { groups, shown, total } = await groupsOf(second, groupBy, filter);
      expect(sum(groups.map(({ rows }) => rows))).toBe(shown);
      expect(shown).toBeLessThanOrEqual(total);
      expect(new Set(groups.map(({ key }) => key)).size).toBe(groups.length);
      for (const group of groups) {
        const { rows, total: inGroup } = await rowsOf(second, groupBy, group.key, filter);
        expect([groupBy, group.key, rows.length, inGroup]).toEqual([groupBy, group.key, group.rows, group.rows]);
        expect(rows.filter(({ verdict }) => verdict === 'fail')).toHaveLength(group.failing);
        expect(Math.min(...rows.map(({ severity }) => SEVERITIES.indexOf(severity)))).toBe(SEVERITIES.indexOf(group.severity));
        expect(new Set(rows.map(({ object }) => JSON.stringify(object))).size).toBe(group.objects);
        for (const row of rows) fingerprints.add(row.fingerprint);
      }
      expect([groupBy, fingerprints.size]).toEqual([groupBy, shown]);
    }
    for (const fingerprint of fingerprints) {
      const { finding } = unwrap(await app.client.findings.get({ scanId: second.run.id, policy: 'all', fingerprint }));
      expect(matches(finding, filter)).toBe(true);
    }
  });

  function matches(row: FindingRow, filter: FindingFilter): boolean {
    const among = (wanted: readonly string[] | undefined, value: string): boolean =>
      wanted === undefined || wanted.includes(value);
    return (
      among(filter.severity, row.severity) &&
      among(filter.category, row.category) &&
      among(filter.rule, row.rule) &&
      among(filter.namespace, row.object.namespace ?? '') &&
      among(filter.kind, row.object.kind) &&
      among(filter.team, row.team ?? '') &&
      among(filter.verdict ?? ['fail', 'error', 'notEvaluated'], row.verdict) &&
      (filter.age === undefined || (filter.age === 'new') === row.isNew)
    );
  }

  it('findings: the facets count what a filter by them shows', async () => {
    const { facets, hiddenWaived } = await groupsOf(second, 'rule');
    expect(hiddenWaived).toBe(facets.verdict['waived']);
    expect(hiddenWaived).toBeGreaterThan(0);
    for (const name of ['severity', 'category', 'namespace', 'kind', 'team'] as const) {
      for (const [value, count] of Object.entries(facets[name])) {
        const { shown } = await groupsOf(second, 'rule', { [name]: [value] } as FindingFilter);
        expect([name, value, shown]).toEqual([name, value, count]);
      }
    }
    for (const [value, count] of Object.entries(facets.verdict)) {
      const { shown } = await groupsOf(second, 'rule', { verdict: [value] } as FindingFilter);
      expect([value, shown]).toEqual([value, count]);
    }
  });

  it('findings: teams come from the object, then its namespace', async () => {
    const { groups } = await groupsOf(second, 'team');
    expect(new Set(groups.map(({ title }) => title))).toEqual(new Set(['checkout', 'platform', 'unowned']));
  });

  it('findings: groups are sorted as asked, either way', async () => {
    const ask = async (sort: 'severity' | 'failing' | 'namespaces' | 'passing' | 'name', descending: boolean) =>
      unwrap(
        await app.client.findings.groups({ scanId: second.run.id, policy: 'all', filter: {}, groupBy: 'rule', sort, descending }),
      ).groups;
    const failing = (await ask('failing', true)).map((group) => group.failing);
    expect(failing).toEqual(failing.toSorted((a, b) => b - a));
    expect((await ask('failing', false)).map((group) => group.failing)).toEqual(failing.toReversed());
    const severities = (await ask('severity', true)).map(({ severity }) => SEVERITIES.indexOf(severity));
    expect(severities).toEqual(severities.toSorted((a, b) => a - b));
    const passing = (await ask('passing', true)).map((group) => group.passing ?? -1);
    expect(passing).toEqual(passing.toSorted((a, b) => b - a));
    expect(new Set((await ask('name', false)).map(({ key }) => key))).toEqual(
      new Set((await ask('name', true)).map(({ key }) => key)),
    );
  });

  it('findings: a finding shows its line, its history and its age', async () => {
    const { rows } = await rowsOf(second, 'rule', 'replicas-min-two');
    expect(rows).toEqual([]);
    const { rows: limits } = await rowsOf(second, 'rule', 'memory-limit', { namespace: ['shop'] });
    const [limit] = limits;
    expect(limit).toMatchObject({ isNew: false, firstSeen: first.run.startedAt, container: 'web' });
    const detail = unwrap(
      await app.client.findings.get({ scanId: second.run.id, policy: 'all', fingerprint: limit?.fingerprint ?? '' }),
    );
    expect(detail.history).toMatchObject({ firstSeen: first.run.startedAt, lastSeen: second.run.startedAt });
    expect(detail.history.runs).toMatchObject([
      { scanId: first.run.id, verdict: 'fail' },
      { scanId: second.run.id, verdict: 'fail' },
    ]);
    expect(detail.yaml.map(({ number }) => number)).toEqual(detail.yaml.map((_, index) => index + 1));
    expect(detail.yaml.flatMap(({ marks }) => marks)).toEqual([limit?.message]);
    const [fixed] = unwrap(await app.client.history.diff({ from: first.run.id, to: second.run.id, policy: 'all' })).fixed;
    const gone = unwrap(
      await app.client.findings.get({ scanId: first.run.id, policy: 'all', fingerprint: fixed?.fingerprint ?? '' }),
    );
    expect(gone.history.runs.map(({ verdict }) => verdict)).toEqual(['fail', 'pass']);
    expect(
      await app.client.findings.get({ scanId: second.run.id, policy: 'all', fingerprint: fixed?.fingerprint ?? '' }),
    ).toMatchObject({
      ok: false,
      error: { code: 'notFound' },
    });
  });

  it('rules: counts are those of the overview, and a page tells where it fails', async () => {
    const overview = await overviewOf(second, 'all');
    const rules = unwrap(await app.client.rules.list({ policy: 'all', scanId: second.run.id }));
    for (const standing of overview.rules) {
      const rule = rules.find(({ id }) => id === standing.rule);
      expect(rule).toMatchObject({ id: standing.rule, counts: standing.counts, findings: standing.findings });
      const page = unwrap(await app.client.rules.get({ id: standing.rule, policy: 'all', scanId: second.run.id }));
      expect(page.failsNowTotal).toBe(standing.findings);
      expect(page.history.map(({ scanId }) => scanId)).toEqual([first.run.id, second.run.id]);
      expect(page.history.at(-1)?.counts).toMatchObject({ pass: standing.counts.pass });
    }
    const off = unwrap(await app.client.rules.list({ policy: 'default' })).filter(({ mode }) => mode === 'off');
    expect(off.length).toBe(rules.length - 21);
  });

  it('palette: rules, namespaces and objects by a part of their name', async () => {
    const search = async (text: string) => unwrap(await app.client.palette.search({ text, scanId: second.run.id }));
    expect(await search('MEMORY-lim')).toEqual([{ type: 'rule', id: 'memory-limit', title: expect.any(String) as string }]);
    expect(await search('pay')).toEqual(
      expect.arrayContaining([
        { type: 'namespace', name: 'pay' },
        {
          type: 'object',
          object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'pay', name: 'pay' },
          failing: expect.any(Number) as number,
        },
      ]),
    );
    expect(await search('   ')).toEqual([]);
    expect(await search('no such thing')).toEqual([]);
    expect(unwrap(await app.client.palette.search({ text: 'shop' }))).toEqual([]);
    expect((await search('e')).length).toBeLessThanOrEqual(60);
  });

  it('coverage and network: every kind and every request, none with a credential', async () => {
    const { entries, covered } = unwrap(await app.client.scans.coverage({ scanId: second.run.id }));
    expect(covered).toBe(1);
    expect(entries.find(({ resource }) => resource === 'deployments')).toMatchObject({ status: 'complete', objects: 3 });
    expect(entries.find(({ resource }) => resource === 'secrets')).toMatchObject({ status: 'metadataOnly' });
    expect(entries.filter(({ status }) => status === 'leftOut').every(({ reason }) => (reason ?? '').length > 10)).toBe(true);
    const log = unwrap(await app.client.scans.network({ scanId: second.run.id }));
    expect(log.server).toBe(new URL(server.url).host);
    expect(log.requests).toHaveLength(second.run.requests);
    expect(log.requests.every(({ verb, path, status }) => (verb === 'GET' || path.includes('selfsubject')) && status < 400)).toBe(
      true,
    );
    expect(sum(entries.filter(({ status }) => status !== 'leftOut').map(({ objects }) => objects))).toBe(second.run.objects);
  });

  it('sources: the cluster once, with its latest run; its name and colour can be changed', async () => {
    const [source, ...others] = unwrap(await app.client.sources.list());
    expect(others).toEqual([]);
    expect(source).toMatchObject({ kind: 'cluster', name: 'test-admin', runs: 2, latest: { id: second.run.id } });
    const renamed = unwrap(
      await app.client.settings.source({ id: source?.id ?? 0, name: 'laboratory', colour: 'teal', production: true }),
    );
    expect(renamed).toMatchObject({ name: 'laboratory', colour: 'teal', production: true });
    expect(unwrap(await app.client.history.list({})).runs[0]?.source).toMatchObject({ name: 'laboratory', colour: 'teal' });
    expect(await app.client.settings.source({ id: 999, name: 'x' })).toMatchObject({ ok: false, error: { code: 'notFound' } });
    unwrap(await app.client.settings.source({ id: source?.id ?? 0, name: 'test-admin', production: false }));
  });

  it('history: filters and pages', async () => {
    const list = async (filter: Parameters<typeof app.client.history.list>[0]) => unwrap(await app.client.history.list(filter));
    expect((await list({})).runs.map(({ id }) => id)).toEqual([second.run.id, first.run.id]);
    expect(await list({ limit: 1, offset: 1 })).toMatchObject({ total: 2, runs: [{ id: first.run.id, number: 1 }] });
    expect(await list({ kind: ['manifests'] })).toEqual({ runs: [], total: 0 });
    expect(await list({ status: ['complete'] })).toMatchObject({ total: 2 });
    expect(await list({ label: ['stage=prod'] })).toMatchObject({ total: 0 });
  });

  it('unknown runs, policies and rules are errors that say so', async () => {
    const scanId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
    const answers = await Promise.all([
      app.client.overview.get({ scanId, policy: 'default' }),
      app.client.overview.get({ scanId: second.run.id, policy: 'no-such' }),
      app.client.findings.groups({ scanId, policy: 'all', filter: {}, groupBy: 'rule' }),
      app.client.history.diff({ from: scanId, to: second.run.id, policy: 'all' }),
      app.client.history.delete({ scanId }),
      app.client.scans.coverage({ scanId }),
      app.client.scans.network({ scanId }),
      app.client.rules.get({ id: 'no-such-rule', policy: 'all' }),
    ]);
    for (const answer of answers)
      expect(answer).toMatchObject({ ok: false, error: { code: 'notFound', next: expect.stringMatching(/./u) as string } });
  });

  describe('with runs of its own', () => {
    it('events tell of progress and the end, and stop with their listener', async () => {
      await using own = openTestApp();
      const controller = new AbortController();
      const heard: ScanEvent[] = [];
      const events = await own.client.scans.events(undefined, { signal: controller.signal });
      const listening = (async () => {
        for await (const event of events) heard.push(event);
      })();
      await new Promise((resolve) => setImmediate(resolve));
      const { scanId } = unwrap(
        await own.client.scans.start({
          target: { type: 'context', context: 'test-admin', kubeconfig: server.kubeconfig },
          labels: { stage: 'test' },
        }),
      );
      await expect.poll(() => heard.some(({ type }) => type === 'finished'), { timeout: 10_000 }).toBe(true);
      await expect.poll(() => heard.at(-1)).toEqual({ type: 'changed', what: 'runs' });
      const progress = heard.flatMap((event) => (event.type === 'progress' ? [event.progress] : []));
      expect(progress.every((step) => step.scanId === scanId)).toBe(true);
      expect(progress.at(-1)).toMatchObject({ phase: 'storing' });
      const last = progress.at(-1);
      expect(last?.kindsDone).toBe(last?.kindsTotal);
      const { run } = unwrap({ ok: true, value: { run: own.store.runs.get(scanId) } });
      expect(run).toMatchObject({ status: 'complete', labels: { stage: 'test' } });
      expect(unwrap(await own.client.history.list({ label: ['stage=test'] })).total).toBe(1);
      controller.abort();
      await Promise.race([
        listening.catch(() => undefined),
        new Promise((_, reject) => setTimeout(() => reject(new Error('still listening')), 1000)),
      ]);
      const before = heard.length;
      own.scans.emit({ type: 'changed', what: 'settings' });
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(heard).toHaveLength(before);
    });

    it('settings outlive the app; what no longer fits falls back to its default', async () => {
      await using own = openTestApp();
      const defaults = unwrap(await own.client.settings.get());
      expect(defaults).toEqual({ theme: 'system', policy: 'default', teamLabel: 'team', dropEnvValues: false, views: {} });
      unwrap(await own.client.settings.set({ theme: 'dark', views: { findings: 'wide' } }));
      await using again = openTestApp({ database: own.database });
      expect(unwrap(await again.client.settings.get())).toEqual({ ...defaults, theme: 'dark', views: { findings: 'wide' } });
      expect(await own.client.settings.set({ theme: 'pink' } as never)).toMatchObject({
        ok: false,
        error: { code: 'invalidInput' },
      });
      own.store.settings.set({ theme: 'pink' } as never);
      expect(unwrap(await own.client.settings.get()).theme).toBe('system');
    });

    it('the team label of the settings decides whose a finding is, at once', async () => {
      await using own = openTestApp();
      const { run } = await scanCluster(own, server.kubeconfig);
      const teams = async () =>
        unwrap(await own.client.findings.groups({ scanId: run.id, policy: 'all', filter: {}, groupBy: 'team' })).groups.map(
          ({ title }) => title,
        );
      expect(await teams()).toContain('checkout');
      unwrap(await own.client.settings.set({ teamLabel: 'app.kubernetes.io/team' }));
      expect(await teams()).toEqual(['unowned']);
    });

    it('a deleted run is gone from every answer, and the next comparison stands on the one before', async () => {
      await using own = openTestApp();
      const runs = [
        await scanCluster(own, server.kubeconfig),
        await scanCluster(own, server.kubeconfig),
        await scanCluster(own, server.kubeconfig),
      ].map(({ run }) => run.id);
      const [oldest = '', middle = '', newest = ''] = runs;
      const overview = async () => unwrap(await own.client.overview.get({ scanId: newest, policy: 'all' }));
      const before = await overview();
      expect(before.comparedWith).toBe(middle);
      expect(unwrap(await own.client.history.delete({ scanId: middle }))).toEqual({ deleted: true });
      expect(await overview()).toEqual({
        ...before,
        comparedWith: oldest,
        trend: before.trend.filter(({ scanId }) => scanId !== middle),
      });
      expect(await own.client.overview.get({ scanId: middle, policy: 'all' })).toMatchObject({
        ok: false,
        error: { code: 'notFound' },
      });
      unwrap(await own.client.history.delete({ scanId: oldest }));
      const alone = await overview();
      expect(alone).toMatchObject({ findings: before.findings, objects: before.objects });
      expect(alone.comparedWith).toBeUndefined();
      expect((await scanCluster(own, server.kubeconfig)).run.evaluated).toBe(0);
      expect(await own.client.history.delete({ scanId: oldest })).toMatchObject({ ok: false, error: { code: 'notFound' } });
    });
  });
});
