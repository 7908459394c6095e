import { describe, expect, test } from 'vitest';
import { Double, Redacted, type JsonObject, type JsonValue } from './json.ts';
import { answer, environment, evaluate, program } from './fixtures/evaluate.ts';
import { CelError, compile, TEST_ERROR, TEST_FALSE, TEST_TRUE, TEST_UNKNOWN } from './index.ts';

// reference/cel.md, section 7: what engines get wrong.

const parse = (text: string): JsonValue => JSON.parse(text) as JsonValue;

describe('1: the grammar', () => {
  test.each([
    ['r\'\\n\' + "\\n" + \'\'\'a\'b\'\'\' + """c"d"""', `\\n\na'bc"d`],
    ["b'\\xff\\377' == bR'' + b'\\u00e9'", 'refused'],
    ["b'\\xff' == b'\\377'", 'true'],
    ['.5 + 1.5e0', '2'],
    ['.object == object', 'true'],
    ['0x1F - -0x1', '32'],
    ["'\\u00e9\\U0001F600\\x41\\101'", 'é😀AA'],
    ["{'a': [1, 2,],}.a[1]", '2'],
    ["[?optional.none(), ?optional.of(1)] == [1] && {?'a': optional.none()} == {}", 'true'],
    ["{'namespace': 1}.namespace + {'if': 1}.if", '2'],
    ['1 // a comment', '1'],
  ])('%s gives %s', (source, expected) => {
    expect(answer(source)).toMatch(expected === 'refused' ? /^refused/ : expected);
  });

  test('a field in backticks is read, and refused as by the API server', () => {
    expect(answer('object.`a-b`')).toContain("write ['a-b']");
  });

  test('a reserved word cannot be a name, but a field and a function', () => {
    expect(answer('while')).toMatch(/^refused: 'while' is a reserved word/);
    expect(answer("'a'.package('b')")).toMatch(/unknown function 'package'/);
  });

  test.each([
    ['('.repeat(300) + '1' + ')'.repeat(300)],
    [Array.from({ length: 400 }, () => '1').join(' + ')],
    [`[1]${'.map(x, x)'.repeat(300)}`],
    [`${'['.repeat(5000)}`],
  ])('deep nesting is refused clearly', (source) => {
    expect(answer(source)).toMatch(/^refused: the expression is nested more than 250 levels deep/);
  });

  test('as deep as the API server allows is allowed', () => {
    expect(answer('('.repeat(249) + '1' + ')'.repeat(249))).toBe('1');
    expect(answer(Array.from({ length: 250 }, () => '1').join(' + '))).toBe('250');
    expect(answer(Array.from({ length: 2000 }, () => 'true').join(' && '))).toBe('true');
  });

  test('more than 100,000 characters are refused', () => {
    expect(answer(`'${'a'.repeat(100_000)}'`)).toMatch(/longer than 100000 characters/);
  });
});

describe('2: the checker', () => {
  test.each([
    ['objct.kind', "unknown name 'objct'; did you mean 'object'?"],
    ["'a'.startWith('b')", "unknown function 'startWith'; did you mean 'startsWith'?"],
    ['[1].al(x, true)', "unknown function 'al'; did you mean 'all'?"],
    ['1 == 1.0', '== does not work on int and double'],
    ["[1, 'a']", 'a list or map holds one type'],
    ["object.kind && 'a'", '&& needs a bool here, not string'],
    ["'abc'.matches('(')", 'not a regular expression of RE2'],
    ["duration('1d')", 'not a duration'],
    ["timestamp('2020')", 'not a timestamp'],
    ["'a'.size(1)", 'does not exist'],
    ['size(1)', 'size(int) does not exist'],
    ['variables.nope', 'variables has no'],
    ["quantity('1Gi') < quantity('2Gi')", '< does not work on kubernetes.Quantity'],
  ])('%s is refused: %s', (source, message) => {
    expect(answer(source)).toContain(message);
  });

  test('a function of a later minor names the minor', () => {
    expect(answer('[1].all(i, x, x > i)', null, environment({}, 31))).toContain('Kubernetes 1.32');
    expect(answer('[1].all(i, x, x > i)', null, environment({}, 32))).toBe('true');
    expect(answer("quantity('1').isInteger()", null, environment({}, 27))).toContain('Kubernetes 1.28');
  });

  test('an issue knows line, column and a caret', () => {
    const compiled = compile(environment(), 'object.a == 1 &&\n  😀 == objct.b'.replace('😀', "'😀'"));
    expect(compiled).toEqual({
      ok: false,
      error: {
        message: expect.stringContaining("unknown name 'objct'") as string,
        line: 2,
        column: 10,
        snippet: "  '😀' == objct.b\n         ^",
      },
    });
  });

  test('the type at the root can be demanded, as the API server demands bool of validations', () => {
    expect(compile(environment(), 'object.spec.hostNetwork', { type: 'bool' })).toMatchObject({ ok: false });
    expect(compile(environment(), 'object.spec.hostNetwork == true', { type: 'bool' })).toMatchObject({ ok: true });
  });

  test('variables have the type of their expression and see only earlier ones', () => {
    const env = environment({ names: "object.names.map(n, n + '!')", count: 'size(variables.names)' });
    expect(compile(env, 'variables.count', { type: 'any' })).toMatchObject({ ok: true, value: { outputType: 'int' } });
    expect(answer("variables.count == 'a'", null, env)).toContain('== does not work on int and string');
    expect(() => environment({ a: 'variables.b', b: '1' })).toThrow(/variable a: variables has no 'b'/);
  });
});

describe('3: equality, has() and absorption', () => {
  test.each([
    ["dyn('1') == 1", 'false'],
    ['[1] == [dyn(1.0)]', 'true'],
    ["dyn(['one']) == [2, 3]", 'false'],
    ['null == dyn(0)', 'false'],
    ['1 < 1.5 && 2u > 1 && dyn(1) == 1u', 'true'],
    ["has({'a': dyn(null)}.a)", 'true'],
    ["has(dyn('text').a)", 'false'],
    ['has(dyn(1).a)', 'false'],
    ['has(dyn(null).a)', 'false'],
    ['has(dyn([1]).a)', 'error'],
    ["dyn('x') || true", 'true'],
    ["dyn('x') && false", 'false'],
    ["true && dyn('x')", 'error'],
    ['1 / 0 == 1 || true', 'true'],
    ['1 / 0 == 1 && true', 'error: division by zero'],
    ['[0, 1].all(x, 1 / x > 5)', 'false'],
    ['[0, 1].exists(x, 1 / x == 1)', 'true'],
    ['[0, 2].all(x, 1 / x < 5)', 'error: division by zero'],
    ['[0, 1].exists_one(x, 1 / x == 1)', 'error: division by zero'],
    ['[0, 1].map(x, 1 / x)', 'error: division by zero'],
    ['[0, 1].filter(x, 1 / x == 1)', 'error: division by zero'],
  ])('%s gives %s', (source, expected) => {
    expect(answer(source)).toMatch(expected);
  });
});

describe('4: texts are sequences of code points', () => {
  test.each([
    ["size('a😀b')", '3'],
    ["'a😀b'.substring(2)", 'b'],
    ["'a😀b'.charAt(1)", '😀'],
    ["'a😀b'.indexOf('b')", '2'],
    ["'a😀b'.lastIndexOf('b')", '2'],
    ["'\\ufffd' < '😀'", 'true'],
    ["['😀', '\\ufffd'].isSorted()", 'false'],
    ["'a😀c'.matches('^a.c$')", 'true'],
  ])('%s gives %s', (source, expected) => {
    expect(answer(source)).toBe(expected);
  });
});

describe('5: integers are exact, and 1 is not 1.0', () => {
  test.each([
    ['9223372036854775807 + 1', 'error: integer overflow'],
    ['-9223372036854775808 - 1', 'error: integer overflow'],
    ['4611686018427387904 * 2', 'error: integer overflow'],
    ['9007199254740993 + 1', '9007199254740994'],
    ['9007199254740993 - 1 - 9007199254740991', '1'],
    ['-9223372036854775808 / -1', 'error: integer overflow'],
    ['0u - 1u', 'error: unsigned integer overflow'],
  ])('%s gives %s', (source, expected) => {
    expect(answer(source)).toBe(expected);
  });

  test('data keeps both kinds of numbers', () => {
    const object: JsonValue = { int: 3, double: new Double(3), half: 0.5, big: 9007199254740993n };
    expect(answer('[type(object.int), type(object.double), type(object.half), type(object.big)]', object)).toBe(
      '[int, double, double, int]',
    );
    expect(answer('object.int == object.double && object.int + 1 == 4 && object.big > 9007199254740992', object)).toBe('true');
    expect(answer('object.double + 1', object)).toBe('error: no such overload');
  });
});

describe('6: manifests are not defaulted', () => {
  test('a number is no quantity', () => {
    expect(answer('quantity(object.cpu)', { cpu: 1 })).toBe('error: no such overload');
  });
});

describe('7: variables', () => {
  test('are computed once per object, also where they fail', () => {
    const env = environment({ spec: 'object.spec', bad: 'object.nope', names: 'variables.spec.containers.map(c, c.name)' });
    const frame = env.frame();
    let reads = 0;
    const object = {
      get spec(): JsonObject {
        reads++;
        return { containers: [{ name: 'a' }, { name: 'b' }] };
      },
    };
    frame.set(env.slot('object'), object);
    expect(program("variables.names == ['a', 'b'] && variables.names.size() == 2 && has(variables.spec)", env).test(frame)).toBe(
      TEST_TRUE,
    );
    expect(reads).toBe(1);
    const bad = program('variables.bad == 1 || variables.bad == 2', env);
    expect(bad.test(frame)).toBe(TEST_ERROR);
    expect(bad.lastError(frame)?.message).toBe('no such key: nope');
    frame.reset();
    frame.set(env.slot('object'), { spec: { containers: [] }, nope: 2 });
    expect(bad.test(frame)).toBe(TEST_TRUE);
    expect(program('variables.names.size() == 0', env).test(frame)).toBe(TEST_TRUE);
  });

  test('keep their own loop variables when computed inside a loop', () => {
    const env = environment({ sum: 'object.list.map(x, x * 10).sum()' });
    expect(answer('object.list.map(x, x + variables.sum)', { list: [1, 2] }, env)).toBe('[31, 32]');
  });
});

describe('8: the cost limit (more in cost/cost.test.ts)', () => {
  const list = Array.from({ length: 200 }, (_, i) => i);
  const over = 'error: the expression costs more than the limit of 1,000,000';
  test('ends runaway loops with an error that nothing absorbs', () => {
    const nested = 'object.all(a, object.all(b, object.all(c, object.all(d, a + b + c + d >= 0))))';
    expect(answer(nested, list)).toBe(over);
    expect(answer(`${nested} || true`, list)).toBe(over);
    expect(answer(`object.exists(x, ${nested.replaceAll('object', 'object')})`, list)).toBe(over);
  });

  test('is whole again for every evaluation', () => {
    const env = environment();
    const frame = env.frame();
    frame.set(env.slot('object'), list);
    const compiled = compile(env, 'object.all(a, object.all(b, a + b >= 0))', { budget: 400_000 });
    if (!compiled.ok) throw new Error(compiled.error.message);
    for (let i = 0; i < 5; i++) expect(compiled.value.test(frame)).toBe(TEST_TRUE);
    const small = compile(env, 'object.all(a, object.all(b, a + b >= 0))', { budget: 10_000 });
    if (!small.ok) throw new Error(small.error.message);
    expect(small.value.test(frame)).toBe(TEST_ERROR);
    expect(small.value.lastError(frame)?.message).toContain('limit of 10,000');
  });

  test('counts text that is worked through, so that it cannot grow without end', () => {
    const doubling = `['${'a'.repeat(1000)}']${'.map(x, x + x)'.repeat(40)}`;
    expect(answer(doubling)).toBe(over);
    expect(answer(`[[1, 2, 3]]${'.map(x, x + x)'.repeat(40)}`)).toContain('error: too much work for one evaluation');
    expect(answer("object.matches('x')", 'a'.repeat(40_000_000))).toBe(over);
  });

  test('regular expressions stay linear', () => {
    const started = performance.now();
    expect(answer("object.matches('(a+)+$')", `${'a'.repeat(5000)}!`)).toBe('false');
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('9: hostile names', () => {
  const labels = parse('{"a":{"constructor":"x","__proto__":"y","length":"z"},"list":[1,2]}');
  test.each([
    ['object.a.constructor', 'x'],
    ['object.a.__proto__', 'y'],
    ["object.a['__proto__']", 'y'],
    ['object.a.length', 'z'],
    ["object.a.all(k, object.a[k] in ['x', 'y', 'z'])", 'true'],
    ['object.a.toString', 'error: no such key: toString'],
    ["object.a['hasOwnProperty']", 'error: no such key: hasOwnProperty'],
    ['has(object.a.valueOf)', 'false'],
    ["'valueOf' in object.a", 'false'],
    ['object.list.length', 'error'],
    ["object.list['length']", 'error'],
    ['has(object.list.length)', 'error'],
    ["dyn('text').length", 'error: no such key: length'],
    ["dyn(quantity('1')).nanos", 'error'],
    ["dyn(b'a').octets", 'error'],
    ['dyn(optional.of(1)).held', 'optional.none()'],
    ["{'constructor': 1, '__proto__': 2}.__proto__", '2'],
    ["{'a': 1}.constructor", 'error: no such key: constructor'],
    ['[1].map(constructor, constructor)', '[1]'],
    ['[1].map(__proto__, __proto__)', '[1]'],
    ['constructor', 'refused'],
    ['__proto__()', 'refused'],
    ["'a'.toString()", 'refused'],
  ])('%s gives %s', (source, expected) => {
    expect(answer(source, labels)).toContain(expected);
  });
});

describe('unknowns (decisions.md 10)', () => {
  const secret = new Redacted('env');
  const object: JsonValue = {
    secret,
    kind: 'Pod',
    env: [
      { name: 'A', value: 'x' },
      { name: 'B', value: secret },
    ],
    map: { a: secret },
    values: ['b', secret],
  };
  const result = (source: string): number => {
    const env = environment();
    const frame = env.frame();
    frame.set(env.slot('object'), object);
    return program(source, env).test(frame);
  };
  test.each([
    ["object.secret == 'x'", TEST_UNKNOWN],
    ["object.secret.startsWith('x')", TEST_UNKNOWN],
    ['object.secret.kind == "env"', TEST_UNKNOWN],
    ['has(object.secret.kind)', TEST_UNKNOWN],
    ['object.secret[0] == 1', TEST_UNKNOWN],
    ['size(object.secret) > 3', TEST_UNKNOWN],
    ["object.secret in ['a']", TEST_UNKNOWN],
    ["'x' in object.secret", TEST_UNKNOWN],
    ["object.secret.matches('a')", TEST_UNKNOWN],
    ['object.secret.all(x, true)', TEST_UNKNOWN],
    ["string(object.secret) == 'a'", TEST_UNKNOWN],
    ['type(object.secret) == string', TEST_UNKNOWN],
    ["[object.secret].join() == ''", TEST_UNKNOWN],
    ['!object.secret', TEST_UNKNOWN],
    ['object.secret ? true : false', TEST_UNKNOWN],
    ['object.secret == null', TEST_UNKNOWN],
    ["object.env.all(e, e.value != '')", TEST_UNKNOWN],
    ["object.env.map(e, e.value).exists(v, v == 'y')", TEST_UNKNOWN],
    ["object.env == [{'name': 'A'}]", TEST_FALSE],
    ["object.map == {'a': 'x'}", TEST_UNKNOWN],
    ["object.map == {'b': 'x'}", TEST_FALSE],
    ['has(object.secret)', TEST_TRUE],
    ["'a' in object.map && size(object.map) == 1", TEST_TRUE],
    ["object.env.exists(e, e.value == 'x')", TEST_TRUE],
    ["object.env.all(e, e.value == 'y')", TEST_FALSE],
    ["object.secret == 'x' || true", TEST_TRUE],
    ["object.secret == 'x' && false", TEST_FALSE],
    ["object.secret == 'x' || 1 / 0 == 1", TEST_UNKNOWN],
    ["1 / 0 == 1 && object.secret == 'x'", TEST_UNKNOWN],
    ["object.?secret.orValue('') == 'x'", TEST_UNKNOWN],
    ['object.?secret.hasValue()', TEST_TRUE],
    ["object.env.exists_one(e, e.value == 'x')", TEST_UNKNOWN],
    ["quantity(object.secret).isLessThan(quantity('1'))", TEST_UNKNOWN],
    ["object.values.max() == 'b'", TEST_UNKNOWN],
    ["(object.secret + 'a').size() > 0", TEST_UNKNOWN],
  ])('%s', (source, expected) => {
    expect(result(source)).toBe(expected);
  });
});

describe('programs', () => {
  test('a result that is no bool is an error of test()', () => {
    const env = environment();
    const frame = env.frame();
    const one = program('1', env);
    expect(one.test(frame)).toBe(TEST_ERROR);
    expect(one.lastError(frame)?.message).toContain('must give a bool');
    expect(one.evaluate(frame)).toBe(1);
  });

  test('an error names its place', () => {
    const value = evaluate("object.kind == 'x' ||\n  object.spec.replicas > 1", { kind: 'y', spec: {} });
    expect(value).toBeInstanceOf(CelError);
    expect(value).toMatchObject({
      message: 'no such key: replicas',
      line: 2,
      column: 3,
      snippet: '  object.spec.replicas > 1\n  ^',
    });
  });

  test('of several errors the first is told, whatever later operands absorb', () => {
    expect(answer('[0, 1].all(x, 1 / x < 5 || object.nope)', {})).toBe('error: division by zero');
    expect(answer('object.first || object.second', {})).toBe('error: no such key: first');
  });
});
