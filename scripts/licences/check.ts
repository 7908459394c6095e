/** One entry of package-lock.json's `packages`, by its folder. */
export interface LockPackage {
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

type Part = 'ships' | 'tool';

/** SPDX identifiers that ask for nothing but a notice, or for nothing at all. */
const PERMISSIVE = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'Unlicense',
  'CC0-1.0',
  'Zlib',
  'Python-2.0',
  'PSF-2.0',
  'WTFPL',
]);
/** Allowed for what does not ship: its conditions bind who distributes changed files of it. */
const TOOLS_ONLY = new Set(['MPL-2.0']);

/** True where the SPDX expression (identifiers, AND, OR, brackets) can be met: one side of OR, both of AND. Unknown texts cannot. */
export function verdictOf(expression: string, part: Part): boolean {
  const tokens = expression.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const single = (): boolean => {
    const token = tokens[at++];
    if (token !== '(') return token !== undefined && (PERMISSIVE.has(token) || (part === 'tool' && TOOLS_ONLY.has(token)));
    const inner = either();
    return tokens[at++] === ')' && inner;
  };
  const both = (): boolean => {
    let holds = single();
    while (tokens[at] === 'AND') {
      at += 1;
      const right = single();
      holds = holds && right;
    }
    return holds;
  };
  const either = (): boolean => {
    let holds = both();
    while (tokens[at] === 'OR') {
      at += 1;
      const right = both();
      holds = holds || right;
    }
    return holds;
  };
  const holds = either();
  return holds && at === tokens.length;
}

/** Packages that a source imports for more than types: `@scope/name` or `name`, without the path in them. */
export function importedPackages(source: string): readonly string[] {
  const statements = source.matchAll(
    /^\s*(?:import|export)\s(?!type\b)[^'"`;]*?from\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm,
  );
  const names = [...statements].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
  return names
    .filter((name) => /^[@a-z]/.test(name) && !name.startsWith('node:'))
    .map((name) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    );
}

/** The folder that `name` is found in from `key`, as Node looks: its own node_modules, then its parents'. */
function resolve(packages: Readonly<Record<string, LockPackage>>, key: string, name: string): string | undefined {
  for (let from = key; from !== ''; from = from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/')))) {
    if (Object.hasOwn(packages, `${from}/node_modules/${name}`)) return `${from}/node_modules/${name}`;
  }
  return Object.hasOwn(packages, `node_modules/${name}`) ? `node_modules/${name}` : undefined;
}

/**
 * The lock's folders of everything that ships: what the sources import and package.json's `dependencies` name, with all that
 * those depend on. Electron ships as a binary: its npm package's own dependencies only download it.
 */
export function shippedPackages(
  packages: Readonly<Record<string, LockPackage>>,
  sources: readonly string[],
  dependencies: readonly string[],
): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (key: string): void => {
    if (found.has(key)) return;
    found.add(key);
    if (key === 'node_modules/electron') return;
    const entry = packages[key] ?? {};
    for (const name of Object.keys({ ...entry.peerDependencies, ...entry.optionalDependencies, ...entry.dependencies })) {
      const target = resolve(packages, key, name);
      if (target !== undefined) visit(target);
    }
  };
  for (const name of new Set([...dependencies, ...sources.flatMap(importedPackages)])) {
    const key = resolve(packages, '', name);
    if (key !== undefined) visit(key);
    else throw new Error(`${name} is imported, but not in package-lock.json`);
  }
  return found;
}
