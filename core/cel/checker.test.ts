import { describe, expect, test } from 'vitest';
import { askOracle, refusedByOracle } from '#test/cel-oracle.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { check, compile, createEnvironment, formatIssue, type Environment } from './index.ts';

function environment(minor: number): Environment {
  const made = createEnvironment({ minor, variables: ['object', 'oldObject', 'request', 'namespaceObject'] });
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}
const newest = environment(36);

/** Refused expressions: minor, text, place, and what the message says. */
const REFUSED: readonly (readonly [number, string, string, string])[] = [
  [36, "object.spec.containers.exist(c, c.name == 'a')", '1:24', "unknown function 'exist'; did you mean 'exists'?"],
  [36, "object.metadata.name.startWith('a')", '1:22', "unknown function 'startWith'; did you mean 'startsWith'?"],
  [36, 'objct.spec', '1:1', "unknown name 'objct'; did you mean 'object'?"],
  [36, 'nothing', '1:1', "unknown name 'nothing'; known here: object, oldObject, request, namespaceObject, variables"],
  [36, '[1].map(x, y)', '1:12', "unknown name 'y'; did you mean 'x'?"],
  [36, 'request.nmae', '1:9', "AdmissionRequest has no 'nmae'; did you mean 'name'?"],
  [36, 'request.__namespace__', '1:9', "AdmissionRequest has no '__namespace__'; did you mean 'namespace'?"],
  [36, 'sets.contain([1], [1])', '1:1', "unknown function 'sets.contain'; did you mean 'sets.contains'?"],
  [36, 'math.greatest(1, 2)', '1:1', "unknown function 'math.greatest'; no version of Kubernetes has it"],
  [36, 'now()', '1:1', "unknown function 'now'; no version of Kubernetes has it"],
  [36, '[1].all(x)', '1:5', 'all() is written list.all(x, condition)'],
  [29, "ip('1.1.1.1')", '1:1', "'ip' needs the expressions of Kubernetes 1.30; these are of 1.29"],
  [29, '[1].distinct()', '1:5', "'distinct' needs the expressions of Kubernetes 1.34; these are of 1.29"],
  [30, '[1].all(i, v, true)', '1:5', 'all() with two variables needs the expressions of Kubernetes 1.32; these are of 1.30'],
  [27, 'object.?a', '1:9', 'optional syntax needs the expressions of Kubernetes 1.28; these are of 1.27'],
  [27, '1 < 1.5', '1:3', '< on int and double needs the expressions of Kubernetes 1.28; these are of 1.27'],
  [36, '1 + 1.0', '1:3', '+ does not work on int and double; convert one of them, as in double(x)'],
  [36, "1 == '1'", '1:3', '== does not work on int and string; convert one of them, as in string(x)'],
  [36, '1 && true', '1:1', '&& needs a bool here, not int'],
  [36, "true ? 1 : 'a'", '1:6', 'the branches of ?: have different types: int and string'],
  [36, "[1, 'a']", '1:5', 'a list or map holds one type: int before, string here (wrap them in dyn() to mix)'],
  [36, "startsWith('a', 'b')", '1:1', "'startsWith' is called on a value, as in x.startsWith(...)"],
  [36, "'a'.quantity()", '1:5', "'quantity' is called as quantity(...), not on a value"],
  [36, '1.foo', '1:3', "a value of type int has no fields, so no 'foo'"],
  [36, "[1]['a']", '1:1', 'list(int) cannot be indexed by string'],
  [36, 'has(object)', '1:5', "has() takes a field, as in has(object.spec): for a key or an index write 'key' in map"],
  [36, 'object.in', '1:8', "expected a field or function name after '.', but found 'in'; the field of that name is ['in']"],
  [36, 'object.`a-b`', '1:8', "no version of Kubernetes takes field names in backticks: write ['a-b']"],
  [36, 'for', '1:1', "'for' is a reserved word and cannot be a name here"],
  [36, 'a = b', '1:3', 'unexpected character "=": to compare, write =='],
  [36, "'abc", '1:1', "the string that starts here does not end: ' is missing"],
  [36, '(1', '1:3', "expected ')' to match '(', but the expression ends"],
  [36, "'\\q'", '1:2', "unknown escape \\q; to write a backslash, double it or use a raw string r'...'"],
  [36, 'object.a ==\n  1u +\n  1', '2:6', '+ does not work on uint and int; convert one of them, as in int(x)'],
  [36, "'\u{1f600}' + nme", '1:7', "unknown name 'nme'"],
  [36, 'authorizer.path("/x").check("get").allowed()', '1:1', "'authorizer' asks the API server for permissions"],
];

describe('messages', () => {
  test.each(REFUSED)('at minor %i %s is refused at %s: %s', (minor, source, place, message) => {
    const refused = compile(environment(minor), source);
    if (refused.ok) throw new Error('accepted');
    expect(`${refused.error.line}:${refused.error.column}`).toBe(place);
    expect(refused.error.message).toContain(message);
  });

  test('show the line with a caret, cut where it is long', () => {
    const refused = check(newest, `object.a\n  == object.${'b'.repeat(200)} + objekt.c`);
    expect(refused.ok ? '' : formatIssue(refused.error)).toBe(
      `2:216: unknown name 'objekt'; did you mean 'object'?\n...${'b'.repeat(47)} + objekt.c\n${' '.repeat(53)}^`,
    );
  });
});

/** Types at the root, which inference has to find. */
const TYPES: readonly (readonly [string, string])[] = [
  ['object.spec', 'dyn'],
  ['object.spec.replicas + 1', 'int'],
  ['object.a + object.b', 'dyn'],
  ['[]', 'list(dyn)'],
  ['[] + [1]', 'list(int)'],
  ['[[], [1]]', 'list(list(int))'],
  ['{}.map(c, [c])', 'list(list(dyn))'],
  ["{'a': [1u]}", 'map(string, list(uint))'],
  ['object.list.map(x, x.name)', 'list(dyn)'],
  ["['a'].map(x, size(x))", 'list(int)'],
  ["{'a': 1}.filter(k, k != '')", 'list(string)'],
  ["{'a': 1}.transformMap(k, v, string(v))", 'map(string, string)'],
  ['[1].transformMapEntry(i, v, {string(v): i})', 'map(string, int)'],
  ['optional.of(1)', 'optional_type(int)'],
  ['optional.none()', 'optional_type(dyn)'],
  ["{'a': 1}.?a.orValue(2)", 'int'],
  ['object.?a.optMap(x, x + 1)', 'optional_type(int)'],
  ['[?object.?a]', 'list(dyn)'],
  ['true ? [] : [1]', 'list(int)'],
  ['true ? object.a : 1', 'dyn'],
  ['null', 'null_type'],
  ['type(1)', 'type(int)'],
  ['type(type(1))', 'type(type(int))'],
  ['timestamp(0) - timestamp(1)', 'google.protobuf.Duration'],
  ["quantity('1').add(1)", 'kubernetes.Quantity'],
  ['request.userInfo.groups', 'list(string)'],
  ['request.kind', 'kubernetes.GroupVersionKind'],
  ['namespaceObject.metadata.labels', 'map(string, string)'],
  ['object.matches', 'dyn'],
  ["'a'.find('b')", 'string'],
  ["'a'.split('b').map(x, x.size()).max()", 'int'],
  ['[1, 2].sum()', 'int'],
  ['dyn(1)', 'dyn'],
];

describe('the type at the root', () => {
  test.each(TYPES)('of %s is %s', (source, type) => {
    const checked = check(newest, source);
    expect(checked.ok ? checked.value.type : checked.error.message).toBe(type);
  });

  test('and of every part', () => {
    const checked = check(newest, '[1, 2].map(x, string(x))');
    if (!checked.ok || checked.value.ast.kind !== 'macro') throw new Error('not a macro');
    const { ast, typeOf } = checked.value;
    expect([typeOf(ast), typeOf(ast.target), typeOf(ast.body)]).toEqual(['list(string)', 'list(int)', 'string']);
  });
});

test.skipIf(!requireEnvtest(['cel-oracle']).available)('the API server refuses and types all of these alike (cel-oracle)', () => {
  const refusals = askOracle(REFUSED.map(([minor, expr]) => ({ minor, expr })));
  expect(REFUSED.filter((_, i) => !refusedByOracle(refusals[i] ?? {})).map(([, expr]) => expr)).toEqual([]);
  const types = askOracle(TYPES.map(([expr]) => ({ minor: 36, expr, compileOnly: true })));
  expect(types.map((answer) => answer.outputType)).toEqual(TYPES.map(([, type]) => type));
});
