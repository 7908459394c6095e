import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonReport } from '#core/report/json.ts';
import type { JsonReport } from '#core/report/json.ts';
import { runCliHere } from '#test/run-cli-here.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-cli-'));
const manifest = join(folder, 'service.yaml');
const db = ['--db', join(folder, 'plimsoll.db')];
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (type: string): void =>
  writeFileSync(manifest, `apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec:\n  type: ${type}\n`);
const record = (...more: readonly string[]) =>
  runCliHere(['test', manifest, '--record', '--source', 'shop', ...db, '-o', 'json', '--quiet', ...more]);
const parse = (text: string): JsonReport => jsonReport.parse(JSON.parse(text));

interface History {
  readonly schemaVersion: 1;
  readonly total: number;
  readonly runs: readonly {
    readonly id: string;
    readonly origin: string;
    readonly labels: Record<string, string>;
    readonly failing: unknown;
  }[];
}
const history = async (...more: readonly string[]): Promise<History> =>
  JSON.parse((await runCliHere(['history', ...db, '-o', 'json', ...more])).stdout) as History;

let first: JsonReport;
let second: JsonReport;

beforeAll(async () => {
  write('NodePort');
  const failing = await record('--label', 'branch=main');
  expect(failing).toMatchObject({ code: 2 });
  first = parse(failing.stdout);
  write('ClusterIP');
  const clean = await record('--label', 'branch=fix');
  expect(clean).toMatchObject({ code: 0 });
  second = parse(clean.stdout);
});

describe('plimsoll test --record', () => {
  it('reports what a run that is not kept reports', async () => {
    const kept = { ...second, run: undefined };
    const notKept = parse((await runCliHere(['test', manifest, '--source', 'shop', '-o', 'json'])).stdout);
    const { evaluated: _, requests: __, ...summary } = kept.summary;
    expect({ ...kept, summary }).toEqual({ ...notKept, run: undefined });
  });

  it('keeps which documents could not be read, and where, without a word of what stands there', async () => {
    const broken = join(folder, 'broken.yaml');
    const secret = 'CANARY-hunter2hunter2';
    writeFileSync(
      broken,
      `apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  password: "${secret}\n  b: [*unknown${secret}\n`,
    );
    const own = ['--db', join(folder, 'broken.db')];
    const kept = await runCliHere(['test', broken, manifest, '--record', '--source', 'broken', ...own, '-o', 'json', '--quiet']);
    expect(kept).toMatchObject({ code: 2 });
    const { run, errors } = parse(kept.stdout);
    const shown = await runCliHere(['show', run.id, ...own, '-o', 'json']);
    expect(shown.code).toBe(2);
    const again = parse(shown.stdout).errors;
    expect(again).toEqual(errors.map((error) => ({ ...error, message: expect.any(String) })));
    expect(again).toHaveLength(1);
    for (const file of readdirSync(folder).filter((name) => name.startsWith('broken.db')))
      expect(readFileSync(join(folder, file)).includes(secret)).toBe(false);
    expect(shown.stdout).not.toContain(secret);
  });

  it('keeps nothing of paths that are not there', async () => {
    const before = await history();
    expect(await runCliHere(['test', join(folder, 'missing.yaml'), '--record', ...db])).toMatchObject({ code: 1 });
    expect(await history()).toEqual(before);
  });
});

describe('plimsoll history', () => {
  it('lists the runs, newest first', async () => {
    const { runs, total, schemaVersion } = await history();
    expect({ total, schemaVersion }).toEqual({ total: 2, schemaVersion: 1 });
    expect(runs.map(({ id }) => id)).toEqual([second.run.id, first.run.id]);
    expect(runs.map(({ origin, labels }) => [origin, labels])).toEqual([
      ['test', { branch: 'fix' }],
      ['test', { branch: 'main' }],
    ]);
  });

  it('by source, by label, and a few only', async () => {
    expect((await history('--source', 'shop')).total).toBe(2);
    expect((await history('--label', 'branch=fix')).runs.map(({ id }) => id)).toEqual([second.run.id]);
    expect((await history('--label', 'branch')).total).toBe(2);
    expect((await history('--label', 'branch=fix', '--label', 'branch=main')).total).toBe(0);
    expect((await history('--limit', '1')).runs).toHaveLength(1);
  });

  it('as a table', async () => {
    const { code, stdout } = await runCliHere(['history', ...db]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^run .*\n01[0-9A-Z]{24} .* complete .* shop #2 .*branch=fix\n01[0-9A-Z]{24} .* shop #1 .*branch=main\n$/,
    );
  });

  it('says what is wrong with a limit or a source', async () => {
    expect(await runCliHere(['history', ...db, '--limit', 'many'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--limit'),
    });
    expect(await runCliHere(['history', ...db, '--source', 'nowhere'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("'nowhere'"),
    });
  });

  it('has a word for a database without runs', async () => {
    const { code, stdout } = await runCliHere(['history', '--db', join(folder, 'empty.db')]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('No runs yet') });
  });
});

describe('plimsoll show', () => {
  it('shows the latest run as it was reported, with its exit code', async () => {
    const shown = await runCliHere(['show', 'latest', ...db, '-o', 'json']);
    expect(shown.code).toBe(0);
    expect(parse(shown.stdout)).toEqual(second);
  });

  it('shows any run by its id, through any policy', async () => {
    const shown = await runCliHere(['show', first.run.id, ...db, '-o', 'json', '--rule', 'service-no-node-port']);
    expect(shown.code).toBe(2);
    expect(parse(shown.stdout).findings.map(({ fingerprint, file }) => [fingerprint, file])).toEqual([
      [first.findings[0]?.fingerprint, manifest],
    ]);
    expect(parse((await runCliHere(['show', first.run.id, ...db, '-o', 'json', '--policy', 'all'])).stdout).rules).toHaveLength(
      59,
    );
  });

  it('shows a finding by its fingerprint, with the lines around it', async () => {
    const fingerprint = first.findings[0]?.fingerprint ?? '';
    const shown = await runCliHere(['show', fingerprint, ...db]);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain('Service shop/web  spec.type');
    expect(shown.stdout).toMatch(/\d+ ✕ {3}type: NodePort/);
    expect(JSON.parse((await runCliHere(['show', fingerprint, ...db, '-o', 'json'])).stdout)).toMatchObject({
      finding: { fingerprint },
    });
  });

  it('shows a rule by its id or an alias', async () => {
    for (const name of ['service-no-node-port', 'SERVICE_INCORRECT_TYPE_VALUE_NODEPORT']) {
      const { code, stdout } = await runCliHere(['show', name, ...db]);
      expect(code).toBe(0);
      expect(stdout).toContain('(service-no-node-port, networking)');
    }
  });

  it.each([
    ['01KB0000000000000000000000', 'Scan 01KB0000000000000000000000'],
    ['v1:aaaaaaaaaaaaaaaaaaaaaaaaaa', 'v1:aaaaaaaaaaaaaaaaaaaaaaaaaa'],
    ['service-no-nodeport', "Did you mean 'service-no-node-port'?"],
  ])('says so where there is no %s', async (what, said) => {
    const { code, stderr } = await runCliHere(['show', what, ...db]);
    expect(code).toBe(1);
    expect(stderr).toContain(said);
  });

  it('has no latest run in a database without runs', async () => {
    const { code, stderr } = await runCliHere(['show', 'latest', '--db', join(folder, 'empty.db')]);
    expect([code, stderr.includes("Make one: 'plimsoll scan'")]).toEqual([1, true]);
  });
});
