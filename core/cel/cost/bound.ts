import { children, type Call, type Expr, type Macro } from '../ast.ts';
import type { Checked, Resolved } from '../checker.ts';
import { UNMETERED } from '../effort.ts';
import { SHORT, type EvaluationFrame } from '../frame.ts';
import { definitionsOf } from '../libraries/index.ts';
import type { Signature } from '../signature.ts';
import type { Val } from '../values.ts';
import { costOfCall, LIST_COST, MAP_COST, Panicked, SELECT_COST, type CostOf } from './functions.ts';
import { UPPER } from './measure.ts';

/**
 * A cheap upper bound of the API server's runtime cost, for back ends that do not count it exactly. They start with
 * `frame.steps = limit - bodyBound(root)` and take from it, while they run,
 *
 * 1. for each loop `roundBound(macro)` for every round it goes (all rounds of its range where a round gave an error, for cel-go
 *    goes on then; only `all` and `exists` end with the round that decides), and
 * 2. for each call with a `charge` what it says.
 *
 * If `steps` is not below zero at the end, the exact cost is within the limit. If it is, that says nothing: the expression must be
 * evaluated by the counted mode, which decides. A back end may stop as soon as `steps` is below zero.
 *
 * cel-go computes both arguments of a call of two even where the first is an error. So where the first is an error and
 * `mayGrow(second)`, or the call has a charge, the second has to be computed too, for what it takes from `steps`.
 * `x.optMap(v, ...)` and `x.optFlatMap` compute x twice: what x took from `steps` must be taken twice.
 */

/** What one evaluation costs at most outside the rounds of its loops, with every text at most SHORT characters long. */
export function bodyBound(node: Expr, checked: Checked, minor: number): number {
  const bound = (part: Expr): number => bodyBound(part, checked, minor);
  switch (node.kind) {
    case 'literal':
      return 0;
    case 'ident':
      return SELECT_COST;
    case 'select':
      return ofOperand(node.operand, bound) + SELECT_COST;
    case 'has':
      return ofOperand(node.select.operand, bound) + SELECT_COST;
    case 'index':
      return ofOperand(node.operand, bound) + bound(node.index) + SELECT_COST;
    case 'list':
      return LIST_COST + sum(node.elements, (element) => bound(element.value));
    case 'map':
      return MAP_COST + sum(node.entries, ({ key, value }) => bound(key) + bound(value));
    case 'struct':
      return sum(children(node), bound);
    case 'macro':
      return ofMacro(node, bound);
    case 'call':
      return ofCall(node, checked, minor, bound);
  }
}

const sum = <T>(parts: readonly T[], cost: (part: T) => number): number => parts.reduce((total, part) => total + cost(part), 0);

/** Fields of what is no name are read of a step of its own. */
const ofOperand = (operand: Expr, bound: (part: Expr) => number): number =>
  bound(operand) + (operand.kind === 'ident' || operand.kind === 'select' ? 0 : SELECT_COST);

/** What stands around the rounds: the range, the last look at the condition, and the result. */
function ofMacro(node: Macro, bound: (part: Expr) => number): number {
  // Twice the target, hasValue(), value(), optional.of() or optional.none().
  if (node.name === 'optMap' || node.name === 'optFlatMap') return 2 * bound(node.target) + 3 + bound(node.body);
  return bound(node.target) + 4;
}

function ofCall(node: Call, checked: Checked, minor: number, bound: (part: Expr) => number): number {
  const [condition, yes, no] = node.args;
  if (node.name === '_?_:_' && condition !== undefined && yes !== undefined && no !== undefined)
    return bound(condition) + Math.max(bound(yes), bound(no));
  const parts = node.target === undefined ? node.args : [node.target, ...node.args];
  const own = node.name === '_&&_' || node.name === '_||_' ? 0 : (chargeOf(node, checked, minor)?.least ?? 1);
  return sum(parts, bound) + own;
}

/** What one round of a loop costs at most, without the rounds of loops inside it. */
export function roundBound(node: Macro, checked: Checked, minor: number): number {
  const bound = (part: Expr): number => bodyBound(part, checked, minor);
  const parts = bound(node.body) + (node.filter === undefined ? 0 : bound(node.filter));
  switch (node.name) {
    case 'all':
      return parts + 3;
    case 'exists':
      return parts + 4;
    case 'existsOne':
      return parts + 2;
    case 'map':
    case 'transformList':
      return parts + 2 + LIST_COST;
    case 'filter':
      return parts + 3 + LIST_COST;
    case 'transformMap':
      return parts + 3;
    case 'transformMapEntry':
      return parts + 2;
    case 'optMap':
    case 'optFlatMap':
      return 0;
  }
}

/** Whether an evaluation may take from `steps` while it runs. */
export function mayGrow(node: Expr, checked: Checked, minor: number): boolean {
  return (
    (node.kind === 'macro' && node.name !== 'optMap' && node.name !== 'optFlatMap') ||
    (node.kind === 'call' && chargeOf(node, checked, minor) !== undefined) ||
    children(node).some((child) => mayGrow(child, checked, minor))
  );
}

/** A call whose cost depends on its arguments. */
export interface Charge {
  /** What `bodyBound` has for it. */
  readonly least: number;
  /** Takes from `steps` what the call costs beyond that; undefined stands for arguments that are errors. */
  take(f: EvaluationFrame, result: Val, a: Val, b?: Val, c?: Val, d?: Val): void;
}

const TYPICAL = 'x'.repeat(SHORT);

const charges = new WeakMap<Resolved, { readonly charge: Charge | undefined }>();

/** What a call takes from `steps` while it runs; undefined: nothing. The same object for the same call. */
export function chargeOf(node: Call, checked: Checked, minor: number): Charge | undefined {
  const resolved = checked.calls.get(node);
  if (resolved === undefined) return undefined;
  const known = charges.get(resolved);
  if (known !== undefined) return known.charge;
  const cost = isCheap(resolved) ? undefined : costOfCall(resolved.name, resolved.chosen ?? signaturesOf(resolved, minor));
  const charge = cost === undefined ? undefined : makeCharge(cost, resolved.args);
  charges.set(resolved, { charge });
  return charge;
}

/** Equality with a literal other than a long text: of two sizes the smaller counts. */
const isCheap = ({ name, args }: Resolved): boolean =>
  (name === '_==_' || name === '_!=_') &&
  args.some((arg) => arg.kind === 'literal' && (typeof arg.value !== 'string' || arg.value.length <= 10));

export function signaturesOf({ name, member, args }: Resolved, minor: number): readonly Signature[] {
  return definitionsOf(name)
    .filter((one) => one.member === member && one.arity === args.length)
    .flatMap((one) => one.signatures.filter(({ since }) => since <= minor));
}

function makeCharge(cost: CostOf, parts: readonly Expr[]): Charge {
  const count = parts.length;
  const least = leastOf(
    cost,
    parts.map((arg) => (arg.kind === 'literal' && typeof arg.value === 'string' ? arg.value : TYPICAL)),
  );
  return {
    least,
    take(f, result, a, b, c, d) {
      if (count === 1 && isShort(a) && isShort(result)) return;
      if (count === 2 && isShort(a) && isShort(b) && isShort(result)) return;
      try {
        const args = count === 2 ? [a, b] : count === 1 ? [a] : [a, b, c, d].slice(0, count);
        const extra = cost(args, result, UPPER, f) - least;
        if (extra > 0) f.steps -= extra;
      } catch (error) {
        // The counted mode has to say so.
        if (!(error instanceof Panicked)) throw error;
        f.steps = -1;
      }
    },
  };
}

function leastOf(cost: CostOf, typical: readonly string[]): number {
  try {
    return Math.max(1, cost(typical, TYPICAL, UPPER, UNMETERED));
  } catch {
    // A function of lists only.
    return 1 + LIST_COST;
  }
}

/** Whether a value is no larger than what `least` supposes; an error is judged by itself. */
const isShort = (value: Val): boolean =>
  typeof value === 'string' ? value.length <= SHORT : value !== undefined && typeof value !== 'object';
