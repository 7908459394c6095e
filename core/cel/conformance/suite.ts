import { UNMETERED } from '../effort.ts';
import { Redacted } from '../json.ts';
import { equals } from '../equality.ts';
import { parseDuration } from '../time.ts';
import {
  Bytes,
  CelMap,
  doubleOf,
  emptyRecord,
  isList,
  isMap,
  keysOf,
  lookup,
  makeDouble,
  makeInt,
  mapKey,
  mapSize,
  TypeValue,
  typeNameOf,
  Uint,
  type CelValue,
} from '../values.ts';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  list,
  map,
  NULL,
  optional,
  param,
  STRING,
  TIMESTAMP,
  UINT,
  wrapper,
  type Type,
} from '../types.ts';

/** The language's tests as `@bufbuild/cel-spec` holds them: cel-spec's own, and cel-go's of parser and checker. */
export interface Suite {
  readonly name: string;
  readonly suites?: readonly Suite[];
  readonly tests?: readonly SuiteTest[];
}

export interface SuiteTest {
  readonly original: Original;
  /** The tree as cel-go prints it (common/debug), each node with its kind. */
  readonly ast?: string;
  /** The same after checking, each node with its type and what it refers to. */
  readonly checkedAst?: string;
  readonly type?: string;
  /** What cel-go says of an expression that it refuses. */
  readonly error?: string;
}

/** `cel.expr.conformance.test.SimpleTest` in the JSON of protocol buffers. */
interface Original {
  readonly name?: string;
  readonly expr: string;
  readonly container?: string;
  readonly disableCheck?: boolean;
  readonly typeEnv?: readonly { readonly name: string; readonly ident?: { readonly type: TypeJson } }[];
  readonly bindings?: Readonly<Record<string, { readonly value: ValueJson }>>;
  readonly value?: ValueJson;
  readonly evalError?: unknown;
}

interface TypeJson {
  readonly dyn?: unknown;
  readonly null?: unknown;
  readonly primitive?: 'BOOL' | 'INT64' | 'UINT64' | 'DOUBLE' | 'STRING' | 'BYTES';
  readonly messageType?: string;
  readonly wellKnown?: 'TIMESTAMP' | 'DURATION' | 'ANY';
  readonly wrapper?: keyof typeof PRIMITIVES;
  readonly typeParam?: string;
  readonly abstractType?: { readonly name: string; readonly parameterTypes?: readonly TypeJson[] };
  readonly listType?: { readonly elemType: TypeJson };
  readonly mapType?: { readonly keyType: TypeJson; readonly valueType: TypeJson };
}

interface ValueJson {
  readonly nullValue?: null;
  readonly boolValue?: boolean;
  readonly int64Value?: string;
  readonly uint64Value?: string;
  readonly doubleValue?: number | 'NaN' | 'Infinity' | '-Infinity';
  readonly stringValue?: string;
  readonly bytesValue?: string;
  readonly listValue?: { readonly values?: readonly ValueJson[] };
  readonly mapValue?: { readonly entries?: readonly { readonly key: ValueJson; readonly value: ValueJson }[] };
  readonly typeValue?: string;
  readonly objectValue?: { readonly '@type': string; readonly value?: string };
}

/** All tests of a suite, each with the names of the suites around it. */
export function flatten(
  suite: Suite,
  path: readonly string[] = [],
): { readonly path: readonly string[]; readonly test: SuiteTest }[] {
  const own = (suite.tests ?? []).map((test) => ({ path, test }));
  return [...own, ...(suite.suites ?? []).flatMap((inner) => flatten(inner, [...path, inner.name]))];
}

/** Whether a test names the messages of cel-spec's test package or stands inside it (`container`). Kubernetes has none of them. */
export const isAboutTestMessages = ({ original }: SuiteTest): boolean =>
  original.expr.includes('TestAllTypes') || original.container?.startsWith('cel.expr.conformance.proto') === true;

/**
 * Whether a test is about messages of protocol buffers at all: also about well-known ones, which it makes
 * (`google.protobuf.Int64Value{}`) or declares a variable of.
 */
export const isAboutMessages = (one: SuiteTest): boolean => isAboutTestMessages(one) || isAboutWellKnown(one);

const isAboutWellKnown = ({ original }: SuiteTest): boolean =>
  /google\.protobuf\.\w+ *\{/.test(original.expr) ||
  (original.typeEnv ?? []).some(({ ident }) => ident !== undefined && isMessage(ident.type));

const isMessage = (type: TypeJson): boolean => type.messageType !== undefined || type.wellKnown !== undefined;

const PRIMITIVES = { BOOL, INT64: INT, UINT64: UINT, DOUBLE, STRING, BYTES } as const;

const WELL_KNOWN: ReadonlyMap<string, Type> = new Map([
  ['TIMESTAMP', TIMESTAMP],
  ['DURATION', DURATION],
  ['google.protobuf.Timestamp', TIMESTAMP],
  ['google.protobuf.Duration', DURATION],
  ['google.protobuf.Struct', map(STRING, DYN)],
  ['google.protobuf.ListValue', list(DYN)],
  ['google.protobuf.Value', DYN],
]);

/** A declared type; undefined where Kubernetes has none such. */
export function readType(type: TypeJson): Type | undefined {
  if (type.primitive !== undefined) return PRIMITIVES[type.primitive];
  if (type.wrapper !== undefined) return wrapper(PRIMITIVES[type.wrapper]);
  if ('null' in type) return NULL;
  if ('dyn' in type) return DYN;
  if (type.typeParam !== undefined) return param(type.typeParam);
  if (type.listType !== undefined) {
    const element = readType(type.listType.elemType);
    return element && list(element);
  }
  if (type.mapType !== undefined) {
    const key = readType(type.mapType.keyType);
    const value = readType(type.mapType.valueType);
    return key && value && map(key, value);
  }
  if (type.abstractType?.name === 'optional_type') {
    const held = readType(type.abstractType.parameterTypes?.[0] ?? { dyn: {} });
    return held && optional(held);
  }
  return WELL_KNOWN.get(type.wellKnown ?? type.messageType ?? '');
}

export function readValue(json: ValueJson): CelValue {
  if (json.boolValue !== undefined) return json.boolValue;
  if (json.int64Value !== undefined) return makeInt(BigInt(json.int64Value)) ?? unreadable(json);
  if (json.uint64Value !== undefined) return new Uint(BigInt(json.uint64Value));
  if (json.doubleValue !== undefined) return makeDouble(Number(json.doubleValue));
  if (json.stringValue !== undefined) return json.stringValue;
  if (json.bytesValue !== undefined) return new Bytes(fromBase64(json.bytesValue));
  if (json.typeValue !== undefined) return new TypeValue(json.typeValue);
  if (json.objectValue?.['@type'].endsWith('.Duration') === true)
    return parseDuration(json.objectValue.value ?? '') ?? unreadable(json);
  if (json.listValue !== undefined) return (json.listValue.values ?? []).map(readValue);
  if (json.mapValue !== undefined) return readMap(json.mapValue.entries ?? []);
  return 'nullValue' in json ? null : unreadable(json);
}

function readMap(entries: readonly { readonly key: ValueJson; readonly value: ValueJson }[]): CelValue {
  const pairs = entries.map(({ key, value }) => [readValue(key), readValue(value)] as const);
  if (!pairs.every(([key]) => typeof key === 'string'))
    return new CelMap(new Map(pairs.map((pair) => [mapKey(pair[0]) ?? '', pair])));
  const record = emptyRecord();
  for (const [key, value] of pairs) record[key as string] = value;
  return record;
}

function unreadable(json: ValueJson): never {
  throw new Error(`not a value: ${JSON.stringify(json)}`);
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function fromBase64(text: string): string {
  let out = '';
  let bits = 0;
  let held = 0;
  for (const character of text.replaceAll('=', '')) {
    bits = (bits << 6) | ALPHABET.indexOf(character);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += String.fromCharCode((bits >> held) & 255);
  }
  return out;
}

/** The same value of the same type; NaN is NaN here. */
export function isSame(a: CelValue, b: CelValue): boolean {
  if (typeNameOf(a) !== typeNameOf(b) || a instanceof Redacted || b instanceof Redacted) return false;
  const left = doubleOf(a);
  if (left !== undefined) return Object.is(left, doubleOf(b)) || left === doubleOf(b);
  if (isList(a) && isList(b)) return a.length === b.length && a.every((each, i) => isSame(each, b[i] as CelValue));
  if (!isMap(a) || !isMap(b)) return equals(a, b, UNMETERED) === true;
  return (
    mapSize(a) === mapSize(b) &&
    keysOf(a).every((key) => {
      const other = lookup(b, key);
      return other !== undefined && isSame(lookup(a, key) as CelValue, other);
    })
  );
}
