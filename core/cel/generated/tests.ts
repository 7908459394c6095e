import { SHORT } from '../frame.ts';
import type { Pattern } from '../regex.ts';
import type { Node, Operation, TestOperation } from './graph.ts';
import { writeLogical } from './logic.ts';
import type { Parts } from './parts.ts';
import { quote } from './quote.ts';

/** Tests that are expressions of the values they look at. */
export type ComputedTest = Exclude<TestOperation, { kind: 'isComputed' | 'not' | 'quantified' }>;

/** The code of a test, as an expression. */
export function writeTest(parts: Parts, node: Node, operation: ComputedTest): string {
  switch (operation.kind) {
    case 'has': {
      const raw = parts.raw(operation.select);
      const { operand, field } = operation.select.operation as Extract<Operation, { kind: 'select' }>;
      return `${raw} !== undefined ? 1 : ${parts.isData(operation.select)} ? 0 : has(f, ${parts.value(operand)}, ${quote(field)})`;
    }
    case 'hasKey': {
      const raw = parts.raw(operation.field);
      const args = `${parts.constant(operation.body)}, ${node.occurrences}, ${quote(operation.key)}, ${parts.value(operation.map)}`;
      return `${raw} !== undefined ? 1 : ${parts.isData(operation.field)} ? 0 : hasKey(f, ${args})`;
    }
    case 'logical':
      return writeLogical(parts, operation);
    case 'equals':
      return equals(parts, node, operation);
    case 'order': {
      const value = parts.name(operation.left);
      const limit = parts.literal(operation.limit);
      const slow = `order(f, ${parts.constant(operation.body)}, ${value}, ${limit})`;
      return `typeof ${value} === 'number' ? ${value} ${operation.relation} ${limit} ? 1 : 0 : ${slow}`;
    }
    case 'textTest': {
      const value = parts.name(operation.left);
      const wanted = quote(operation.wanted);
      const slow = `textTest(f, ${rest(parts, operation.body, operation.charge, node)}, ${value}, ${wanted})`;
      return `typeof ${value} === 'string' && ${value}.length <= ${SHORT} ? ${textTest(operation, value)} ? 1 : 0 : ${slow}`;
    }
    case 'oneOf':
      return oneOf(parts, operation);
    case 'matches': {
      const value = parts.name(operation.left);
      const slow = `matches(f, ${rest(parts, operation.pattern, operation.charge, node)}, ${value}, ${quote(operation.source)})`;
      if (operation.isLong) return slow;
      return `typeof ${value} === 'string' && ${value}.length <= ${SHORT} ? ${search(parts, operation.pattern, value)} ? 1 : 0 : ${slow}`;
    }
  }
}

/** Of a text that is SHORT. */
function search(parts: Parts, pattern: Pattern, text: string): string {
  const { native } = pattern;
  return native === undefined
    ? `${parts.constant(pattern)}.test(${text}, f)`
    : `${parts.constant(native.expression)}.test(${text})`;
}

function rest(parts: Parts, body: unknown, charge: unknown, node: Node): string {
  return `${parts.constant(body)}, ${charge === undefined ? 'undefined' : parts.constant(charge)}, ${node.occurrences}`;
}

function equals(parts: Parts, node: Node, { left, right, negated, charge }: Extract<Operation, { kind: 'equals' }>): string {
  const [a, b] = isFixed(left) && !isFixed(right) ? [right, left] : [left, right];
  const [x, y] = [parts.name(a), parts.value(b)];
  const [yes, no] = negated ? ['0', '1'] : ['1', '0'];
  const taken = charge === undefined ? 'undefined' : parts.constant(charge);
  const slow = (v: string, other: string): string => `equal(f, ${v}, ${other}, ${negated}, ${taken}, ${node.occurrences})`;
  const constant = b.operation.kind === 'constant' ? b.operation.value : undefined;
  if (typeof constant === 'boolean' || (typeof constant === 'string' && constant.length <= SHORT))
    return `${x} === ${y} ? ${yes} : typeof ${x} === 'string' || typeof ${x} === 'boolean' || typeof ${x} === 'number' ? ${no} : ${slow(x, y)}`;
  if (typeof constant === 'number')
    return `typeof ${x} === 'number' ? ${x} === ${y} ? ${yes} : ${no} : typeof ${x} === 'string' || typeof ${x} === 'boolean' ? ${no} : ${slow(x, y)}`;
  const z = parts.name(b);
  return `typeof ${x} === 'string' && typeof ${z} === 'string' && (${x}.length <= ${SHORT} || ${z}.length <= ${SHORT}) ? ${x} === ${z} ? ${yes} : ${no} : ${slow(x, z)}`;
}

function oneOf(parts: Parts, { left, list }: Extract<Operation, { kind: 'oneOf' }>): string {
  const value = parts.name(left);
  const slow = `oneOf(f, ${value}, ${parts.constant(list)})`;
  if (!list.every((element) => typeof element === 'string')) return slow;
  const found =
    list.length <= 4
      ? list.map((element) => `${value} === ${quote(element)}`).join(' || ')
      : `${parts.constant(new Set(list))}.has(${value})`;
  return `typeof ${value} === 'string' ? ${found} ? 1 : 0 : ${slow}`;
}

/** The first character mostly tells, which is sooner read than the platform's function is called. */
function textTest({ method, wanted }: Extract<Operation, { kind: 'textTest' }>, value: string): string {
  const whole = `${value}.${method}(${quote(wanted)})`;
  if (method === 'includes' || wanted === '') return whole;
  const at = method === 'startsWith' ? '0' : `${value}.length - ${wanted.length}`;
  return `${value}.length >= ${wanted.length} && ${value}.charCodeAt(${at}) === ${wanted.charCodeAt(0)} && ${whole}`;
}

/** A text or bool that the closures compare with in one step, whichever side it is on. */
const isFixed = ({ operation }: Node): boolean =>
  operation.kind === 'constant' &&
  operation.origin !== 'element' &&
  (typeof operation.value === 'string' || typeof operation.value === 'boolean');
