import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What the three Vite builds and the library bundle read. Tests change no bundle. */
const SOURCES = [
  ...['core', 'main', 'cli', 'preload', 'renderer'].map((folder) => `${folder}/**/*.{ts,tsx,css,html,svg,json}`),
  'resources/**/*.yaml',
];
const CONFIGS = ['package.json', 'package-lock.json', 'tsconfig.json', 'vite.*.config.ts'];
const OUTPUTS = ['out/main/cli.js', 'out/main/library.json', 'out/preload/index.cjs', 'out/renderer/index.html'];
const BUILDS = ['vite.renderer.config.ts', 'vite.preload.config.ts', 'vite.main.config.ts'];

/** Builds out/ unless it was built from exactly these sources. Returns false, with Vite's words on stderr, where a build fails. */
export function buildIfStale(root: string): boolean {
  const stamp = join(root, 'out', '.built-from');
  const now = fingerprint(root);
  const fresh = OUTPUTS.every((file) => existsSync(join(root, file))) && existsSync(stamp) && readFileSync(stamp, 'utf8') === now;
  if (fresh) return true;
  process.stderr.write('building out/ ...\n');
  for (const config of BUILDS) {
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    const { status } = spawnSync(process.execPath, [vite, 'build', '-c', config, '--logLevel', 'warn'], {
      cwd: root,
      stdio: 'inherit',
    });
    if (status !== 0) return false;
  }
  const bundle = spawnSync(process.execPath, [join(root, 'scripts', 'library-bundle.ts')], { cwd: root, stdio: 'inherit' });
  if (bundle.status !== 0) return false;
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, now);
  return true;
}

/** Names, sizes and times of change: a file that went away counts too. */
function fingerprint(root: string): string {
  const files = globSync([...SOURCES, ...CONFIGS], { cwd: root }).filter((file) => !/\.test\.tsx?$/.test(file));
  const hash = createHash('sha256');
  for (const file of files.toSorted()) {
    const { size, mtimeMs } = statSync(join(root, file));
    hash.update(`${file}\u0000${size}\u0000${mtimeMs}\n`);
  }
  return hash.digest('hex');
}
