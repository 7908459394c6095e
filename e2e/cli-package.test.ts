import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployment } from '#test/scan-objects.ts';

/** `npm run pack:cli`, and what came of it in an empty folder: no checkout beside it, no network, no types to strip. */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-cli-package-'));
const at = (...parts: readonly string[]): string => join(folder, ...parts);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A home of its own: neither npm nor Plimsoll finds anything of this machine. */
const env = {
  PATH: process.env['PATH'],
  HOME: at('home'),
  XDG_DATA_HOME: at('home', 'data'),
  NO_COLOR: '1',
  NO_UPDATE_NOTIFIER: '1',
};

function run(program: string, args: readonly string[], cwd = at('empty')) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8', timeout: 300_000 });
  return { code: status, stdout, stderr };
}
const plimsoll = (...args: readonly string[]) => run(at('empty', 'node_modules', '.bin', 'plimsoll'), args);

beforeAll(() => {
  for (const name of ['home', 'empty', 'packed']) mkdirSync(at(name));
  const made = run(process.execPath, [join(ROOT, 'scripts', 'pack-cli.ts')], ROOT);
  expect(made.code, made.stderr).toBe(0);
  const tarball = made.stdout.split('\n')[0] ?? '';
  // Its one dependency comes from here as well, so that nothing is fetched.
  const native = ['better-sqlite3', 'node-addon-api'].map((name) => join(ROOT, 'node_modules', name));
  const packed = run('npm', ['pack', ...native, '--ignore-scripts', '--pack-destination', at('packed')], ROOT);
  expect(packed.code, packed.stderr).toBe(0);
  writeFileSync(at('empty', 'package.json'), '{}');
  const files = [tarball, ...globSync('*.tgz', { cwd: at('packed') }).map((name) => at('packed', name))];
  const installed = run('npm', ['install', '--offline', '--no-audit', '--no-fund', ...files]);
  expect(installed.code, installed.stderr).toBe(0);
  writeFileSync(at('empty', 'bad.yaml'), JSON.stringify(deployment('web')));
  writeFileSync(at('empty', 'good.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\n');
}, 600_000);

describe('the package of the command line', () => {
  const manifest = (): Record<string, unknown> =>
    JSON.parse(readFileSync(at('empty', 'node_modules', 'plimsoll', 'package.json'), 'utf8')) as Record<string, unknown>;

  it('is plimsoll, needs better-sqlite3 and nothing else, and brings its licence and those of what is in it', () => {
    expect(manifest()).toMatchObject({ name: 'plimsoll', license: 'Apache-2.0', bin: { plimsoll: 'out/main/cli.js' } });
    expect(Object.keys(manifest()['dependencies'] as object)).toEqual(['better-sqlite3']);
    for (const file of ['LICENSE', 'README.md', 'THIRD-PARTY-LICENSES.txt', 'resources/defaults.yaml'])
      expect(existsSync(at('empty', 'node_modules', 'plimsoll', file)), file).toBe(true);
  });

  it('has no sources, maps or tests', () => {
    const strays = globSync('**/*', { cwd: at('empty', 'node_modules', 'plimsoll') }).filter((file) =>
      /\.tsx?$|\.map$|\.test\.|electron/.test(file),
    );
    expect(strays).toEqual([]);
  });

  it('says its version', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(plimsoll('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('judges a folder, writes SARIF, and ends with 2 where something fails', () => {
    const { code, stdout } = plimsoll('test', '.', '-o', 'sarif=found.sarif', '-o', 'table', '--exclude', 'node_modules|package');
    expect([code, stdout.includes('findings')]).toEqual([2, true]);
    const { runs } = JSON.parse(readFileSync(at('empty', 'found.sarif'), 'utf8')) as { runs: { results: unknown[] }[] };
    expect(runs[0]?.results.length).toBeGreaterThan(0);
  });

  it('ends with 0 where nothing does', () => {
    expect(plimsoll('test', 'good.yaml').code).toBe(0);
  });

  it('keeps runs in a database of the home that it has, through the native module, and judges in worker threads', () => {
    mkdirSync(at('empty', 'many'));
    for (let copy = 0; copy < 60; copy++)
      writeFileSync(at('empty', 'many', `${copy}.yaml`), JSON.stringify(deployment(`web-${copy}`)));
    expect(plimsoll('test', 'many', '--record', '--source', 'many', '--quiet').code).toBe(2);
    const { stdout } = plimsoll('history', '-o', 'json');
    expect((JSON.parse(stdout) as { runs: { objects: number }[] }).runs[0]?.objects).toBe(60);
    expect(existsSync(at('home', 'data', 'plimsoll', 'plimsoll.db'))).toBe(true);
  });
});
