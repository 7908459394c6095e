import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const IMPORTS = 'eslint(no-restricted-imports)';
const PROPERTIES = 'eslint(no-restricted-properties)';

interface Fixture {
  readonly file: string;
  readonly code: string;
  /** The rule that must fire, or undefined where the code is allowed. */
  readonly rule: string | undefined;
}

let next = 0;
const fixture = (folder: string, code: string, rule: string | undefined, name = `fixture-${(next += 1)}.ts`): Fixture => ({
  file: `${folder}/${name}`,
  code: `${code}\n`,
  rule,
});
const from = (specifier: string): string => `import * as x from '${specifier}';\nexport const y: unknown = x;`;
const imports = (folder: string, denied: readonly string[], allowed: readonly string[]): readonly Fixture[] => [
  ...denied.map((specifier) => fixture(folder, from(specifier), IMPORTS)),
  ...allowed.map((specifier) => fixture(folder, from(specifier), undefined)),
];

const FIXTURES: readonly Fixture[] = [
  ...imports(
    'core',
    [
      'node:fs',
      'fs',
      'electron',
      'react',
      'undici',
      'better-sqlite3',
      'yaml',
      '@orpc/server',
      '#main/app.ts',
      '#cli/index.ts',
      '#test/envtest.ts',
    ],
    ['zod', 're2js', '@noble/hashes/sha2.js', '@orpc/contract', '#core/model.ts', './model.ts'],
  ),
  ...imports(
    'core/cel',
    ['../../main/app.ts', '../../renderer/main.tsx', '../model.ts', '../rules/model.ts', '#core/model.ts', 'zod'],
    ['./values.ts', 're2js'],
  ),
  ...imports('preload', ['node:fs', '#main/app.ts', 'react', 'zod'], ['electron', '#core/bridge.ts']),
  ...imports(
    'renderer/state',
    ['node:fs', 'electron', '#main/app.ts', '#cli/index.ts', '../../main/app.ts', 'undici', '@orpc/server/node'],
    ['react', 'zustand', '#core/api.ts', '../ui/format.ts', '@orpc/client'],
  ),
  ...imports(
    'main/store',
    [
      'electron',
      'electron/main',
      'react',
      '#cli/index.ts',
      '../../cli/index.ts',
      '../../renderer/main.tsx',
      'node:child_process',
      'child_process',
      '#test/envtest.ts',
    ],
    ['node:fs', '#core/model.ts', 'better-sqlite3', '#main/app.ts'],
  ),
  ...imports('main/electron', ['node:child_process', '#cli/index.ts', '../../renderer/main.tsx'], ['electron', '#main/app.ts']),
  ...imports(
    'cli/commands',
    ['electron', 'react', 'node:child_process', '../../renderer/main.tsx'],
    ['#main/app.ts', '#core/model.ts', 'node:fs', 'commander'],
  ),
  ...imports('scripts', [], ['node:child_process', '#main/app.ts', '#test/envtest.ts']),
  fixture('main/kube', from('node:child_process'), undefined, 'exec-plugin.ts'),
  fixture('main/kube', from('node:child_process'), IMPORTS),
  fixture('main', from('electron'), undefined, 'index.ts'),
  fixture('core', from('node:fs'), undefined, 'with-files.test.ts'),
  fixture('core', "export const later = import('node:fs');", IMPORTS),
  fixture('core', "import type { A } from '#main/app.ts';\nexport type B = A;", IMPORTS),
  fixture('core', "export * from '#main/app.ts';", IMPORTS),

  fixture('main/electron', "declare const shell: { openExternal(url: string): void };\nshell.openExternal('x');", PROPERTIES),
  fixture(
    'main/electron',
    "declare const shell: { openExternal(url: string): void };\nshell.openExternal('x');",
    undefined,
    'external.ts',
  ),
  fixture('renderer', "document.body.innerHTML = 'x';", PROPERTIES),
  fixture('renderer', "document.body.outerHTML = 'x';", PROPERTIES),
  fixture('renderer', "document.body.insertAdjacentHTML('beforeend', 'x');", PROPERTIES),
  fixture('renderer', "document.write('x');", PROPERTIES),
  fixture('renderer', "export const a = <p dangerouslySetInnerHTML={{ __html: 'x' }} />;", 'react(no-danger)', 'danger.tsx'),
  fixture('main', "export const a: unknown = eval('1');", 'eslint(no-eval)'),
  fixture('main', "export const a = new Function('return 1');", 'eslint(no-new-func)'),
  fixture('main', 'export const a: any = 1;', 'typescript(no-explicit-any)'),
  fixture('main', 'export default 1;', 'import(no-default-export)'),
  fixture('main', "import { A } from './types.ts';\nexport const a: A = 1;", 'typescript(consistent-type-imports)'),
  fixture('main', 'export const a = (b: number): boolean => b == 1;', 'eslint(eqeqeq)'),
  fixture('main', 'const work = async (): Promise<void> => undefined;\nwork();', 'typescript(no-floating-promises)'),
  fixture(
    'main',
    "export const a = (kind: 'x' | 'y'): number => {\n  switch (kind) {\n    case 'x':\n      return 1;\n  }\n  return 2;\n};",
    'typescript(switch-exhaustiveness-check)',
  ),
];

describe('the linter', () => {
  let folder: string;
  const found = new Map<string, string[]>();

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'plimsoll-lint-'));
    cpSync(path.join(root, '.oxlintrc.json'), path.join(folder, '.oxlintrc.json'));
    writeFileSync(
      path.join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: { strict: true, jsx: 'react-jsx', module: 'nodenext', noEmit: true, allowImportingTsExtensions: true },
        include: ['.'],
      }),
    );
    writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
    symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
    for (const { file, code } of [...FIXTURES, fixture('main', 'export type A = number;', undefined, 'types.ts')]) {
      mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(folder, file), code);
    }
    let output: string;
    try {
      output = execFileSync(path.join(root, 'node_modules', '.bin', 'oxlint'), ['-f', 'json'], {
        cwd: folder,
        encoding: 'utf8',
        maxBuffer: 64e6,
      });
    } catch (thrown) {
      // It found something, as it should: that is exit code 1.
      output = (thrown as { stdout: string }).stdout;
    }
    const { diagnostics } = JSON.parse(output) as { diagnostics: readonly { filename: string; code: string }[] };
    for (const { filename, code } of diagnostics) found.set(filename, [...(found.get(filename) ?? []), code]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(FIXTURES.filter((one) => one.rule !== undefined))('$rule refuses in $file: $code', ({ file, rule }) => {
    expect(found.get(file) ?? []).toContain(rule);
  });

  test.each(FIXTURES.filter((one) => one.rule === undefined))('allows in $file: $code', ({ file }) => {
    expect((found.get(file) ?? []).filter((code) => code === IMPORTS || code === PROPERTIES)).toEqual([]);
  });
});
