import { Redacted } from '../json.ts';
import { equals } from '../equality.ts';
import { define, isString, type FunctionDefinition, type Library } from '../library.ts';
import * as operators from '../operators.ts';
import { Bytes, CelMap, isList, isRecord, mapSize, TypeValue, typeNameOf, type CelValue, type Val } from '../values.ts';
import { NO_OVERLOAD, type EvaluationFrame } from '../frame.ts';
import { textLength } from '../text.ts';
import { search } from './regex.ts';

const NUMBERS = ['int', 'uint', 'double'];
const ordered = ['bool', ...NUMBERS, 'string', 'bytes', 'timestamp', 'duration'].map((type) => `(${type}, ${type}) bool`);
const crossed = NUMBERS.flatMap((a) => NUMBERS.filter((b) => a !== b).map((b) => `(${a}, ${b}) bool`));

function order(name: string, call: FunctionDefinition['call']): FunctionDefinition[] {
  return [define(name, 0, ordered, call), define(name, 28, crossed, call)];
}

const binary = (types: readonly string[]): string[] => types.map((type) => `(${type}, ${type}) ${type}`);

const size = (f: EvaluationFrame, value: CelValue): Val => {
  if (isList(value)) return value.length;
  if (typeof value === 'string') return textLength(value);
  if (value instanceof CelMap || isRecord(value)) return mapSize(value);
  return value instanceof Bytes ? value.octets.length : f.noOverload(value);
};

const startsWith = (f: EvaluationFrame, a: CelValue, b: CelValue): Val =>
  typeof a === 'string' && typeof b === 'string' ? a.startsWith(b) : f.noOverload(a, b);

const endsWith = (f: EvaluationFrame, a: CelValue, b: CelValue): Val =>
  typeof a === 'string' && typeof b === 'string' ? a.endsWith(b) : f.noOverload(a, b);

function containsText(f: EvaluationFrame, a: CelValue, b: CelValue): Val {
  if (typeof a !== 'string' || typeof b !== 'string') return f.noOverload(a, b);
  return f.spendOn(a.length) ? a.includes(b) : f.overBudget();
}

const equal = (f: EvaluationFrame, a: CelValue, b: CelValue): Val => {
  const same = equals(a, b, f);
  return same === undefined ? f.fail(NO_OVERLOAD) : same;
};

/** What cannot be compared is not equal, without an error (cel-go). */
const notEqual = (f: EvaluationFrame, a: CelValue, b: CelValue): Val => {
  const same = equals(a, b, f);
  return same instanceof Redacted ? same : same !== true;
};

/** The operators and functions that every CEL has (cel-spec, doc/langdef.md, "List of Standard Definitions"). */
export const standard: Library = {
  name: 'standard',
  functions: [
    define('_==_', 0, ['(A, A) bool'], equal),
    define('_!=_', 0, ['(A, A) bool'], notEqual),
    ...order('_<_', operators.less),
    ...order('_<=_', operators.lessOrEqual),
    ...order('_>_', operators.greater),
    ...order('_>=_', operators.greaterOrEqual),
    define(
      '_+_',
      0,
      [
        ...binary(['bytes', 'double', 'duration', 'int', 'string', 'uint', 'list(A)']),
        '(duration, timestamp) timestamp',
        '(timestamp, duration) timestamp',
      ],
      operators.add,
    ),
    define(
      '_-_',
      0,
      [...binary(['double', 'duration', 'int', 'uint']), '(timestamp, duration) timestamp', '(timestamp, timestamp) duration'],
      operators.subtract,
    ),
    define('_*_', 0, binary(['double', 'int', 'uint']), operators.multiply),
    define('_/_', 0, binary(['double', 'int', 'uint']), operators.divide),
    define('_%_', 0, binary(['int', 'uint']), operators.modulo),
    define('-_', 0, ['(double) double', '(int) int'], operators.negate),
    define('!_', 0, ['(bool) bool'], (f, a) => (typeof a === 'boolean' ? !a : f.noOverload(a))),
    define('@in', 0, ['(A, list(A)) bool', '(A, map(A, B)) bool'], operators.contains),
    define('_[_]', 0, ['(list(A), int) A', '(map(A, B), A) B'], operators.index),
    define('size', 0, ['(string) int', '(bytes) int', '(list(A)) int', '(map(A, B)) int'], size),
    define('size', 0, ['string.() int', 'bytes.() int', 'list(A).() int', 'map(A, B).() int'], size),
    define('contains', 0, ['string.(string) bool'], containsText, { accepts: isString }),
    define('startsWith', 0, ['string.(string) bool'], startsWith),
    define('endsWith', 0, ['string.(string) bool'], endsWith),
    define('matches', 0, ['string.(string) bool'], search),
    define('matches', 0, ['(string, string) bool'], search),
    define('type', 0, ['(A) type(A)'], (_, a) => (a instanceof Redacted ? a : new TypeValue(typeNameOf(a as CelValue))), {
      conversion: true,
    }),
  ],
};
