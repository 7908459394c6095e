import { children, type Expr } from './ast.ts';
import type { Resolved } from './checker.ts';
import { withoutOptional } from './inference.ts';
import { IssueError } from './source.ts';
import { DYN, formatType, isOptional, sameType, type Type } from './types.ts';

export const mixed = (first: string, other: string): string =>
  `a list or map holds one type: ${first} before, ${other} here (wrap them in dyn() to mix)`;

/** Lists and maps as written hold one type exactly (dyn counts as its own), save in the arguments of format(). */
export function requireHomogeneous(root: Expr, types: ReadonlyMap<Expr, Type>, calls: ReadonlyMap<Expr, Resolved>): void {
  const visit = (node: Expr, exempt: boolean): void => {
    if (!exempt && node.kind === 'list')
      requireSame(
        node.elements.map((element) => [element.value, element.optional] as const),
        types,
      );
    if (!exempt && node.kind === 'map') {
      requireSame(
        node.entries.map((entry) => [entry.key, false] as const),
        types,
      );
      requireSame(
        node.entries.map((entry) => [entry.value, entry.optional] as const),
        types,
      );
    }
    const inFormat = exempt || calls.get(node)?.name === 'format';
    for (const child of children(node)) visit(child, inFormat);
  };
  visit(root, false);
}

function requireSame(elements: readonly (readonly [Expr, boolean])[], types: ReadonlyMap<Expr, Type>): void {
  let first: Type | undefined;
  for (const [node, isOpt] of elements) {
    const own = types.get(node) ?? DYN;
    // The API server itself breaks on what may be no optional (a panic in cel-go's validator).
    if (isOpt && !isOptional(own))
      throw new IssueError(`after '?' a value known to be optional is needed, not ${formatType(own)}`, node.start);
    const type = isOpt ? withoutOptional(own) : own;
    first ??= type;
    if (!sameType(first, type)) throw new IssueError(mixed(formatType(first), formatType(type)), node.start);
  }
}
