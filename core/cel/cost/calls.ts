import { Redacted } from '../json.ts';
import type { Call, Expr } from '../ast.ts';
import { bodyOf, guarded } from '../calls.ts';
import type { Resolved } from '../checker.ts';
import { definitionsOf } from '../libraries/index.ts';
import type { FunctionDefinition } from '../library.ts';
import { valueOf } from '../libraries/optional.ts';
import { SORT_BY_KEYS } from '../macros.ts';
import type { Signature } from '../signature.ts';
import { isList, Optional, type CelValue } from '../values.ts';
import type { Planned } from './counting.ts';
import { planSortBy } from './folds.ts';
import { costOfCall } from './functions.ts';
import type { Planner } from './planner.ts';
import { callOf, scratch } from './steps.ts';

/** Functions that cel-go computes when a program is made, if their argument is constant (common/overloads, IsTypeConversionFunction). */
const CONVERSIONS: ReadonlySet<string> = new Set('bool bytes double duration dyn int string timestamp type uint'.split(' '));

/** Of these cel-go has one body for all signatures, on two arguments (decls.SingletonBinaryBinding). */
const SINGLE_BODY = /^\W|^_|^matches$|^@/;

/** Operators and size() look only at the values: cel-go has one body for all their signatures. */
const UNGUARDED = /^\W|^_|^size$/;

/** A function on its arguments; constants are computed as cel-go does. */
export function planFunction(planner: Planner, node: Call): Planned {
  const { name, member, args, chosen } = planner.checked.calls.get(node) as Resolved;
  const { minor } = planner.layout;
  const sorts = name === SORT_BY_KEYS;
  const parts = sorts ? [] : args.map((arg) => planner.plan(arg));
  const definitions = definitionsOf(name).filter(
    (one) => one.member === member && one.arity === args.length && one.signatures.some(({ since }) => since <= minor),
  );
  const signatures = chosen ?? definitions.flatMap((one) => one.signatures.filter(({ since }) => since <= minor));
  const [left, right] = parts;
  if ((name === 'or' || name === 'orValue') && left !== undefined && right !== undefined)
    return planOrElse(planner, name, left, right, node);
  if (name === '@in' && signatures.length === 1 && signatures[0]?.parameters[1]?.kind === 'list') {
    const list = right?.constant;
    if (isList(list) && list.length === 0) return planner.constant(false);
    if (isList(list) && list.every(isHashable)) return planInSet(planner, left as Planned, list, definitions, node);
  }
  const body = bodyOf(definitions);
  const apply = chosen === undefined || UNGUARDED.test(name) ? body : guarded(body, chosen);
  if (CONVERSIONS.has(name) && parts.length === 1 && left?.constant !== undefined) {
    const value = apply(scratch(), left.constant);
    if (value !== undefined) return planner.constant(value);
  }
  const cost = costOfCall(name, signatures);
  const [list, keys] = args;
  if (sorts && list !== undefined && keys?.kind === 'macro')
    return planSortBy(planner, list, keys, (both) => callOf(planner, apply, both, cost, false, node));
  return callOf(planner, apply, parts, cost, endsAtError(name, parts, signatures), node);
}

/** Whether cel-go leaves arguments alone once one is an error: not where it knows a body of one or two arguments beforehand. */
function endsAtError(name: string, parts: readonly Planned[], signatures: readonly Signature[]): boolean {
  if (parts.length > 2 || name === 'format') return true;
  if (parts.length < 2) return false;
  // A pattern that is constant is compiled beforehand, into a body of any number of arguments.
  const pattern = name === 'matches' || name === 'find' || name === 'findAll';
  if (pattern && typeof parts[1]?.constant === 'string') return true;
  return signatures.length > 1 && !SINGLE_BODY.test(name);
}

/** cel-go makes a set of a constant list and asks it for nothing. */
function planInSet(
  planner: Planner,
  value: Planned,
  list: readonly CelValue[],
  definitions: readonly FunctionDefinition[],
  node: Expr,
): Planned {
  const body = bodyOf(definitions);
  return planner.step(
    (c) => {
      const sought = value.run(c);
      return sought === undefined || sought instanceof Redacted ? sought : body(c.f, sought, list);
    },
    () => undefined,
    node,
  );
}

function planOrElse(planner: Planner, name: 'or' | 'orValue', left: Planned, right: Planned, node: Expr): Planned {
  return planner.step(
    (c) => {
      const value = left.run(c);
      if (!(value instanceof Optional)) return value;
      if (value.held === undefined) return right.run(c);
      return name === 'or' ? value : c.f.placed(valueOf(c.f, value), node);
    },
    () => undefined,
    node,
  );
}

const isHashable = (value: CelValue): boolean =>
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  typeof value === 'number' ||
  typeof value === 'bigint' ||
  (typeof value === 'object' && value !== null && ['uint', 'double'].includes(typeNameOfObject(value)));

const typeNameOfObject = (value: object): string =>
  'typeName' in value ? String(value.typeName) : 'value' in value ? 'double' : '';
