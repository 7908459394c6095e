import { mapChildren, type Call, type Expr } from './ast.ts';

/**
 * The tree with what is settled decided: `29 >= 25 ? a : b` is `a`, `true && a` is `a`, `false && a` is `false`. Only comparisons of
 * literals are computed; where the tree has no answer, what is left of it has none either, but for what `false &&` and `true ||`
 * absorb in any case.
 */
export function simplify(node: Expr): Expr {
  const simple = mapChildren(node, simplify);
  if (simple.kind !== 'call' || simple.target !== undefined) return simple;
  switch (simple.name) {
    case '_&&_':
      return chain(simple, true);
    case '_||_':
      return chain(simple, false);
    case '!_':
      return negated(simple);
    case '_?_:_':
      return chosen(simple);
    default:
      return compared(simple);
  }
}

const truth = (node: Expr | undefined): boolean | undefined =>
  node?.kind === 'literal' && typeof node.value === 'boolean' ? node.value : undefined;

const literal = (value: boolean, { start, end }: Expr): Expr => ({ kind: 'literal', type: 'bool', value, start, end });

/** `&&`, which operands that are true leave as it is and one that is false decides; `||` the other way round. */
function chain(node: Call, neutral: boolean): Expr {
  if (node.args.some((arg) => truth(arg) === !neutral)) return literal(!neutral, node);
  const open = node.args.filter((arg) => truth(arg) === undefined);
  const [only] = open;
  if (only === undefined) return literal(neutral, node);
  return open.length === 1 ? only : { ...node, args: open };
}

function negated(node: Call): Expr {
  const value = truth(node.args[0]);
  return value === undefined ? node : literal(!value, node);
}

function chosen(node: Call): Expr {
  const [condition, yes, no] = node.args;
  const value = truth(condition);
  return value === undefined ? node : ((value ? yes : no) ?? node);
}

type Ordered = bigint | string;

const COMPARISONS: ReadonlyMap<string, (left: Ordered, right: Ordered) => boolean> = new Map([
  ['_==_', (left, right) => left === right],
  ['_!=_', (left, right) => left !== right],
  ['_<_', (left, right) => left < right],
  ['_<=_', (left, right) => left <= right],
  ['_>_', (left, right) => left > right],
  ['_>=_', (left, right) => left >= right],
]);

/** Integers and texts; texts are only asked whether they are equal, as their order in CEL is not that of JavaScript. */
function compared(node: Call): Expr {
  const compare = COMPARISONS.get(node.name);
  const [left, right] = node.args;
  if (compare === undefined || left?.kind !== 'literal' || right?.kind !== 'literal' || left.type !== right.type) return node;
  const isEquality = node.name === '_==_' || node.name === '_!=_';
  if (left.type !== 'int' && !(left.type === 'string' && isEquality)) return node;
  return literal(compare(left.value as Ordered, right.value as Ordered), node);
}
