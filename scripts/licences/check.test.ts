import { describe, expect, test } from 'vitest';
import { importedPackages, shippedPackages, verdictOf } from './check.ts';

describe('a licence', () => {
  test.each([
    ['MIT', true, true],
    ['(MIT OR CC0-1.0)', true, true],
    ['MIT AND ISC AND BSD-3-Clause', true, true],
    ['MPL-2.0', false, true],
    ['(MPL-2.0 OR Apache-2.0)', true, true],
    ['MIT AND MPL-2.0', false, true],
    ['GPL-3.0-only', false, false],
    ['(MIT OR GPL-3.0) AND ISC', true, true],
    ['MIT AND (GPL-3.0 OR AGPL-3.0)', false, false],
    ['LGPL-3.0-or-later', false, false],
    ['SEE LICENSE IN LICENSE', false, false],
    ['UNLICENSED', false, false],
    ['none stated', false, false],
    ['MIT OR', false, false],
    ['(MIT', false, false],
    ['', false, false],
  ])('%s: may ship %s, may be a tool %s', (expression, ships, tool) => {
    expect([verdictOf(expression, 'ships'), verdictOf(expression, 'tool')]).toEqual([ships, tool]);
  });
});

test('imports count by package; types, our own and Node’s do not', () => {
  const source = [
    "import { z } from 'zod';",
    "import type { App } from 'electron';",
    "import {\n  a,\n  b,\n} from '@orpc/server/node';",
    "import '@scope/styles/x.css';",
    "export * from 're2js';",
    "const later = await import('recharts');",
    "import fs from 'node:fs';",
    "import { own } from '#core/x.ts';",
    "import { near } from './y.ts';",
  ].join('\n');
  expect(importedPackages(source).toSorted()).toEqual(['@orpc/server', '@scope/styles', 're2js', 'recharts', 'zod']);
});

test('what ships is what is imported and all it needs, found as Node finds it', () => {
  const packages = {
    '': {},
    'node_modules/a': { dependencies: { b: '1' }, peerDependencies: { p: '1', absent: '1' } },
    'node_modules/a/node_modules/b': { dependencies: { c: '1' } },
    'node_modules/b': {},
    'node_modules/c': {},
    'node_modules/p': {},
    'node_modules/tool': { dependencies: { b: '1' } },
    'node_modules/electron': { dependencies: { get: '1' } },
    'node_modules/get': {},
    'node_modules/native': {},
  };
  const shipped = shippedPackages(packages, ["import { a } from 'a';", "import { app } from 'electron';"], ['native']);
  expect([...shipped].toSorted()).toEqual([
    'node_modules/a',
    'node_modules/a/node_modules/b',
    'node_modules/c',
    'node_modules/electron',
    'node_modules/native',
    'node_modules/p',
  ]);
  expect(() => shippedPackages(packages, ["import 'unknown';"], [])).toThrow('unknown is imported');
});
