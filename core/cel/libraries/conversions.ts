import { Redacted } from '../json.ts';
import type { EvaluationFrame } from '../frame.ts';
import { formatG, parseFloat64, parseInteger } from '../go-number.ts';
import { define, type Body, type FunctionDefinition, type Library } from '../library.ts';
import { Duration, makeTimestamp, parseDuration, parseTimestamp, Timestamp } from '../time.ts';
import { decodeUtf8, encodeUtf8 } from '../utf8.ts';
import { Bytes, doubleOf, isInt, makeDouble, makeInt, TypeValue, typeNameOf, Uint, type CelValue, type Val } from '../values.ts';

const TWO63 = 2 ** 63;
const MAX_UINT = 2n ** 64n - 1n;
const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);
const OVERFLOW = 'integer overflow';
const UNSIGNED_OVERFLOW = 'unsigned integer overflow';

const unfit = (f: EvaluationFrame, value: CelValue, type: string): Val =>
  value instanceof Redacted ? value : f.fail(`type conversion error from '${typeNameOf(value)}' to '${type}'`);

function toInt(f: EvaluationFrame, value: CelValue): Val {
  if (isInt(value)) return value;
  const double = doubleOf(value);
  if (double !== undefined)
    return double > -TWO63 && double < TWO63 ? (makeInt(BigInt(Math.trunc(double))) ?? f.fail(OVERFLOW)) : f.fail(OVERFLOW);
  if (value instanceof Uint) return makeInt(value.unsigned) ?? f.fail(OVERFLOW);
  if (value instanceof Timestamp) return makeInt(value.seconds) ?? f.fail(OVERFLOW);
  if (value instanceof Duration) return makeInt(value.nanos) ?? f.fail(OVERFLOW);
  if (typeof value !== 'string') return f.noOverload(value);
  const parsed = parseInteger(value);
  return (parsed === undefined ? undefined : makeInt(parsed)) ?? unfit(f, value, 'int');
}

function toUint(f: EvaluationFrame, value: CelValue): Val {
  if (value instanceof Uint) return value;
  if (isInt(value)) return value >= 0 ? new Uint(BigInt(value)) : f.fail(UNSIGNED_OVERFLOW);
  const double = doubleOf(value);
  if (double !== undefined)
    return double >= 0 && double < 2 * TWO63 ? new Uint(BigInt(Math.trunc(double))) : f.fail(UNSIGNED_OVERFLOW);
  if (typeof value !== 'string') return f.noOverload(value);
  const parsed = /^\d/.test(value) ? parseInteger(value) : undefined;
  return parsed === undefined || parsed > MAX_UINT ? unfit(f, value, 'uint') : new Uint(parsed);
}

function toDouble(f: EvaluationFrame, value: CelValue): Val {
  const double = doubleOf(value);
  if (double !== undefined) return value;
  // JSON's `-0` is an int, whose double is 0.0.
  if (isInt(value)) return makeDouble(Number(value) + 0);
  if (value instanceof Uint) return makeDouble(Number(value.unsigned));
  if (typeof value !== 'string') return f.noOverload(value);
  const parsed = parseFloat64(value);
  return parsed === undefined ? unfit(f, value, 'double') : makeDouble(parsed);
}

function toText(f: EvaluationFrame, value: CelValue): Val {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || isInt(value)) return String(value);
  const double = doubleOf(value);
  if (double !== undefined) return formatG(double);
  if (value instanceof Bytes) return f.spendOn(value.octets.length) ? textOf(f, value) : f.overBudget();
  if (value instanceof Uint || value instanceof Timestamp || value instanceof Duration) return value.toString();
  return f.noOverload(value);
}

const textOf = (f: EvaluationFrame, { octets }: Bytes): Val =>
  decodeUtf8(octets) ?? f.fail('invalid UTF-8 in bytes, cannot convert to string');

function toBytes(f: EvaluationFrame, value: CelValue): Val {
  if (typeof value === 'string') return f.spendOn(value.length) ? new Bytes(encodeUtf8(value)) : f.overBudget();
  return value instanceof Bytes ? value : f.noOverload(value);
}

function toBool(f: EvaluationFrame, value: CelValue): Val {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return f.noOverload(value);
  return TRUE.has(value) ? true : FALSE.has(value) ? false : unfit(f, value, 'bool');
}

function toTimestamp(f: EvaluationFrame, value: CelValue): Val {
  if (value instanceof Timestamp) return value;
  if (isInt(value)) return makeTimestamp(BigInt(value) * 1_000_000_000n) ?? f.fail('timestamp overflow');
  if (typeof value !== 'string') return f.noOverload(value);
  if (!f.spendOn(value.length)) return f.overBudget();
  return parseTimestamp(value) ?? f.fail('not a timestamp (RFC 3339)', value);
}

function toDuration(f: EvaluationFrame, value: CelValue): Val {
  if (value instanceof Duration) return value;
  if (typeof value !== 'string') return f.noOverload(value);
  return parseDuration(value) ?? f.fail('not a duration, such as 1h30m', value);
}

const conversion = (name: string, result: string, from: readonly string[], call: Body): FunctionDefinition =>
  define(
    name,
    0,
    from.map((type) => `(${type}) ${result}`),
    call,
    { conversion: true },
  );

/** Conversions between types, each named as its result. */
export const conversions: Library = {
  name: 'conversions',
  functions: [
    conversion('int', 'int', ['int', 'double', 'duration', 'string', 'timestamp', 'uint'], toInt),
    conversion('uint', 'uint', ['uint', 'double', 'int', 'string'], toUint),
    conversion('double', 'double', ['double', 'int', 'string', 'uint'], toDouble),
    conversion('string', 'string', ['string', 'bool', 'bytes', 'double', 'duration', 'int', 'timestamp', 'uint'], toText),
    conversion('bytes', 'bytes', ['bytes', 'string'], toBytes),
    conversion('bool', 'bool', ['bool', 'string'], toBool),
    conversion('timestamp', 'timestamp', ['timestamp', 'int', 'string'], toTimestamp),
    // From an int it is declared, and always an error.
    conversion('duration', 'duration', ['duration', 'int', 'string'], toDuration),
    conversion('dyn', 'dyn', ['A'], (_, value) => value as CelValue),
  ],
};

/** Names that stand for types in expressions such as `type(x) == int`. */
export const TYPE_NAMES: ReadonlyMap<string, TypeValue> = new Map(
  'bool int uint double string bytes list map null_type type optional_type google.protobuf.Timestamp google.protobuf.Duration'
    .split(' ')
    .map((name) => [name, new TypeValue(name)]),
);
