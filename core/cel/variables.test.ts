import { describe, expect, test } from 'vitest';
import { requireEnvtest } from '#test/envtest.ts';
import { compareCases, describeDifference } from '#test/cel-differential.ts';

/** What a variable may be: of every sort of type. */
const VALUES = [
  "quantity('1Gi')",
  "url('http://a')",
  'optional.of(1)',
  "[quantity('1')]",
  "{'a': quantity('1')}",
  '[optional.of(1)]',
  'timestamp(0)',
  "duration('1s')",
  "b'a'",
  '1u',
  '1.5',
  'true',
  "'a'",
  'null',
  'dyn(1)',
  'int',
  'type(1)',
  '[]',
  '{}',
  '[[1]]',
  '{1: 2}',
  '{1u: 2}',
  '{true: 1}',
  '[null]',
  'object',
  'oldObject',
  'object.?a',
  'request',
  'request.kind',
  '[request.kind]',
  'request.userInfo.groups',
  'request.dryRun',
  'namespaceObject',
  'google.protobuf.Int32Value{value: 1}',
];
/** What shows which type it has for the expressions after it. */
const USES = [
  'variables.a',
  '[variables.a]',
  '[variables.a, dyn(1)]',
  'variables.a == 1',
  'variables.a + 1',
  'size(variables.a)',
  "variables.a.size() > 1 || variables.a == 'x'",
  "variables.a.isGreaterThan(quantity('1'))",
  'variables.a.name',
  'variables.a.value()',
  'has(variables.a.b)',
];

describe.skipIf(!requireEnvtest(['cel-oracle']).available)('a composed variable', () => {
  test.each([29, 35])('has the type at minor %i that the API server gives it', async (minor) => {
    const cases = VALUES.flatMap((expression) =>
      USES.map((expr) => ({ expr, minor, type: 'any' as const, variables: [{ name: 'a', expression }] })),
    );
    const differing = await compareCases(cases);
    expect(differing.map((each) => describeDifference(each, 0)).join('\n\n')).toBe('');
  });
});
