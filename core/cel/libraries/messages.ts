import { spendOnAll, type Effort } from '../effort.ts';
import { Redacted } from '../json.ts';
import type { EvaluationFrame } from '../frame.ts';
import { define, type FunctionDefinition, type Library } from '../library.ts';
import { Duration, makeDuration, makeTimestamp, Timestamp } from '../time.ts';
import {
  Bytes,
  doubleOf,
  emptyRecord,
  isInt,
  isList,
  isMap,
  keysOf,
  lookup,
  makeDouble,
  Uint,
  type CelValue,
  type Val,
} from '../values.ts';

const NANOS = 1_000_000_000n;
const WRONG_FIELD = 'a field of a message does not take this value';

type Check = (value: CelValue, effort: Effort) => Val;

const isText: Check = (value) => (typeof value === 'string' ? value : undefined);
const isBool: Check = (value) => (typeof value === 'boolean' ? value : undefined);
const isBytes: Check = (value) => (value instanceof Bytes ? value : undefined);
const isDouble: Check = (value) => (doubleOf(value) === undefined ? undefined : value);
const isWhole: Check = (value) => (isInt(value) ? value : undefined);
const isUnsigned: Check = (value) => (value instanceof Uint ? value : undefined);
const isInt32: Check = (value) => (isInt(value) && value >= -(2 ** 31) && value < 2 ** 31 ? value : undefined);
const isUint32: Check = (value) => (value instanceof Uint && value.unsigned < 2n ** 32n ? value : undefined);

/** Half the digits, as in Go's float32. */
function toFloat(value: CelValue): Val {
  const double = doubleOf(value);
  return double === undefined ? undefined : makeDouble(Math.fround(double));
}

const checked =
  (check: Check) =>
  (f: EvaluationFrame, value: CelValue): Val => {
    if (value instanceof Redacted) return value;
    const result = check(value, f);
    return result === undefined ? f.fail(WRONG_FIELD, value) : result;
  };

const wrapper = (name: string, type: string, check: Check): FunctionDefinition =>
  define(`@google.protobuf.${name}`, 0, [`(${type}) wrapper(${type})`], checked(check));

const instant = (name: string, type: string, make: (nanos: bigint) => CelValue | undefined): FunctionDefinition =>
  define(`@google.protobuf.${name}`, 0, [`(int, int) ${type}`], (f, seconds, nanos) => {
    if (!isInt(seconds) || !isInt(nanos)) return f.noOverload(seconds, nanos);
    return make(BigInt(seconds) * NANOS + BigInt(nanos)) ?? f.fail('out of range', seconds);
  });

/** A value as JSON has it, where every number is a double; undefined where JSON has none, or `effort` runs out. */
function toJson(value: CelValue, effort: Effort): Val {
  if (value === null || typeof value !== 'object' || value instanceof Redacted)
    return isInt(value) ? wholeToJson(BigInt(value)) : value;
  if (value instanceof Uint) return wholeToJson(value.unsigned);
  if (doubleOf(value) !== undefined) return value;
  if (value instanceof Timestamp || value instanceof Duration) return value.toString();
  if (isList(value)) {
    if (!spendOnAll(effort, 8 * value.length)) return undefined;
    const out = value.map((each) => toJson(each, effort));
    return out.every((each) => each !== undefined) ? out : undefined;
  }
  if (!isMap(value)) return undefined;
  const keys = keysOf(value);
  if (!spendOnAll(effort, 8 * keys.length)) return undefined;
  const out = emptyRecord();
  for (const key of keys) {
    const inner = toJson(lookup(value, key) ?? null, effort);
    if (typeof key !== 'string' || inner === undefined) return undefined;
    out[key] = inner;
  }
  return out;
}

/** Integers that a double cannot hold become texts (cel-go, Int.ConvertToNative). */
const wholeToJson = (value: bigint): CelValue =>
  value >= -(2n ** 53n - 1n) && value <= 2n ** 53n - 1n ? makeDouble(Number(value)) : String(value);

const json = (wanted: (value: CelValue) => boolean): ((f: EvaluationFrame, value: CelValue) => Val) =>
  checked((value, effort) => (wanted(value) ? toJson(value, effort) : undefined));

const field = (name: string, type: string, check: Check): FunctionDefinition =>
  define(`@google.protobuf.Value.${name}`, 0, [`(${type}) dyn`], checked(check));

/** What the well-known messages of protocol buffers are to CEL (cel-go, common/types/pb). See messages.ts. */
export const messages: Library = {
  name: 'messages',
  functions: [
    wrapper('BoolValue', 'bool', isBool),
    wrapper('BytesValue', 'bytes', isBytes),
    wrapper('DoubleValue', 'double', isDouble),
    wrapper('FloatValue', 'double', toFloat),
    wrapper('Int32Value', 'int', isInt32),
    wrapper('Int64Value', 'int', isWhole),
    wrapper('StringValue', 'string', isText),
    wrapper('UInt32Value', 'uint', isUint32),
    wrapper('UInt64Value', 'uint', isUnsigned),
    instant('Timestamp', 'timestamp', makeTimestamp),
    instant('Duration', 'duration', makeDuration),
    define('@google.protobuf.Struct', 0, ['() map(string, dyn)'], () => emptyRecord()),
    define('@google.protobuf.Struct', 0, ['(map(string, dyn)) map(string, dyn)'], json(isMap)),
    define('@google.protobuf.ListValue', 0, ['() list(dyn)'], () => []),
    define('@google.protobuf.ListValue', 0, ['(list(dyn)) list(dyn)'], json(isList)),
    define('@google.protobuf.Empty', 0, ['() empty'], () => emptyRecord()),
    define('@google.protobuf.Value', 0, ['() dyn'], () => null),
    field('null_value', 'int', (value) => (isInt(value) ? null : undefined)),
    field('number_value', 'double', isDouble),
    field('string_value', 'string', isText),
    field('bool_value', 'bool', isBool),
    define('@google.protobuf.Value.struct_value', 0, ['(map(string, dyn)) dyn'], json(isMap)),
    define('@google.protobuf.Value.list_value', 0, ['(list(dyn)) dyn'], json(isList)),
  ],
};
