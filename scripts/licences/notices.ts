import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { shippedPackages } from './check.ts';
import type { LockPackage } from './check.ts';

/** The licences of everything that the sources of some folders bring along: permissive ones ask that their text goes with it. */
export function licenceNotices(root: string, folders: readonly string[]): string {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockPackage>;
  };
  const sources = folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name) && !name.split(path.sep).includes('testing'))
      .map((name) => readFileSync(path.join(root, folder, name), 'utf8')),
  );
  return [...shippedPackages(packages, sources, [])]
    .toSorted()
    .flatMap((key) => noticeOf(path.join(root, key), key.slice(key.lastIndexOf('node_modules/') + 'node_modules/'.length)))
    .join('\n');
}

/** Types and packages for other platforms are not installed, or bring nothing. */
function noticeOf(folder: string, name: string): readonly string[] {
  if (!existsSync(folder) || name.startsWith('@types/') || name === 'electron') return [];
  const { version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Record<string, string>;
  const texts = readdirSync(folder)
    .filter((file) => /^(?:licen[cs]e|notice|copying)/i.test(file))
    .map((file) => readFileSync(path.join(folder, file), 'utf8').trim());
  return [`== ${name} ${version ?? ''} (${String(license)})\n\n${texts.join('\n\n')}\n`];
}
