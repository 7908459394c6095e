import { qualifiedName, type Call, type Expr } from './ast.ts';
import type { Checking, Locals } from './checking.ts';
import { definitionsOf } from './libraries/index.ts';
import { SORT_BY_KEYS } from './macros.ts';
import { whyUnknown } from './overload-messages.ts';
import { IssueError } from './source.ts';
import { BOOL, DYN, type Type } from './types.ts';

const OPERATOR = /^[^.\w]|^_|^@/;
/** What functions are named after, here or in other environments. */
const NAMESPACE = /^(base64|cel|format|lists|math|optional|regex|sets|strings)$/;

/** The type of a call or an operator (cel-go, checker.go: checkCall). Arguments come before the value that a call is on. */
export function checkCall(c: Checking, node: Call, locals: Locals): Type {
  const { target } = node;
  requireFunction(c, node, locals);
  const args = node.args.map((arg) => c.check(arg, locals));
  if (target === undefined) {
    if (node.name === '_&&_' || node.name === '_||_') return checkLogical(c, node, args);
    if (node.name === '_?_:_') return checkConditional(c, node, args);
    return checkFunction(c, node, node.name.replace(/^\./, ''), false, node.args, args);
  }
  const prefix = qualifiedName(target);
  const qualified = prefix === undefined ? undefined : `${prefix}.${node.name}`;
  if (qualified !== undefined && definitionsOf(qualified).length > 0)
    return checkFunction(c, node, qualified, false, node.args, args);
  // The keys of sortBy() are those of the very list: its type is one, however open.
  const type = (node.name === SORT_BY_KEYS ? c.noted(target) : undefined) ?? c.check(target, locals);
  return checkFunction(c, node, node.name, true, [target, ...node.args], [type, ...args]);
}

/**
 * Looks at the function's name first: a misspelt macro would otherwise be told by its variable, which nothing declares. What
 * stands before it comes first where that has no meaning either.
 */
function requireFunction(c: Checking, node: Call, locals: Locals): void {
  if (c.dialect === 'unchecked' || OPERATOR.test(node.name)) return;
  const name = node.name.replace(/^\./, '');
  const prefix = node.target === undefined ? undefined : qualifiedName(node.target);
  if (prefix !== undefined && definitionsOf(`${prefix}.${name}`).length > 0) return;
  const root = node.target === undefined ? undefined : rootName(node.target);
  const isKnown = root === undefined || locals.has(root) || c.isDeclared(root) || c.isDeclared(prefix ?? root);
  if (!isKnown && prefix !== undefined && NAMESPACE.test(prefix))
    throw new IssueError(whyUnknown(`${prefix}.${name}`) ?? '', node.start);
  const unknown = whyUnknown(name);
  if (unknown !== undefined && isKnown) throw new IssueError(unknown, node.nameStart);
}

function checkFunction(
  c: Checking,
  node: Call,
  name: string,
  member: boolean,
  args: readonly Expr[],
  types: readonly Type[],
): Type {
  const all = c.overloads.candidates(name, member).filter((one) => one.parameters.length === args.length);
  if (all.length === 0 && c.dialect === 'unchecked') {
    c.noteUnbound(node);
    return DYN;
  }
  const { result, chosen } = c.overloads.resolve(name, member, types, node.nameStart);
  c.noteCall(node, { name, member, args, chosen: chosen.length < all.length ? chosen : undefined });
  return result;
}

function checkLogical(c: Checking, node: Call, args: readonly Type[]): Type {
  node.args.forEach((arg, i) => c.expectBool(args[i] ?? DYN, arg, node.name === '_&&_' ? '&&' : '||'));
  return BOOL;
}

function checkConditional(c: Checking, node: Call, args: readonly Type[]): Type {
  const [condition, yes, no] = args as readonly [Type, Type, Type];
  c.expectBool(condition, node.args[0] as Expr, '?:');
  const result = c.inference.unknown();
  if (!c.inference.assignableAll([yes, no], [result, result]))
    throw new IssueError(`the branches of ?: have different types: ${c.format(yes)} and ${c.format(no)}`, node.nameStart);
  return c.inference.resolve(result);
}

/** The name that a chain of fields, indexes and calls begins with. */
function rootName(node: Expr): string | undefined {
  switch (node.kind) {
    case 'ident':
      return node.name;
    case 'select':
    case 'index':
      return rootName(node.operand);
    case 'macro':
      return rootName(node.target);
    case 'call':
      return node.target === undefined ? undefined : rootName(node.target);
    default:
      return undefined;
  }
}
