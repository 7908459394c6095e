import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { licenceNotices } from './licences/notices.ts';
import { buildIfStale } from './testing/build.ts';

/**
 * `npm run pack:cli`: the command line as a package for npm, in out/cli-package, and packed as out/plimsoll-<version>.tgz. Built
 * JavaScript, as Node strips no types below node_modules; better-sqlite3 is its only dependency. Exit 1 where a step fails.
 */
const root = path.join(import.meta.dirname, '..');
const folder = path.join(root, 'out', 'cli-package');

interface RootPackage {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

function manifest({ name, version, description, license, engines, dependencies }: RootPackage) {
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    bin: { plimsoll: 'out/main/cli.js' },
    files: ['out', 'resources', 'LICENSE', 'THIRD-PARTY-LICENSES.txt'],
    engines,
    dependencies,
  };
}

function run(file: string, args: readonly string[], cwd: string): string {
  const done = spawnSync(file, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (done.status !== 0) throw new Error(`${path.basename(file)} ${args.join(' ')} ended with ${String(done.status)}`);
  return done.stdout;
}

/** Makes the folder anew and packs it; gives the tarball's path. */
function packCli(): string {
  if (!buildIfStale(root)) throw new Error('the build failed');
  rmSync(folder, { recursive: true, force: true });
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  run(process.execPath, [vite, 'build', '-c', 'vite.cli.config.ts', '--logLevel', 'warn'], root);
  mkdirSync(folder, { recursive: true });
  cpSync(path.join(root, 'out', 'main', 'library.json'), path.join(folder, 'out', 'main', 'library.json'));
  // The screens, for `plimsoll serve`.
  cpSync(path.join(root, 'out', 'renderer'), path.join(folder, 'out', 'renderer'), {
    recursive: true,
    filter: (file) => !file.endsWith('.map'),
  });
  cpSync(path.join(root, 'resources'), path.join(folder, 'resources'), {
    recursive: true,
    filter: (file) => !file.startsWith(path.join(root, 'resources', 'icons')),
  });
  cpSync(path.join(root, 'LICENSE'), path.join(folder, 'LICENSE'));
  cpSync(path.join(root, 'docs', 'cli.md'), path.join(folder, 'README.md'));
  writeFileSync(path.join(folder, 'THIRD-PARTY-LICENSES.txt'), licenceNotices(root, ['core', 'main', 'cli', 'renderer']));
  const rootPackage = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as RootPackage;
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest(rootPackage), null, 2)}\n`);
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', path.join(root, 'out')], folder)) as {
    filename: string;
  }[];
  return path.join(root, 'out', packed?.filename ?? '');
}

const tarball = packCli();
const files = readdirSync(folder, { recursive: true }).length;
process.stdout.write(`${tarball}\n${files} files, ${(statSync(tarball).size / 1e6).toFixed(1)} MB packed\n`);
