import { at, isArray, isObject, textAt } from '#core/json.ts';
import type { JsonValue } from '#core/json.ts';

/** Whether labels fit a LabelSelector (k8s.io/apimachinery/pkg/apis/meta/v1); an absent or empty one fits all. An operator that is not known fits nothing. */
export function selects(selector: JsonValue | undefined, labels: Readonly<Record<string, string>>): boolean {
  const wanted = at(selector, 'matchLabels');
  const equal = !isObject(wanted) || Object.entries(wanted).every(([key, value]) => valueOf(labels, key) === value);
  const expressions = at(selector, 'matchExpressions');
  return equal && (!isArray(expressions) || expressions.every((one) => fits(one, labels)));
}

const valueOf = (labels: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(labels, key) ? labels[key] : undefined;

function fits(expression: JsonValue, labels: Readonly<Record<string, string>>): boolean {
  const value = valueOf(labels, textAt(expression, 'key') ?? '');
  const values = at(expression, 'values');
  const among = value !== undefined && isArray(values) && values.includes(value);
  switch (textAt(expression, 'operator')) {
    case 'In':
      return among;
    case 'NotIn':
      return !among;
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

/** Label keys that a selector asks about. */
export function keysOf(selector: JsonValue | undefined): readonly string[] {
  const wanted = at(selector, 'matchLabels');
  const expressions = at(selector, 'matchExpressions');
  return [
    ...(isObject(wanted) ? Object.keys(wanted) : []),
    ...(isArray(expressions) ? expressions.flatMap((one) => textAt(one, 'key') ?? []) : []),
  ];
}
