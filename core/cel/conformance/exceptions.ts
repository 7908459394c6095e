/**
 * Tests of cel-spec that kube-apiserver itself answers otherwise, with the reason. Each is put to cel-oracle: as it stands, or as
 * `asked`, where the API server takes only a form of it that leaves types open.
 */
export interface Exception {
  readonly reason: string;
  readonly asked?: string;
}

const KEYS = 'cel-go does not look at what type the keys of a map literal have';
const TWICE = 'of a key that a map literal has twice, cel-go takes the last (a later cel-go may refuse it)';
const BAD_KEY = 'cel-go makes a program of constants ahead of time, and refuses a key that no map can have';
const FAR = 'cel-go finds nothing beyond the end of a text; that is no error';
const CHAIN = 'cel-go reads a missing field of a present value that has no fields as none, not as an error';

const DECIMALS = 'the %d of the strings library that Kubernetes has (version 2) takes whole numbers only';
const EXPONENTS = 'the %e of that library writes 2.7×10⁰⁰, and ∞';
const NESTED =
  'the %s of that library quotes texts inside lists and maps, names durations and timestamps, and writes six decimals';

const MILLISECONDS = 'cel-go counts all milliseconds of a duration, not those of its last second';

const named = (section: string, reason: string, names: readonly string[]): [string, Exception][] =>
  names.map((name) => [`${section}/${name}`, { reason }]);

/** By suite, section and name. */
export const EXCEPTIONS: ReadonlyMap<string, Exception> = new Map<string, Exception>([
  ...named('string_ext/format', DECIMALS, [
    'NaN support for decimal',
    'positive infinity support for decimal',
    'negative infinity support for decimal',
  ]),
  ...named('string_ext/format', EXPONENTS, [
    'scientific notation formatting clause',
    'default precision for scientific notation',
    'NaN support for scientific notation',
    'positive infinity support for scientific notation',
    'negative infinity support for scientific notation',
    'positive infinity support for fixed-point',
    'negative infinity support for fixed-point',
    'dyntype support for scientific notation',
  ]),
  [
    'string_ext/format/scientific notation formatting clause in a string variable',
    { reason: EXPONENTS, asked: "dyn('%.6e').format([1052.032911275])" },
  ],
  ...named('string_ext/format', NESTED, [
    'list support for string',
    'map support for string',
    'map support (all key types)',
    'dyntype NaN/infinity support',
    'dyntype support for lists',
    'dyntype support for maps',
  ]),
  ['fields/map_fields/map_bad_key_type_or_true', { reason: BAD_KEY }],
  ['fields/map_fields/map_bad_key_type_and_false', { reason: BAD_KEY }],
  [
    'fields/qualified_identifier_resolution/map_key_float',
    { reason: KEYS, asked: '{dyn(3.3): dyn(15.15), dyn(1.0): dyn(5)}[1.0]' },
  ],
  ['fields/qualified_identifier_resolution/map_value_repeat_key', { reason: TWICE }],
  [
    'fields/qualified_identifier_resolution/map_value_repeat_key_heterogeneous',
    { reason: KEYS, asked: '{dyn(0): 1, dyn(0u): 2}[0.0]' },
  ],
  ['optionals/optionals/map_null_entry_no_such_key', { reason: CHAIN }],
  ['optionals/optionals/map_present_key_invalid_field', { reason: CHAIN }],
  ['string_ext/value_errors/indexof_out_of_range', { reason: FAR }],
  ['string_ext/value_errors/lastindexof_out_of_range', { reason: FAR }],
  [
    'timestamps/duration_converters/get_milliseconds',
    { reason: MILLISECONDS, asked: "duration('123.321456789s').getMilliseconds()" },
  ],
]);
