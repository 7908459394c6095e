import { expect, test } from 'vitest';
import { loadShippedLibrary } from '#main/library.ts';
import { EXTERNAL_HOSTS, isExternalAllowed } from './external.ts';

const library = loadShippedLibrary();
const references = library.ok ? library.value.rules.flatMap((rule) => rule.references) : [];

test('every page that a rule references may be opened in the browser', () => {
  expect(references.length).toBeGreaterThan(40);
  expect(references.filter((address) => !isExternalAllowed(address))).toEqual([]);
});

test('no host is allowed that no rule references', () => {
  const used = new Set(references.map((address) => new URL(address).hostname));
  expect(EXTERNAL_HOSTS.filter((host) => !used.has(host))).toEqual([]);
});
