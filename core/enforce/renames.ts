import { children, parse } from '#core/cel/index.ts';
import type { Expr } from '#core/cel/index.ts';

/** What stands for free names of an expression, and for composed variables (`variables.x`, by x). */
export interface Renames {
  readonly names?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
}

interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The CEL text with its names replaced, everything else as written; names that a comprehension binds are its own. Undefined: it cannot be read. */
export function renamed(text: string, { names = {}, variables = {} }: Renames): string | undefined {
  const parsed = parse(text);
  if (!parsed.ok) return undefined;
  const splices: Splice[] = [];
  const visit = (node: Expr, bound: ReadonlySet<string>): void => {
    const { kind } = node;
    if (kind === 'ident') {
      const name = bound.has(node.name) ? undefined : own(names, node.name);
      if (name !== undefined) splices.push({ start: node.start, end: node.end, text: name });
      return;
    }
    if (kind === 'select' && node.operand.kind === 'ident' && node.operand.name === 'variables') {
      const name = own(variables, node.field);
      if (name !== undefined) splices.push({ start: node.fieldStart, end: node.end, text: name });
      return;
    }
    if (kind !== 'macro') {
      for (const child of children(node)) visit(child, bound);
      return;
    }
    visit(node.target, bound);
    const inside = new Set([...bound, ...node.variables.map((variable) => variable.name)]);
    for (const part of children(node).slice(1)) visit(part, inside);
  };
  visit(parsed.value, new Set());
  return spliced(text, splices);
}

const own = (record: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

function spliced(text: string, splices: readonly Splice[]): string {
  let out = '';
  let at = 0;
  for (const { start, end, text: put } of splices.toSorted((a, b) => a.start - b.start)) {
    out += text.slice(at, start) + put;
    at = end;
  }
  return out + text.slice(at);
}

/**
 * The text with `object` and `oldObject` as values of no type. A cluster checks validations against the schema of each kind that a policy matches,
 * and warns of fields that one of them lacks, guarded by `has()` or not; its own reading is never typed.
 */
export const untyped = (text: string): string => renamed(text, UNTYPED) ?? text;

const UNTYPED: Renames = { names: { object: 'dyn(object)', oldObject: 'dyn(oldObject)' } };
