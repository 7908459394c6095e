import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { shippedPackages, verdictOf } from './licences/check.ts';
import type { LockPackage } from './licences/check.ts';

/**
 * `npm run licenses` (decisions.md 30): what ships is permissive only; build and test tools may also be MPL-2.0. What ships is
 * what the sources of the product import, with all that these packages need. Prints both lists' counts by licence and every
 * violation; exit 1 with any.
 */

const root = path.join(import.meta.dirname, '..');
const SHIPPED_FOLDERS = ['core', 'main', 'cli', 'renderer', 'preload'];

const read = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), 'utf8'));

function sources(folder: string): readonly string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name) && !name.split(path.sep).includes('testing'))
    .map((name) => readFileSync(path.join(root, folder, name), 'utf8'));
}

/** The lock names a licence for most; the installed package has the last word, where it is installed. */
function installedLicence(key: string, entry: LockPackage): string {
  const file = path.join(root, key, 'package.json');
  if (!existsSync(file)) return entry.license ?? 'none stated';
  const stated = (JSON.parse(readFileSync(file, 'utf8')) as { license?: unknown }).license;
  if (typeof stated === 'string') return stated;
  return typeof stated === 'object' && stated !== null && 'type' in stated ? String(stated.type) : 'none stated';
}

const { packages } = read('package-lock.json') as { packages: Record<string, LockPackage> };
const { dependencies } = read('package.json') as { dependencies: Record<string, string> };
const shipped = shippedPackages(packages, SHIPPED_FOLDERS.flatMap(sources), Object.keys(dependencies));

let violations = 0;
for (const part of ['ships', 'tool'] as const) {
  const counts = new Map<string, number>();
  const keys = Object.keys(packages).filter((key) => key !== '' && shipped.has(key) === (part === 'ships'));
  for (const key of keys) {
    const licence = installedLicence(key, packages[key] ?? {});
    counts.set(licence, (counts.get(licence) ?? 0) + 1);
    if (verdictOf(licence, part)) continue;
    violations += 1;
    process.stdout.write(`NOT ALLOWED: ${key} (${licence}) ${part === 'ships' ? 'ships' : 'is a build or test tool'}\n`);
  }
  const list = [...counts].toSorted(([, a], [, b]) => b - a).map(([licence, count]) => `${licence} ${count}`);
  process.stdout.write(
    `${part === 'ships' ? 'What ships' : 'Build and test tools'}: ${keys.length} packages (${list.join(', ')})\n`,
  );
}
process.stdout.write(violations === 0 ? 'licences: ok\n' : `licences: ${violations} violations\n`);
if (violations > 0) process.exitCode = 1;
