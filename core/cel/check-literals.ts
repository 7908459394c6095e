import type { Entry, Expr, ListExpr } from './ast.ts';
import type { Checking, Locals } from './checking.ts';
import { isAnything, moreGeneral, withoutOptional } from './inference.ts';
import { IssueError } from './source.ts';
import { DYN, isOptional, list, map, type Type } from './types.ts';

export function checkList(c: Checking, node: ListExpr, locals: Locals): Type {
  let element: Type | undefined;
  for (const { value, optional: isOpt } of node.elements) element = join(c, element, checkElement(c, value, isOpt, locals));
  return list(element ?? c.inference.unknown());
}

export function checkMap(c: Checking, entries: readonly Entry[], locals: Locals): Type {
  let key: Type | undefined;
  let value: Type | undefined;
  for (const entry of entries) {
    key = join(c, key, c.check(entry.key, locals));
    value = join(c, value, checkElement(c, entry.value, entry.optional, locals));
  }
  return map(key ?? c.inference.unknown(), value ?? c.inference.unknown());
}

function checkElement(c: Checking, value: Expr, isOptionalElement: boolean, locals: Locals): Type {
  const type = c.inference.resolve(c.check(value, locals));
  if (!isOptionalElement) return type;
  c.requireOptionals(value.start);
  if (!isOptional(type) && !isAnything(type))
    throw new IssueError(`after '?' an optional value is needed, not ${c.format(type)}`, value.start);
  return withoutOptional(type);
}

/** What mixes types holds dyn. Kubernetes forbids that afterwards, save in the arguments of format() (homogeneous.ts). */
function join(c: Checking, previous: Type | undefined, current: Type): Type {
  if (previous === undefined) return current;
  return c.inference.assignable(previous, current) ? moreGeneral(previous, current) : DYN;
}
