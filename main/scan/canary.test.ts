import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GROUPINGS } from '#core/api/findings.ts';
import { FORMAT_NAMES } from '#core/report/format-names.ts';
import { startApiServer } from '#test/apiserver.ts';
import type { ApiServer } from '#test/apiserver.ts';
import { contractCalls, invoke } from '#test/contract-calls.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { runCli } from '#test/run-cli.ts';
import { openTestApp, temporaryFolder, unwrap } from '#test/scan-app.ts';
import { canariesIn, CANARY, canaryKubeconfig, canaryObjects, databaseText, KEPT } from '#test/scan-canary.ts';

type Call = (name: string, input?: unknown) => Promise<unknown>;

/** Every call about policies and decisions, on a scan full of canaries: what they answer and what they write to files. */
async function callWorkspace(call: Call, scanId: string): Promise<void> {
  const [rule, other] = ['memory-limit', 'cpu-limit'];
  const strict = 'all';
  await call('ratchet.propose', { scanIds: [scanId], strict });
  await call('ratchet.accept', {
    name: 'canary-base',
    strict,
    rules: [rule],
    scanIds: [scanId],
    mode: 'warn',
    freeze: true,
    reason: 'r',
  });
  const ask = { rules: [other], to: 'canary-base', strict, scanId, reason: 'r', force: true };
  await call('ratchet.promote', ask);
  await call('ratchet.get', { baseline: 'canary-base', strict, scanId });
  await call('ratchet.demote', { rules: [other], from: 'canary-base', scanId, reason: 'r' });
  const name = 'canary-strict';
  await call('policies.create', { name, title: 'Strict', extends: 'canary-base', reason: 'r' });
  const { hash } = (await call('policies.get', { name, scanId })) as { hash: string };
  const patch = { rules: { [other]: { mode: 'deny' } } };
  await call('policies.preview', { name, patch, scanId });
  await call('policies.save', { name, hash, patch, reason: 'r' });
  await call('policies.matrix', { scanId });
  await call('policies.revisions', { name });
  await call('policies.diff', { from: { name, revision: 1 }, to: { name } });
  await call('policies.restore', { name, number: 1, reason: 'r' });
  const { text } = (await call('policies.export', { names: [name], format: 'plimsoll' })) as { text: string };
  await call('policies.import', { text, format: 'plimsoll', tolerant: false, apply: false });
  await call('inbox.list', { policy: 'all', scanId });
  await call('inbox.decide', { decision: 'debt', policy: 'all', rule, scanId });
  await call('inbox.decide', { decision: 'waive', waiver: { rule: other, namespaces: ['*'], reason: 'r' } });
  const { waivers } = (await call('waivers.list', { scanId })) as { waivers: { id?: string }[] };
  const id = waivers.find((waiver) => waiver.id !== undefined)?.id;
  await call('waivers.change', { id, patch: { owner: 'o' } });
  await call('waivers.remove', { id, reason: 'r' });
  const { change } = (await call('feedback.start', { policy: 'canary-base', rules: [rule] })) as { change: { id: string } };
  const { rounds } = (await call('feedback.get', { scanId })) as { rounds: { id: string }[] };
  await call('feedback.answer', { round: rounds[0]?.id, rule, vote: 'keep' });
  await call('feedback.close', { round: rounds[0]?.id });
  const view = (await call('workspace.get', { scanId })) as { hash: string };
  const saved = (await call('workspace.save', { hash: view.hash, name: 'canary' })) as { change: typeof change };
  await call('workspace.preview', { scanId, bindings: [{ policies: { strict: name } }] });
  await call('workspace.undo', { change: saved.change.id });
  await call('policies.remove', { name, reason: 'r' });
  await call('history.import', { files: [{ name: 'x.json', text: '{}' }] });
}

describe.skipIf(!requireEnvtest(['etcd', 'kube-apiserver']).available)('no credential of a real cluster gets anywhere', () => {
  let server: ApiServer;
  let token: string;
  const folder = temporaryFolder();
  const database = join(folder.path, 'plimsoll.db');
  const kubeconfig = join(folder.path, 'kubeconfig');
  const given = ['--kubeconfig', kubeconfig, '--db', database];

  const expectClean = (what: string, text: string): void => {
    expect(canariesIn(text), what).toEqual([]);
    expect(text.includes(token), `the token of the kubeconfig in ${what}`).toBe(false);
  };

  beforeAll(async () => {
    server = await startApiServer();
    token = server.token('admin');
    writeFileSync(kubeconfig, canaryKubeconfig(server.url, server.caFile, token), { mode: 0o600 });
    const applied = await server.apply(canaryObjects(), { tolerate: true });
    const refused = applied.filter(({ status }) => status === 0 || status >= 300);
    expect(
      refused
        .map(({ object, body }) => [(object as { kind: string }).kind, body])
        .filter(([kind]) => kind !== 'ValidatingWebhookConfiguration'),
    ).toEqual([]);
  });
  afterAll(async () => {
    await server.stop();
    folder[Symbol.dispose]();
  });

  it('what the command line prints and writes', async () => {
    const report = join(folder.path, 'report.json');
    const snapshot = join(folder.path, 'shop.plimsoll.gz');
    const scan = await runCli(['scan', ...given, '--policy', 'all', '--verdicts', '-o', 'table', '-o', `json=${report}`]);
    expect(scan.code, scan.stderr).toBe(2);
    expectClean('table', scan.stdout + scan.stderr);
    const json = readFileSync(report, 'utf8');
    expectClean('JSON report', json);
    expect(json).toContain('"web"');

    const { findings } = JSON.parse(json) as { findings: { fingerprint: string; rule: string }[] };
    const byRule = new Map(findings.map((finding) => [finding.rule, finding.fingerprint]));
    expect(byRule.size).toBeGreaterThan(8);
    const outputs = await Promise.all([
      runCli(['snapshot', 'latest', snapshot, '--db', database]),
      runCli(['show', 'latest', '--db', database, '--policy', 'all', '-o', 'json', '--verdicts']),
      runCli(['show', [...byRule.values()][0] ?? '', '--db', database, '--policy', 'all']),
      runCli(['show', 'memory-limit', '--db', database]),
      runCli(['history', '--db', database, '-o', 'json']),
    ]);
    for (const output of outputs) {
      expect(output.code, output.stderr).not.toBe(1);
      expectClean('show', output.stdout + output.stderr);
    }
    const lines = gunzipSync(readFileSync(snapshot)).toString('utf8');
    expectClean('snapshot', lines);
    expect(lines.includes(`${KEPT}debug`)).toBe(true);
  });

  it.each(['wrong', 'exec', 'provider', 'basic', 'certificate', 'nowhere'])(
    'what it says of the context %s, which fails',
    async (context) => {
      const failed = await runCli(['scan', ...given, '--context', context]);
      expect(failed.code).toBe(1);
      expect(failed.stderr).toContain('next:');
      expectClean(context, failed.stdout + failed.stderr);
    },
  );

  it.each([
    ['that is no YAML', (text: string) => text.replace('users:', 'users: [{')],
    ['with a broken certificate', (text: string) => text.replace('current-context: used', 'current-context: certificate')],
    ['with a number for a token', (text: string) => text.replace(/token: "[^"]*"/u, `token: {${CANARY}: 1}`)],
  ])('what it says of a kubeconfig %s', async (_name, spoil) => {
    const file = join(folder.path, 'broken');
    writeFileSync(file, spoil(canaryKubeconfig(server.url, server.caFile, token)));
    const failed = await runCli(['scan', '--kubeconfig', file, '--db', database]);
    expect(failed.code).toBe(1);
    expectClean('error', failed.stdout + failed.stderr);
  });

  it('what every call of the contract answers, and what the database, its log and its key hold', async () => {
    await using app = openTestApp({ database });
    const wire: string[] = [];
    const call = async (name: string, input?: unknown): Promise<unknown> => {
      const [area = '', method = ''] = name.split('.');
      const answer = await invoke(app.client, { path: [area, method] }, input);
      wire.push(JSON.stringify(answer));
      asked.add(name);
      // Whether there is a datree is up to the machine, and no foreign policy is there: what is said either way is what counts here.
      return ['policies.compare', 'enforce.foreign'].includes(name) ? answer : unwrap(answer as never);
    };
    const asked = new Set<string>();

    const started = (await call('scans.start', { target: { type: 'context', context: 'used', kubeconfig } })) as {
      scanId: string;
    };
    const { scanId } = started;
    const before = app.store.runs.list({}).runs.find((run) => run.status !== 'running')?.id ?? '';
    await app.scans.wait(scanId);
    wire.push(JSON.stringify(app.events));
    asked.add('scans.events');
    await call('scans.cancel', { scanId });
    for (const name of ['coverage', 'network']) await call(`scans.${name}`, { scanId });
    await call('app.info');
    await call('settings.get');
    await call('settings.set', { teamLabel: 'team' });
    await call('sources.list');
    await call('settings.source', { id: app.store.sources.list()[0]?.id, production: false });
    await call('sources.contexts', { kubeconfig });
    await call('policies.list');
    await call('overview.get', { scanId, policy: 'all' });
    const query = { scanId, policy: 'all', filter: { verdict: ['pass', 'fail', 'waived', 'error', 'notEvaluated'] } };
    for (const groupBy of GROUPINGS) {
      const { groups } = (await call('findings.groups', { ...query, groupBy })) as { groups: { key: string }[] };
      for (const { key } of groups) await call('findings.rows', { ...query, groupBy, group: key, offset: 0, limit: 500 });
    }
    const fingerprints = new Set(wire.join('\n').match(/v1:[a-z2-7]{20,}/gu));
    expect(fingerprints.size).toBeGreaterThan(50);
    for (const fingerprint of fingerprints) await call('findings.get', { scanId, policy: 'all', fingerprint });
    const rules = (await call('rules.list', { policy: 'all', scanId })) as { id: string }[];
    for (const { id } of rules) await call('rules.get', { id, policy: 'all', scanId });
    for (const text of ['web', 'shop', 'password', 'kept', CANARY.toLowerCase().slice(0, 3)])
      await call('palette.search', { text, scanId });
    for (const format of FORMAT_NAMES)
      for (const name of ['preview', 'file']) await call(`exports.${name}`, { scanId, policy: 'all', format });
    const enforced = { policy: 'all', target: 'vap', scanId, failurePolicy: 'Ignore' };
    const { files: exported, liveFailures } = (await call('enforce.preview', enforced)) as {
      files: string[];
      liveFailures: { rule: string }[];
    };
    expect(liveFailures.length).toBeGreaterThan(5);
    for (const name of exported) await call('enforce.file', { ...enforced, name, offset: 0, limit: 5000 });
    await call('enforce.objects', { ...enforced, offset: 0, limit: 500 });
    await call('enforce.history', { ...enforced, runs: 5 });
    await call('enforce.rollout', { policy: 'all', scanId });
    await call('enforce.drift', { ...enforced, offset: 0, limit: 100 });
    await call('enforce.foreign', { scanId, name: 'none', offset: 0, limit: 100 });
    const confirmed = liveFailures.map(({ rule }) => rule);
    await call('enforce.save', { ...enforced, folder: join(folder.path, 'enforce'), confirmed });
    for (const name of exported) expectClean(name, readFileSync(join(folder.path, 'enforce', name), 'utf8'));

    await call('history.list', {});
    await call('history.diff', { from: before, to: scanId, policy: 'all' });

    await callWorkspace(call, scanId);
    await call('policies.compare', { paths: [folder.path] });

    const all = wire.join('\n');
    expectClean('the wire', all);
    const workspace = app.workspace.folder;
    const written = readdirSync(workspace, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));
    expect(written).toEqual(expect.arrayContaining([join('policies', 'canary-base.yaml'), 'workspace.yaml']));
    for (const name of written) expectClean(name, readFileSync(join(workspace, name), 'utf8'));
    const files = readdirSync(folder.path).filter((name) => name.startsWith('plimsoll.db'));
    expect(files).toEqual(expect.arrayContaining(['plimsoll.db', 'plimsoll.db.key', 'plimsoll.db-wal']));
    for (const name of files) expectClean(name, readFileSync(join(folder.path, name)).toString('latin1'));
    const stored = databaseText(database);
    expectClean('the unpacked database', stored);
    // Redaction that takes everything would pass too: what is harmless is still there.
    const harmless = [
      'debug',
      'upstream.example/path',
      'ref',
      'info',
      'live',
      'shop',
      'label',
      'accept',
      'gold',
      'large',
      'config',
      'key',
      'secret',
    ];
    expect(harmless.filter((text) => !stored.includes(KEPT + text))).toEqual([]);
    expect(['debug', 'info', 'shop'].filter((text) => !all.includes(KEPT + text))).toEqual([]);

    await call('history.delete', { scanId: before });
    expect([...asked].toSorted()).toEqual(
      contractCalls()
        .map(({ name }) => name)
        .toSorted(),
    );
  });

  it('and with all environment values dropped, not even the harmless ones', async () => {
    await using app = openTestApp();
    unwrap(await app.client.settings.set({ dropEnvValues: true }));
    const { scanId } = unwrap(await app.client.scans.start({ target: { type: 'context', context: 'used', kubeconfig } }));
    await app.scans.wait(scanId);
    const stored = databaseText(app.database);
    expect([stored.includes(`${KEPT}debug`), stored.includes(`${KEPT}info`)]).toEqual([false, true]);
    expectClean('the database', stored);
  });
});
