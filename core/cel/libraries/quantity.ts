import type { EvaluationFrame } from '../frame.ts';
import { define, type Library } from '../library.ts';
import { cachedQuantity, Quantity, quantityOf } from '../quantity.ts';
import { isInt, makeDouble, makeInt, type CelValue, type Val } from '../values.ts';

const parse = (f: EvaluationFrame, text: CelValue): Val =>
  typeof text === 'string' ? (cachedQuantity(text) ?? f.fail('not a quantity, such as 500m or 1Gi', text)) : f.noOverload(text);

const isQuantity = (f: EvaluationFrame, text: CelValue): Val =>
  typeof text === 'string' ? cachedQuantity(text) !== undefined : f.noOverload(text);

const on =
  (call: (value: Quantity) => Val) =>
  (f: EvaluationFrame, value: CelValue): Val =>
    value instanceof Quantity ? call(value) : f.noOverload(value);

const compared =
  (call: (order: number) => CelValue) =>
  (f: EvaluationFrame, a: CelValue, b: CelValue): Val =>
    a instanceof Quantity && b instanceof Quantity ? call(a.compare(b)) : f.noOverload(a, b);

const sum =
  (add: boolean) =>
  (f: EvaluationFrame, a: CelValue, b: CelValue): Val => {
    const other = isInt(b) ? quantityOf(BigInt(b)) : b;
    return a instanceof Quantity && other instanceof Quantity ? (add ? a.plus(other) : a.minus(other)) : f.noOverload(a, b);
  };

function asInteger(f: EvaluationFrame, value: CelValue): Val {
  if (!(value instanceof Quantity)) return f.noOverload(value);
  const { integer } = value;
  return integer === undefined ? f.fail('cannot convert value to integer') : makeInt(integer);
}

/** Kubernetes' quantities: k8s.io/apiserver/pkg/cel/library/quantity.go. */
export const quantities: Library = {
  name: 'quantity',
  functions: [
    define('quantity', 28, ['(string) quantity'], parse),
    define('isQuantity', 28, ['(string) bool'], isQuantity),
    define(
      'isInteger',
      28,
      ['quantity.() bool'],
      on((value) => value.integer !== undefined),
    ),
    define('asInteger', 28, ['quantity.() int'], asInteger),
    define(
      'asApproximateFloat',
      28,
      ['quantity.() double'],
      on((value) => makeDouble(value.approximate)),
    ),
    define(
      'sign', // not a member function, though documented as one
      28,
      ['(quantity) int'],
      on((value) => (value.nanos > 0n ? 1 : value.nanos < 0n ? -1 : 0)),
    ),
    define(
      'compareTo',
      28,
      ['quantity.(quantity) int'],
      compared((order) => order),
      { accepts: (value) => value instanceof Quantity },
    ),
    define(
      'isGreaterThan',
      28,
      ['quantity.(quantity) bool'],
      compared((order) => order > 0),
      { accepts: (value) => value instanceof Quantity },
    ),
    define(
      'isLessThan',
      28,
      ['quantity.(quantity) bool'],
      compared((order) => order < 0),
      { accepts: (value) => value instanceof Quantity },
    ),
    define('add', 28, ['quantity.(quantity) quantity', 'quantity.(int) quantity'], sum(true)),
    define('sub', 28, ['quantity.(quantity) quantity', 'quantity.(int) quantity'], sum(false)),
  ],
};
