import { CelError, compile, createEnvironment, describe, type Environment, type JsonValue, Unknown } from '#core/cel/index.ts';

/** Data as large and as deep as nobody has it in a cluster. */
const nested = (open: string, close: string): JsonValue =>
  JSON.parse(`${open.repeat(DEPTH)}1${close.repeat(DEPTH)}`) as JsonValue;
const DEPTH = 200_000;
const TEXT = 300_000;
const ITEMS = 20_000;
const items = Array.from({ length: ITEMS }, (_, i) => i);

/** Two letters in no order, the same each time. */
function noise(): string {
  let state = 1;
  let out = '';
  for (let i = 0; i < TEXT; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    out += state & 0x10000 ? 'a' : 'b';
  }
  return out;
}

/** Texts put together piece by piece are kept as pieces; what is read from a file is not. */
const flat = (text: string): string => JSON.parse(JSON.stringify(text)) as string;

const object: JsonValue = {
  list: nested('[', ']'),
  list2: nested('[', ']'),
  map: nested('{"a":', '}'),
  map2: nested('{"a":', '}'),
  text: flat('a'.repeat(TEXT)),
  pieces: 'a'.repeat(TEXT),
  noise: flat(noise()),
  emoji: flat('😀'.repeat(TEXT / 2)),
  digits: flat('9'.repeat(TEXT)),
  items,
  texts: items.map((i) => `s${i}`),
  many: Object.fromEntries(items.map((i) => [`k${i}`, i])),
};

const times = (count: number, text: string): string => text.repeat(count);

/** What would take for ever, all memory or all stack, if nothing were in its way. */
export const HOSTILE: readonly string[] = [
  // deep data
  'object.list == object.list2',
  'object.map != object.map2 || true',
  '[object.list, object.list2].distinct()',
  'sets.contains([object.list], [object.list2])',
  "'%s'.format([object.list])",
  "'%s'.format([object.map])",
  'object.list.flatten(1000000)',
  'object == object',
  'object.list',
  // values that double
  `[object.list]${times(60, '.map(x, [x, x])')}`,
  `[[1, 2, 3]]${times(60, '.map(x, x + x)')}`,
  `['a']${times(60, '.map(x, x + x)')}`,
  `[b'a']${times(60, '.map(x, x + x)')}`,
  `['a']${times(60, ".map(x, '%s%s'.format([x, x]))")}`,
  `['a']${times(60, ".map(x, [x, x].join(''))")}`,
  `'a'${times(30, ".replace('a', 'aaaaaaaaaa')")}`,
  `[[1]]${times(60, '.map(x, [x, x])')}.flatten(100)`,
  ...[
    'l[0] == l[1]',
    'l[0] in l',
    'l.distinct().size()',
    'sets.equivalent(l, l)',
    "'%s'.format([l])",
    'dyn(l).isSorted()',
    'l.indexOf(l[1])',
  ].map((use) => `[[[object.list2.size()]]${times(40, '.map(x, [x, x])')}].map(l, l[0])${'.map(l, dyn(l))'}.map(l, ${use})`),
  `google.protobuf.Value{list_value: [object.items]${times(40, '.map(x, [x, x])')}}`,
  `[{'a': 1}]${times(40, ".map(x, {'a': x, 'b': x})")}.map(x, x == {'a': x.a, 'b': x.a})`,
  `[[object.text + 'a', object.text + 'b']]${times(25, '.map(x, [x, x])')}.map(x, [x == x, dyn(x).isSorted()])`,
  `[optional.of(1)]${times(200, '.map(x, optional.of(x))')}`,
  // large results
  'lists.range(9223372036854775807)',
  'lists.range(10000000)',
  'lists.range(1000).map(x, lists.range(1000)).map(x, x + x)',
  "'%.1000000f'.format([1.0])",
  "'%1000000d'.format([1])",
  "object.text.replace('', 'aaaaaaaaaa').replace('a', 'aaaaaaaaaaaaaaaa').size()",
  'object.texts.join(object.text)',
  'object.many.transformMapEntry(k, v, {k + object.text: v})',
  // long numbers and other texts to be read
  ...['int', 'uint', 'double', 'quantity', 'semver', 'ip', 'cidr', 'url', 'timestamp', 'duration'].map(
    (name) => `${name}(object.digits)`,
  ),
  "quantity('1e999999999')",
  "quantity('1e-999999999').add(quantity('1e15'))",
  "semver(object.digits + '.1.1')",
  "duration('1.' + object.digits + 's')",
  ...['dns1123Label', 'qualifiedName', 'uri', 'datetime', 'byte', 'uuid'].map((name) => `format.${name}().validate(object.text)`),
  // going over much, within much
  'object.items.all(x, x in object.items)',
  'object.items.exists(x, object.items.exists(y, x + y == -1))',
  'sets.equivalent(object.texts, object.texts.reverse())',
  'object.texts.distinct().size()',
  'object.texts.sortBy(x, object.text).size()',
  'object.emoji.lastIndexOf(object.text)',
  // cheap to the API server, as often as its limit allows
  ...[
    'object.many.size() == -1',
    'object.many.exists(k, true) && false',
    'object.many == object.many && false',
    'object.text.size() + object.noise.size() + object.emoji.size() == -1',
    'object.text == object.pieces && false',
    "object.text < 'A'",
    "timestamp('2020-01-01T00:00:00.' + object.digits + 'Z') == timestamp(1)",
    'semver(object.digits).major() == 7',
    'isQuantity(object.digits) || isIP(object.digits) || isURL(object.text)',
    "'%s'.format([object.many]) == ''",
    'dyn(object.texts).isSorted() && false',
    'object.items == object.items && false',
    'object == object && false',
  ].map((body) => `object.items.exists(x, object.items.exists(y, ${body}))`),
  // patterns
  "object.text.matches('(a+)+$')",
  "object.text.matches('((a*)*)*b')",
  "object.noise.matches('[ab]*a[ab]{20}c')",
  "object.noise.matches('a[ab]{900}c')",
  "object.text.find('(?:a?){900}a{100}.*b|a')",
  "object.text.findAll('a*?b|(a)')",
  'object.text.matches(object.text)',
  "object.text.matches('(' + object.text)",
  "'a'.matches('((a{100}){10}){10}')",
  "object.texts.exists(t, (t + t + t + t + t + t).findAll('(?:s?){500}s{500}b|s').size() == 99)",
  "object.texts.exists(t, (object.noise + t).matches('a[ab]{400}c'))",
];

export interface Outcome {
  readonly source: string;
  readonly said: string;
  readonly ms: number;
}

/** Compiles and evaluates in both ways, and describes what comes of it. `clock` gives milliseconds. */
export function attack(source: string, clock: () => number): Outcome {
  const before = clock();
  const said = ways(source);
  return { source, said, ms: clock() - before };
}

function ways(source: string): string {
  const compiled = compile(environment, source);
  if (!compiled.ok) return `refused: ${compiled.error.message.slice(0, 100)}`;
  const frame = environment.frame();
  frame.set(environment.slot('object'), object);
  const values = [compiled.value.evaluate(frame), compiled.value.evaluateCounted(frame).value];
  return values
    .map((value) =>
      value instanceof CelError
        ? `error: ${value.message.slice(0, 60)}`
        : value instanceof Unknown
          ? 'unknown'
          : describe(value).slice(0, 40),
    )
    .join(' | ');
}

const environment = ((): Environment => {
  const made = createEnvironment({ minor: 36, variables: ['object'] });
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
})();
