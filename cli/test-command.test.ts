import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { jsonReport } from '#core/report/json.ts';
import type { JsonReport } from '#core/report/json.ts';
import { runCli } from '#test/run-cli.ts';
import { runCliHere } from '#test/run-cli-here.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, ...documents: readonly string[]): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, documents.join('\n---\n'));
  return path;
}

const service = (name: string, type: string, namespace = 'namespace: shop'): string =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n  ${namespace}\nspec:\n  type: ${type}\n`;

const clean = file('clean.yaml', service('good', 'ClusterIP'));
const failing = file('failing.yaml', service('bad', 'NodePort'));
const broken = file('broken.yaml', 'apiVersion: v1\nkind: [', service('good', 'ClusterIP'));
const template = file('template.yaml', 'name: {{ .Values.name }}');
const wrongType = file(
  'wrong-type.yaml',
  'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec: {containers: web}\n',
);
const noManifest = file('values.yaml', 'replicas: 3\n');
const empty = join(folder, 'empty');
mkdirSync(empty);
file('tree/a.yaml', service('a', 'NodePort'));
file('tree/deep/b.yml', service('b', 'NodePort'));
file('tree/deep/c.txt', service('c', 'NodePort'));

async function report(...args: readonly string[]): Promise<JsonReport> {
  const { stdout, stderr } = await runCliHere(['test', ...args, '-o', 'json']);
  expect(stderr).toBe('');
  return jsonReport.strict().parse(JSON.parse(stdout));
}

const names = ({ objects }: JsonReport): readonly string[] => objects.map(({ name }) => name);

describe('the exit code of `plimsoll test` (decisions.md 24)', () => {
  it.concurrent.each<[string, readonly string[], number, string]>([
    ['clean files', [clean], 0, ''],
    ['a finding', [clean, failing], 2, ''],
    ['a verdict `error` without findings', [wrongType, '--rule', 'cpu-limit'], 1, 'could not be judged'],
    ['an unknown option', [clean, '--strict'], 1, "unknown option '--strict'"],
  ])('of the process: %s', async (_, args, code, said) => {
    const result = await runCli(['test', ...args]);
    expect(result).toMatchObject({ code });
    expect(result.stderr).toContain(said);
  });

  it.each<[string, readonly string[], number]>([
    ['a document that could not be read, the rest is judged', [broken, '--allow-incomplete'], 2],
    ['a template that was not rendered', [template], 2],
    ['a verdict `error`, where incomplete is allowed', [wrongType, '--rule', 'cpu-limit', '--allow-incomplete'], 0],
    ['nothing to judge', [empty], 1],
    ['nothing to judge, where that is allowed', [empty, '--allow-empty'], 0],
    ['a document that is no manifest: nothing to judge', [noManifest], 1],
    ['a document that is no manifest, beside others: a note', [noManifest, clean], 0],
    ['a pattern that fits nothing', [join(folder, 'nothing/*.yaml')], 1],
    ['a pattern that fits nothing, where that is allowed', [join(folder, 'nothing/*.yaml'), '--allow-empty'], 0],
    ['a pattern that fits nothing, beside others', [join(folder, 'nothing/*.yaml'), clean], 1],
  ])('%s', async (_, args, code) => {
    expect(await runCliHere(['test', ...args])).toMatchObject({ code });
  });

  it('is 1 for a path that is not there: a slip of the pen, so nothing is judged, not even what fails', async () => {
    for (const args of [['missing.yaml'], [failing, 'missing.yaml'], ['missing.yaml', '--allow-empty', '--allow-incomplete']]) {
      const { code, stdout, stderr } = await runCliHere(['test', ...args]);
      expect(code).toBe(1);
      expect(stderr).toContain('There is no such file or folder.\n  where: missing.yaml');
      expect(stdout).toBe('');
    }
  });

  it.each([
    ['policy', 'datree-defualt', 'datree-default'],
    ['rule', 'memory-limits', 'memory-limit'],
  ])('is 1 for an unknown %s, and names the nearest', async (option, asked, nearest) => {
    const { code, stdout, stderr } = await runCliHere(['test', clean, `--${option}`, asked]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`There is no ${option} named '${asked}'.`);
    expect(stderr).toContain(`Did you mean '${nearest}'?`);
  });

  it('is 1 where the report cannot be written', async () => {
    const { code, stderr } = await runCliHere(['test', clean, '-o', `json=${join(folder, 'no', 'such', 'folder.json')}`]);
    expect(code).toBe(1);
    expect(stderr).toContain('The file cannot be written.');
  });
});

describe('what is judged', () => {
  it('is a file whatever its extension, a folder with all below it, a pattern, each once', async () => {
    expect(names(await report(join(folder, 'tree/deep/c.txt')))).toEqual(['c']);
    expect(names(await report(join(folder, 'tree')))).toEqual(['a', 'b']);
    expect(names(await report(join(folder, 'tree/**/*.{yaml,yml}')))).toEqual(['a', 'b']);
    expect(names(await report(join(folder, 'tree'), join(folder, 'tree/a.yaml')))).toEqual(['a', 'b']);
  });

  it('is standard input for `-`', async () => {
    const { code, stdout } = await runCli(
      ['test', '-', '-o', 'json'],
      {},
      { input: `${service('x', 'NodePort')}---\n${service('z', 'ClusterIP')}` },
    );
    const read = jsonReport.parse(JSON.parse(stdout));
    expect(code).toBe(2);
    expect(read.findings.map(({ object, file: from, line }) => [object.name, from, line])).toEqual([['x', 'stdin', 7]]);
    expect(names(read)).toEqual(['x', 'z']);
  });

  it('goes on behind a document that could not be read', async () => {
    const read = await report(broken, failing);
    expect(names(read)).toEqual(['good', 'bad']);
    expect(read.errors).toEqual([
      expect.objectContaining({ file: broken, line: expect.any(Number), message: expect.any(String) }),
    ]);
    expect(read.summary.unreadable).toBe(1);
    expect(read.run.status).toBe('incomplete');
  });

  it('gets the namespace that --namespace says, where it names none, and says so', async () => {
    const bare = file('bare.yaml', service('bare', 'ClusterIP', 'labels: {a: b}'));
    const [assumed] = (await report(bare)).objects;
    expect(assumed).toMatchObject({ namespace: 'default', assumedNamespace: true });
    expect((await report(bare, '--namespace', 'ops')).objects[0]).toMatchObject({ namespace: 'ops', assumedNamespace: true });
    expect((await report(clean, '--namespace', 'ops')).objects[0]).toMatchObject({ namespace: 'shop' });
  });
});

describe('what it is judged by', () => {
  const ids = ({ rules }: JsonReport): readonly string[] => rules.map(({ id }) => id);

  it('is the default policy, another, or every rule', async () => {
    expect(await report(clean)).toMatchObject({ policy: { name: 'default', rules: 21 } });
    expect(await report(clean, '--policy', 'datree-starter')).toMatchObject({ policy: { name: 'datree-starter', rules: 34 } });
    const everything = await report(clean, '--policy', 'all');
    expect(ids(everything)).toHaveLength(everything.library.rules);
  });

  it('is exactly the rules named, whether the policy has them on or not', async () => {
    const narrowed = await report(failing, '--rule', 'no-host-path', '--rule', 'service-no-node-port');
    expect(ids(narrowed)).toEqual(['no-host-path', 'service-no-node-port']);
    expect(ids(await report(clean)).includes('no-host-path')).toBe(false);
    expect(narrowed.findings.map(({ rule }) => rule)).toEqual(['service-no-node-port']);
    expect((await report(failing, '--rule', 'no-host-path')).findings).toEqual([]);
    expect(ids(await report(failing, '--rule', 'SERVICE_INCORRECT_TYPE_VALUE_NODEPORT'))).toEqual(['service-no-node-port']);
  });

  it('may be said to be everything there is', async () => {
    expect(await runCliHere(['test', clean, '--complete'])).toMatchObject({ code: 0 });
  });
});

describe('the report', () => {
  it('is the same each time, but for the run', async () => {
    const stable = async () => ({ ...(await report(join(folder, 'tree'), broken, noManifest, '--verdicts')), run: undefined });
    expect(JSON.stringify(await stable())).toBe(JSON.stringify(await stable()));
  });

  it('says where each finding stands', async () => {
    expect((await report(clean, failing)).findings).toEqual([
      expect.objectContaining({
        rule: 'service-no-node-port',
        object: { apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'bad' },
        path: 'spec.type',
        file: failing,
        line: 7,
        column: 3,
        fingerprint: expect.stringMatching(/^v1:[a-z2-7]{26}$/),
      }),
    ]);
  });

  it('has the verdict of every rule on every object with --verdicts', async () => {
    const [object] = (await report(failing, '--verdicts', '--policy', 'all')).objects;
    expect(Object.keys(object?.verdicts ?? {})).toHaveLength(59);
    expect(object?.verdicts).toMatchObject({
      'service-no-node-port': 'fail',
      'no-aws-key': 'pass',
      'cpu-limit': 'notApplicable',
    });
    expect((await report(failing)).objects[0]).not.toHaveProperty('verdicts');
  });

  it('knows the labels and the name of its source', async () => {
    const { run, source } = await report(clean, '--label', 'branch=main', '--label', 'note=a=b', '--source', 'shop');
    expect(run.labels).toEqual({ branch: 'main', note: 'a=b' });
    expect(source).toEqual({ kind: 'manifests', name: 'shop' });
    expect(run.source).toEqual(source);
  });

  it('goes to every place asked for, JSON and table side by side', async () => {
    const [json, table] = [join(folder, 'out.json'), join(folder, 'out.txt')];
    const { code, stdout } = await runCliHere(['test', failing, '-o', `json=${json}`, '-o', 'table', '-o', `table=${table}`]);
    expect(code).toBe(2);
    expect(stdout).toContain('Service shop/bad');
    expect(readFileSync(table, 'utf8')).toBe(stdout);
    expect(jsonReport.parse(JSON.parse(readFileSync(json, 'utf8'))).findings).toHaveLength(1);
  });

  it('is only the summary with --quiet', async () => {
    const { stdout } = await runCliHere(['test', failing, '--quiet']);
    expect(stdout).toMatch(/^objects /);
    expect(stdout).not.toContain('Service shop/bad');
  });

  it('has colours on a terminal only', async () => {
    const { stdout } = await runCliHere(['test', failing]);
    expect(stdout).not.toContain('\u001b');
    const before = process.stdout.isTTY;
    process.stdout.isTTY = true;
    try {
      expect((await runCliHere(['test', failing])).stdout).toContain('\u001b[');
      expect((await runCliHere(['test', failing, '--no-color'])).stdout).not.toContain('\u001b');
      process.env['NO_COLOR'] = '1';
      expect((await runCliHere(['test', failing])).stdout).not.toContain('\u001b');
    } finally {
      process.stdout.isTTY = before;
      delete process.env['NO_COLOR'];
    }
  });

  it('plays nothing on a terminal, whatever a manifest is called', async () => {
    const hostile = file('hostile.yaml', service('"a\\u001b[2J\\u202E\\u009b"', 'NodePort'));
    for (const output of ['table', 'json']) {
      const { code, stdout } = await runCliHere(['test', hostile, '-o', output]);
      expect(code).toBe(2);
      // oxlint-disable-next-line no-control-regex -- these must not come out
      expect(stdout).not.toMatch(/[\u001b\u0080-\u009f\u202e]/);
    }
    expect((await report(hostile)).objects[0]?.name).toBe('a\u001b[2J\u202E\u009b');
  });
});

describe('a reader that goes away', () => {
  it('is no fault: `plimsoll test ... -o json | head -1` ends without a word', async () => {
    const many = file('many.yaml', ...Array.from({ length: 2000 }, (_, index) => service(`s${index}`, 'NodePort')));
    const result = await runCli(['test', many, '-o', 'json'], {}, { closeOutputEarly: true });
    expect(result.stderr).toBe('');
    expect(result.code).toBe(2);
  });
});
