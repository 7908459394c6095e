import { expect, test } from 'vitest';
import { functionTable, readPage, withTable } from './cel-docs.ts';

test('the functions in docs/cel.md are those of the engine: node scripts/cel-docs.ts', () => {
  expect(readPage()).toBe(withTable(readPage()));
  expect(functionTable()).toContain('`quantity`');
});
