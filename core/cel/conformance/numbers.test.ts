import { expect, test } from 'vitest';
import { askOracle, refusedByOracle } from '#test/cel-oracle.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { CelError, compile, createEnvironment } from '../index.ts';
import { Double, type JsonValue } from '../json.ts';
import { asJson, MINOR } from './run.ts';

/** JSON as it comes, because a number's spelling decides its type. */
const OBJECT = `{"one":1,"oneAsDouble":1.0,"beyond53":9007199254740993,"at53":9007199254740992,"maxInt":9223372036854775807,
"minInt":-9223372036854775808,"beyond64":9223372036854775808,"maxUint":18446744073709551615,"e3":1e3,"minusZero":-0.0,"zero":-0,
"huge":1e300,"tenth":0.1,"small":1E-7,"least":5e-324,"endless":123456789012345678901234567890,"odd":-9007199254740993,
"text":"a\\ud83d\\ude00b","bmp":"\\uffff","astral":"\\ud83d\\ude00","label":{"1":"x","1.0":"y","namespace":"n","a-b":"c","if":"d","__x":"e","__dash__":"f"}}`;

const NAMES = Object.keys(JSON.parse(OBJECT) as object).slice(0, 17);

const OF_NUMBERS: readonly string[] = NAMES.flatMap((name) =>
  [
    'X',
    'type(X) == int',
    'string(X)',
    'X == 1',
    'X == 1.0',
    'X == 1u',
    'int(X)',
    'uint(X)',
    'double(X)',
    'string(double(X))',
    '-X',
  ]
    .concat(['X + 1', 'X + 1.0', 'X * 2', 'X / 2', 'X % 2', 'X - 9223372036854775807', 'X < 9007199254740993', 'X in [1, 2]'])
    .concat(['X > 9007199254740992.0', 'X >= 18446744073709551615u', 'X == object.beyond53', '[1, 2, 3][X]', '{1: 2}[X]'])
    .concat(['[X] == [1]', 'dyn(1u) == X', 'timestamp(X)', '{X: 1}[X]', '{X: 1}[1]', 'X == X', 'dyn(X) < "a"', 'object.label[X]'])
    .map((form) => form.replaceAll('X', `object.${name}`)),
);

const LITERALS = [
  '9223372036854775807.0',
  '9223372036854774784.0',
  '-9223372036854775808.0',
  "double('NaN')",
  "double('Infinity')",
  '-0.9',
  "'9223372036854775808'",
  "'+5'",
  "' 5'",
  "'0x10'",
  "''",
  "'-0'",
  '18446744073709551615u',
  '9223372036854775808u',
].flatMap((value) => [`int(${value})`, `uint(${value})`, `double(${value})`, `string(${value})`]);

const ARITHMETIC = [
  '-9223372036854775808',
  '-(-9223372036854775808)',
  '9223372036854775807 + 1',
  '-9223372036854775807 - 2',
  '0u - 1u',
  '9223372036854775807 * 2',
  '-9223372036854775808 / -1',
  '-9223372036854775808 % -1',
  '5 % -3',
  '-5 % 3',
  '-5 / 3',
  '1 / 0',
  '18446744073709551615u + 1u',
  '18446744073709551615u * 2u',
  '1.0 / 0.0',
  '-1.0 / 0.0',
  '0.0 / 0.0',
  '1.0 / -0.0',
  '5u % 0u',
  '0.0 / 0.0 == 0.0 / 0.0',
  '-0.0 == 0.0',
  "double('NaN') < 1.0",
  "double('NaN') in [double('NaN')]",
  '-1 < 0u',
  '1 < 1.5',
  '9007199254740993 == dyn(9007199254740992.0)',
  '9007199254740993 > 9007199254740992.0',
  "double('1e400')",
  "double('0x1p4')",
  '18446744073709551615u > 1.8446744073709552e19',
  '9223372036854775807 < 9223372036854775808.0',
  'string(1e21)',
  'string(1e20)',
  'string(1.0)',
  'string(1e-7)',
  'string(-0.0)',
  'string(123456789.0)',
  'string(1.0 / 3.0)',
  "double('1_000')",
  "double('5.')",
];

const TEXTS = [
  'size(object.text)',
  'object.text.charAt(1)',
  'object.text.substring(1)',
  'object.text.substring(2)',
  'object.text.split("")',
  "object.text.indexOf('b')",
  "object.text.lastIndexOf('b')",
  'object.bmp < object.astral',
  'object.astral < object.bmp',
  "'\\ufffd' < '\\U0001F600'",
  "object.text.replace('', '-')",
  'object.text[1]',
  'size(bytes(object.text))',
  "string(b'\\xff')",
  "b'\\xff' < b'\\u00ff'",
  "b'a' < b'b'",
  "'a' < 'B'",
  "'' < 'a'",
  "'é' < 'z'",
  "'\\u0065\\u0301' == '\\u00e9'",
  "'a' < 'a\\u0000'",
];

/** Keys of map literals, which keep their types. */
const KEYS = [
  '{dyn(1.0): 5}[1]',
  '{dyn(1u): 5}[1.0]',
  '{dyn(1u): 5}[1]',
  '1 in {dyn(1.0): 5}',
  '{dyn(1.0): 1} == {dyn(1): 1}',
  '{dyn(1): 1} == {dyn(1.0): 1}',
  'size({dyn(0): 1, dyn(0u): 2, dyn(0.0): 3})',
  'size({dyn(0): 1, dyn(0): 2})',
  '{dyn(0): 1, dyn(0u): 2}[0.0]',
  "{dyn(double('NaN')): 1}[double('NaN')]",
  "size({dyn(double('NaN')): 1, dyn(double('NaN')): 2})",
  '{dyn(-0.0): 1}[0.0]',
  'size({dyn(0.0): 1, dyn(-0.0): 1})',
  "{dyn(true): 1}['true']",
  '{dyn([1]): 1}[[1]]',
  "{dyn(b'a'): 1}",
  'size({dyn(null): 1, dyn([1]): 2})',
  '{dyn(18446744073709551615u): 1}[18446744073709551615u]',
];

/** Kubernetes' escapes belong to custom resources: here they are plain names. */
const NAMES_AS_THEY_ARE = [
  'object.label.__namespace__',
  'has(object.label.__namespace__)',
  'object.label.a__dash__b',
  "object.label['a-b']",
  'object.label.namespace',
  'object.label.if',
  'object.label.__x',
  'object.label.__dash__',
];

const EXPRESSIONS = [...OF_NUMBERS, ...LITERALS, ...ARITHMETIC, ...TEXTS, ...KEYS, ...NAMES_AS_THEY_ARE];

/** As the API server reads JSON: integers exact to 64 bits, all else a double. */
const readJson = (text: string): JsonValue =>
  JSON.parse(text, (_, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source;
    if (typeof value !== 'number' || source === undefined) return value;
    if (!/^-?\d+$/.test(source)) return Number.isInteger(value) ? new Double(value) : value;
    if (Number.isSafeInteger(value)) return value;
    const exact = BigInt(source);
    return exact >= -(2n ** 63n) && exact < 2n ** 63n ? exact : new Double(value);
  }) as JsonValue;

test.skipIf(!requireEnvtest(['cel-oracle']).available)(
  `${EXPRESSIONS.length} expressions on awkward numbers, texts, keys and names are the same to the API server (cel-oracle)`,
  () => {
    const made = createEnvironment({ minor: MINOR, variables: ['object'] });
    if (!made.ok) throw new Error(made.error.message);
    const object = readJson(OBJECT);
    const answers = askOracle(EXPRESSIONS.map((expr) => ({ expr, minor: MINOR, rawObject: OBJECT })));
    const differing = EXPRESSIONS.filter((expr, i) => {
      const answer = answers[i];
      const program = compile(made.value, expr);
      if (!program.ok || answer === undefined || refusedByOracle(answer))
        return program.ok === (answer !== undefined && refusedByOracle(answer));
      const frame = made.value.frame();
      frame.set(made.value.slot('object'), object);
      const value = program.value.evaluate(frame);
      if (program.value.outputType !== answer.outputType) return true;
      if (value instanceof CelError || answer.evalError !== undefined)
        return value instanceof CelError !== (answer.evalError !== undefined);
      const shown = asJson(value);
      return shown !== undefined && answer.value !== undefined && shown !== answer.value;
    });
    expect(differing).toEqual([]);
  },
);
