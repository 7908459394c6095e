import { children, type Expr } from './ast.ts';
import { MAX_DEPTH, tooDeep } from './cursor.ts';

/**
 * Long chains of operators, fields and calls nest as well, though no parenthesis shows it. Counted is what cel-go counts on its
 * way through the tree (parser.Visit): binary operators, ?:, fields, indexes and calls on a value.
 */
export function refuseDeepTree(root: Expr): void {
  const open: { readonly node: Expr; readonly depth: number }[] = [{ node: root, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node } = next;
    const depth = next.depth + (countsAsLevel(node) ? 1 : 0);
    if (depth > MAX_DEPTH) throw tooDeep(node.start);
    for (const child of children(node)) open.push({ node: child, depth });
  }
}

function countsAsLevel(node: Expr): boolean {
  switch (node.kind) {
    case 'select':
    case 'index':
    case 'macro':
      return true;
    case 'call':
      return node.target !== undefined || LEVELS.test(node.name);
    default:
      return false;
  }
}

/** Operators with two or three operands, save `&&` and `||`, whose chains are flat. */
const LEVELS = /^_[^&|]+_$|^@in$/;
