import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonReport } from '#core/report/json.ts';
import { FORMER_RUNS } from '#cli/policy-commands.fixture.ts';
import { envtestBinary, requireEnvtest } from '#test/envtest.ts';
import { runCliHere } from '#test/run-cli-here.ts';

/** The loop of the guide on the command line, against a real database and a real folder; each step stands on those before it. */

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-policy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (...parts: readonly string[]): string => join(folder, ...parts);
const ws = ['--workspace', at('ws'), '--db', at('plimsoll.db')];
const run = (...args: readonly string[]) => runCliHere([...args, ...ws]);
const json = async <T>(...args: readonly string[]): Promise<T> => JSON.parse((await run(...args, '-o', 'json')).stdout) as T;

const deployment = (limits: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {team: web}}
spec:
  replicas: 2
  template:
    spec:
      containers: [{name: web, image: 'web:1', resources: {limits: {${limits}}, requests: {memory: 1Mi}}}]
`;

beforeAll(() => {
  writeFileSync(at('web.yaml'), deployment('memory: 1Mi'));
});

describe('the loop on the command line', () => {
  it('results of CI are evidence: five clean runs over eight days', async () => {
    const made = await runCliHere(['test', at('web.yaml'), '-p', 'all', '--source', 'shop', '-o', 'json', '--verdicts']);
    const report = jsonReport.parse(JSON.parse(made.stdout));
    const files = FORMER_RUNS.map(({ id, day }) => {
      const startedAt = `2026-11-${day}T08:00:00.000Z`;
      const file = at(`run-${day}.json`);
      const { git: _git, ...record } = report.run;
      writeFileSync(
        file,
        JSON.stringify({ ...report, run: { ...record, id, startedAt, finishedAt: startedAt, ci: { vendor: 'github' } } }),
      );
      return file;
    });
    const { code, stdout } = await runCliHere(['import', ...files, '--db', at('plimsoll.db')]);
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(5);
    expect((await runCliHere(['import', files[0] ?? '', '--db', at('plimsoll.db')])).stdout).toContain('in the history already');
  });

  it('a baseline is proposed, and saved with --apply', async () => {
    const proposed = await run('policy', 'baseline', 'shop-baseline', '--strict', 'datree-default', '--without', 'memory-limit');
    expect(proposed.stdout).toContain('--apply');
    expect(existsSync(at('ws'))).toBe(false);
    const saved = await run(
      'policy',
      'baseline',
      'shop-baseline',
      '--strict',
      'datree-default',
      '--without',
      'memory-limit',
      '--apply',
      '--reason',
      'first look',
    );
    expect(saved.code).toBe(0);
    expect(readFileSync(at('ws', 'policies', 'shop-baseline.yaml'), 'utf8')).not.toContain('memory-limit');
  });

  it('the gap says what is ready and what it takes', async () => {
    const gap = await json<{ ready: { rule: string }[]; gap: { rule: string; forecast: string }[] }>(
      'policy',
      'gap',
      'datree-default',
    );
    expect(gap.ready.map(({ rule }) => rule)).toEqual(['memory-limit']);
    expect(gap.gap.find(({ rule }) => rule === 'cpu-limit')?.forecast).toContain('Fix 1 object');
    expect((await run('policy', 'gap', 'datree-default')).stdout).toContain('Ready to be promoted');
  });

  it('a rule that is ready is promoted, one that is not only by force', async () => {
    const refused = await run('promote', 'cpu-limit', '--to', 'shop-baseline', '--strict', 'datree-default', '--reason', 'now');
    expect([refused.code, refused.stderr.includes('not ready')]).toEqual([1, true]);
    const done = await run(
      'promote',
      'CONTAINERS_MISSING_MEMORY_LIMIT_KEY',
      '--to',
      'shop-baseline',
      '--strict',
      'datree-default',
      '--reason',
      'held',
    );
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(at('ws', 'policies', 'shop-baseline.yaml'), 'utf8')).toContain('memory-limit');
  });

  it('revisions tell it with evidence, and an earlier one is restored', async () => {
    const { revisions } = await json<{ revisions: { number: number; kind: string; reason: string; evidence: string[] }[] }>(
      'policy',
      'revisions',
      'shop-baseline',
    );
    expect(revisions.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['promotion', 'held'],
      ['baseline', 'first look'],
    ]);
    expect(revisions[0]?.evidence).toHaveLength(5);
    expect((await run('policy', 'diff', 'shop-baseline@1', 'shop-baseline')).stdout).toMatch(/^\+ +memory-limit/m);
    expect((await run('policy', 'restore', 'shop-baseline', '1', '--reason', 'back')).code).toBe(0);
    expect((await run('policy', 'diff', 'shop-baseline@1', 'shop-baseline')).stdout).toContain('say the same');
    expect((await run('policy', 'restore', 'shop-baseline', '2', '--reason', 'forth')).code).toBe(0);
    expect((await run('policy', 'demote', 'memory-limit', '--from', 'shop-baseline', '--reason', 'no')).code).toBe(0);
  });

  it('policies are listed, shown, and every setting says where it comes from', async () => {
    expect((await run('policy', 'list')).stdout).toMatch(/^shop-baseline .*workspace/m);
    expect((await run('policy', 'show', 'shop-baseline')).stdout).toContain('governs');
    expect((await run('policy', 'effective', 'shop-baseline')).stdout).toMatch(/memory-limit +mode +off +shop-baseline/);
    expect((await run('policy', 'show', 'nothing')).stderr).toContain('Did you mean');
  });

  it('the inbox empties by decisions: fix, disable, debt, waive', async () => {
    const inbox = async () =>
      (await json<{ items: { kind: string; rule: string }[] }>('inbox', '-p', 'datree-default')).items.filter(
        ({ kind }) => kind === 'undecided',
      );
    const open = (await inbox()).map(({ rule }) => rule);
    expect(open).toContain('cpu-limit');
    expect((await run('decide', 'cpu-limit', 'fix', '-p', 'datree-default', '--assignee', 'web', '--due', '14d')).code).toBe(0);
    expect((await run('decide', 'cpu-request', 'debt', '-p', 'datree-default')).code).toBe(0);
    const waived = await run(
      'waive',
      'liveness-probe',
      '--object',
      'Deployment/shop/web',
      '--reason',
      'soon',
      '--expires',
      '30d',
    );
    expect(waived.code).toBe(0);
    expect((await inbox()).map(({ rule }) => rule)).toEqual(
      open.filter((rule) => !['cpu-limit', 'cpu-request', 'liveness-probe'].includes(rule)),
    );
    expect(readFileSync(at('ws', 'waivers', readdirSync(at('ws', 'waivers'))[0] ?? ''), 'utf8')).toContain('group: apps');
  });

  it('slips are told with what would be right', async () => {
    const slips: readonly (readonly [readonly string[], string])[] = [
      [['decide', 'cpu-limit', 'disable', '-p', 'shop-baseline'], '--reason'],
      [['waive', 'cpu-limit', '--reason', 'x'], 'would let everything off'],
      [['waive', 'cpu-limit', '--object', 'web', '--reason', 'x'], 'Deployment/shop/web'],
      [['waive', 'cpu-limit', '--namespace', 'a', '--expires', 'soon', '--reason', 'x'], '30d'],
      [['waive', 'cpu-limits', '--namespace', 'a', '--reason', 'x'], "Did you mean 'cpu-limit'?"],
      [['waive', 'cpu-limit', '--namespace', 'a', '--expires', '2020-01-01', '--reason', 'x'], '2020-01-01 is over'],
      [['decide', 'no-host-path', 'fix', '-p', 'datree-default'], "does not judge 'no-host-path'"],
      [['policy', 'baseline', 'all', '--strict', 'datree-default', '--apply'], 'Plimsoll has one of that name'],
      [['policy', 'baseline', 'x', '--strict', 'datree-default', '--apply'], 'name'],
      [['policy', 'restore', 'shop-baseline', '99', '--reason', 'x'], "'plimsoll policy revisions'"],
      [['policy', 'diff', 'a@x', 'b'], 'baseline@3'],
      [['policy', 'show', 'default', '--scan', '01KB0000000000000000000000'], 'Scan 01KB'],
    ];
    for (const [args, said] of slips) {
      const { code, stderr } = await run(...args);
      expect([args.join(' '), code, stderr.includes(said) ? said : stderr]).toEqual([args.join(' '), 1, said]);
    }
  });

  it('text of files is no command to the terminal', async () => {
    writeFileSync(
      at('ws', 'loud.yaml'),
      'apiVersion: plimsoll.dev/v1\nkind: Policy\nname: loud\ntitle: "a\\e[2Jb"\nrules: {cpu-limit: {mode: deny, reason: "\\e[31m"}}\n',
    );
    for (const args of [['list'], ['show', 'loud'], ['effective', 'loud'], ['revisions', 'loud']]) {
      const { code, stdout, stderr } = await run('policy', ...args);
      expect([args[0], code, (stdout + stderr).includes('\u001b')]).toEqual([args[0], 0, false]);
    }
    rmSync(at('ws', 'loud.yaml'));
  });

  it('lint gives 2 where a file does not count', async () => {
    expect((await run('policy', 'lint')).code).toBe(0);
    writeFileSync(at('ws', 'broken.yaml'), 'apiVersion: plimsoll.dev/v1\nkind: Policy\nname: x\nrules: {cpu-limit: maybe}\n');
    const { code, stdout } = await run('policy', 'lint');
    expect([code, stdout.includes('broken.yaml:4')]).toEqual([2, true]);
    rmSync(at('ws', 'broken.yaml'));
  });
});

describe('policies of Datree on the command line', () => {
  it('are exported, shown, imported only with --apply, and kept as they came', async () => {
    expect((await run('policy', 'export', 'shop-baseline', '--file', at('p.yaml'))).code).toBe(0);
    expect(readFileSync(at('p.yaml'), 'utf8')).toContain('name: shop_baseline');
    expect((await run('policy', 'import', at('p.yaml'))).stdout).toContain('Nothing was written');
    expect(existsSync(at('ws', 'imports'))).toBe(false);
    expect((await run('policy', 'import', at('p.yaml'), '--apply', '--reason', 'from Datree')).stdout).toContain('Imported.');
    const [kept] = readdirSync(at('ws', 'imports'));
    expect(readFileSync(at('ws', 'imports', kept ?? ''), 'utf8')).toBe(readFileSync(at('p.yaml'), 'utf8'));
  });

  it('that Datree would refuse are refused with --strict', async () => {
    writeFileSync(at('loose.yaml'), 'apiVersion: v1\npolicies: [{name: a-b, rules: null}]\n');
    expect((await run('policy', 'import', at('loose.yaml'))).code).toBe(0);
    const { code, stdout } = await run('policy', 'import', at('loose.yaml'), '--strict');
    expect([code, stdout.includes('loose.yaml:2:')]).toEqual([2, true]);
  });

  it.skipIf(!requireEnvtest(['datree']).available)('are compared with the real Datree on files', async () => {
    const program = envtestBinary('datree') ?? '';
    const { stdout } = await run('policy', 'import', at('p.yaml'), '--compare', at('web.yaml'), '--datree', program);
    expect(stdout).toMatch(/verdicts are the same, \d+ differ and are explained, 0 are not explained/);
  });
});
