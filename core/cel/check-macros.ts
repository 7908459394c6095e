import type { Macro } from './ast.ts';
import type { Checking, Locals } from './checking.ts';
import { IssueError } from './source.ts';
import { BOOL, DYN, formatType, INT, list, map, optional, type Type } from './types.ts';

const TWO_VARIABLES_SINCE = 32;

/** The type of a macro's result, from cel-go's expansion of it (parser/macro.go, ext/comprehensions.go, cel/library.go). */
export function checkMacro(c: Checking, node: Macro, locals: Locals): Type {
  if (node.name === 'optMap' || node.name === 'optFlatMap') return checkOptionalMacro(c, node, locals);
  if (node.variables.length === 2 && c.minor < TWO_VARIABLES_SINCE)
    throw new IssueError(
      `${node.writtenName}() with two variables needs the expressions of Kubernetes 1.${TWO_VARIABLES_SINCE}; these are of 1.${c.minor}`,
      node.nameStart,
    );
  const range = c.inference.resolve(c.check(node.target, locals));
  const [key, value] = rangeTypes(c, range, node);
  const inner = new Map(locals);
  const [first, second] = node.variables;
  if (first !== undefined) inner.set(first.name, second === undefined ? (range.kind === 'map' ? key : value) : key);
  if (second !== undefined) inner.set(second.name, value);
  if (node.filter !== undefined) c.expectBool(c.check(node.filter, inner), node.filter, `the condition of ${node.writtenName}()`);
  const body = c.check(node.body, inner);
  return resultOf(c, node, body, key, first === undefined ? DYN : (inner.get(first.name) ?? DYN));
}

function resultOf(c: Checking, node: Macro, body: Type, key: Type, variable: Type): Type {
  switch (node.name) {
    case 'all':
    case 'exists':
    case 'existsOne':
      c.expectBool(body, node.body, `${node.writtenName}()`);
      return BOOL;
    case 'filter':
      c.expectBool(body, node.body, 'filter()');
      return list(variable);
    case 'map':
    case 'transformList':
      return list(body);
    case 'transformMap':
      return map(key, body);
    case 'transformMapEntry': {
      const entry = map(c.inference.unknown(), c.inference.unknown());
      if (!c.inference.assignable(body, entry))
        throw new IssueError(`transformMapEntry() needs a map here, not ${c.format(body)}`, node.body.start);
      return c.inference.resolve(entry);
    }
    case 'optMap':
    case 'optFlatMap':
      return DYN;
  }
}

/** Types of key and value: of a list the position and the element. */
function rangeTypes(c: Checking, range: Type, node: Macro): readonly [Type, Type] {
  switch (range.kind) {
    case 'list':
      return [INT, range.element];
    case 'map':
      return [range.key, range.value];
    case 'dyn':
    case 'error':
      return [DYN, DYN];
    case 'param':
      c.inference.assignable(DYN, range);
      return [DYN, DYN];
    default:
      throw new IssueError(`${node.writtenName}() goes over a list or a map, not ${formatType(range)}`, node.target.start);
  }
}

function checkOptionalMacro(c: Checking, node: Macro, locals: Locals): Type {
  c.requireOptionals(node.nameStart);
  const held = c.inference.unknown();
  const target = c.check(node.target, locals);
  if (!c.inference.assignable(target, optional(held)))
    throw new IssueError(`${node.name}() is called on an optional value, not on ${c.format(target)}`, node.nameStart);
  const [variable] = node.variables;
  const inner = new Map(locals);
  if (variable !== undefined) {
    inner.set(variable.name, c.inference.resolve(held));
    c.noteImplied(variable.name, held, variable.start);
  }
  const body = c.check(node.body, inner);
  if (node.name === 'optMap') return optional(body);
  const result = optional(c.inference.unknown());
  if (!c.inference.assignable(body, result))
    throw new IssueError(`optFlatMap() needs an optional value here, not ${c.format(body)}`, node.body.start);
  return c.inference.resolve(body);
}
