import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { extractAll, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { load } from 'js-yaml';

/**
 * Checks a packed app: `node scripts/check-package.ts dist/linux-unpacked/resources`. What is in it, that its fuses are those of
 * electron-builder.yml, and that the packed code runs: the command line in plain Node, and the main process under the fake of
 * `electron` (test/packed-main.ts), down to an answer of the services. Exit 1 with every failure named.
 */

const root = path.join(import.meta.dirname, '..');
const failures: string[] = [];
const check = (holds: boolean, what: string): void => {
  process.stdout.write(`${holds ? 'ok  ' : 'FAIL'} ${what}\n`);
  if (!holds) failures.push(what);
};

const resources = path.resolve(process.argv[2] ?? 'dist/linux-unpacked/resources');
const asar = path.join(resources, 'app.asar');

function checkContents(files: readonly string[]): void {
  const has = (pattern: RegExp): readonly string[] => files.filter((file) => pattern.test(file));
  for (const wanted of [
    '/out/main/index.js',
    '/out/main/cli.js',
    '/out/main/scan.worker.js',
    '/out/main/services-process.js',
    '/out/preload/index.cjs',
    '/out/renderer/index.html',
    '/resources/defaults.yaml',
    '/package.json',
    '/LICENSE',
  ]) {
    check(files.includes(wanted), `${wanted} is packed`);
  }
  check(has(/^\/resources\/rules\/.+\.yaml$/).length > 40, 'the rules are packed');
  check(has(/\.node$/).length === 1, `one native module is packed: ${has(/\.node$/).join(' ')}`);
  const strays = has(/\.tsx?$|\.map$|\.test\.|\/testing\/|\/test\/|\/e2e\/|\/bench\/|fake-electron|electron-builder/);
  check(strays.length === 0, `no source, map or test is packed ${strays.slice(0, 5).join(' ')}`);
  const modules = new Set(has(/^\/node_modules\/[^/]+/).map((file) => file.split('/')[2]));
  check(
    [...modules].every((name) => name === 'better-sqlite3'),
    `the only node module is better-sqlite3 (${[...modules].join(', ')})`,
  );
  process.stdout.write(`     ${files.length} entries, ${(statSync(asar).size / 1e6).toFixed(1)} MB\n`);
}

async function checkFuses(): Promise<void> {
  const config = load(readFileSync(path.join(root, 'electron-builder.yml'), 'utf8')) as {
    electronFuses: Record<string, boolean>;
  };
  const wire = await getCurrentFuseWire(path.join(resources, '..', 'plimsoll'));
  for (const [name, on] of Object.entries(config.electronFuses)) {
    if (name === 'resetAdHocDarwinSignature') continue;
    const index = FuseV1Options[(name.charAt(0).toUpperCase() + name.slice(1)) as keyof typeof FuseV1Options];
    check(wire[index] === (on ? FuseState.ENABLE : FuseState.DISABLE), `fuse ${name} is ${on ? 'on' : 'off'}`);
  }
}

function run(title: string, command: readonly string[], status: number, output: RegExp): void {
  const [file, ...args] = command;
  const done = spawnSync(file ?? '', args, { encoding: 'utf8', timeout: 60_000, env: { ...process.env, NO_COLOR: '1' } });
  const said = `${done.stdout}${done.stderr}`;
  const holds = done.status === status && output.test(said);
  check(holds, `${title} (exit ${String(done.status)})`);
  if (!holds) process.stdout.write(`${said.slice(0, 3_000)}\n`);
}

const extracted = mkdtempSync(path.join(tmpdir(), 'plimsoll-package-'));
try {
  checkContents(listPackage(asar, { isPack: false }));
  await checkFuses();
  extractAll(asar, extracted);
  const cli = path.join(extracted, 'out', 'main', 'cli.js');
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  run(
    'the packed command line says its version',
    [process.execPath, cli, '--version'],
    0,
    new RegExp(`^${version.replaceAll('.', '\\.')}$`, 'm'),
  );
  // Several copies, so that there is enough to judge for the worker threads to be started.
  const manifests = path.join(extracted, 'manifests');
  for (let copy = 0; copy < 6; copy++)
    cpSync(path.join(extracted, 'resources', 'sample', 'manifests'), path.join(manifests, String(copy)), { recursive: true });
  run(
    'the packed command line judges manifests in worker threads',
    [process.execPath, cli, 'test', manifests, '-o', 'json'],
    2,
    /"schemaVersion": ?1/,
  );
  run(
    'the packed main process opens its window and its services answer',
    [process.execPath, path.join(root, 'test', 'packed-main.ts'), extracted],
    0,
    /services answered/,
  );
} finally {
  rmSync(extracted, { recursive: true, force: true });
}

process.stdout.write(failures.length === 0 ? 'package: ok\n' : `package: ${failures.length} failures\n`);
if (failures.length > 0) process.exitCode = 1;
