import type { Span } from './source.ts';

/**
 * The syntax tree. Every node knows its stretch of source text (parentheses around it not included), so that messages can point
 * at it and text can be spliced. Operators are calls by cel-go's names (`_+_`, `_&&_`, `_?_:_`); `&&` and `||` hold all operands
 * of a chain. Macros are nodes of their own and keep the parts of their call as written.
 */
export type Expr = Literal | Ident | Select | Has | Index | Call | ListExpr | MapExpr | StructExpr | Macro;

export type LiteralType = 'null' | 'bool' | 'int' | 'uint' | 'double' | 'string' | 'bytes';

export interface Literal extends Span {
  readonly kind: 'literal';
  readonly type: LiteralType;
  /** int and uint: bigint; bytes: one char per byte; double: number. */
  readonly value: null | boolean | bigint | number | string;
}

export interface Ident extends Span {
  readonly kind: 'ident';
  readonly name: string;
  /** Written with a leading dot: never a comprehension's variable. */
  readonly absolute: boolean;
}

export interface Select extends Span {
  readonly kind: 'select';
  readonly operand: Expr;
  readonly field: string;
  readonly fieldStart: number;
  /** Written in backticks. */
  readonly quoted: boolean;
  /** `a.?b` */
  readonly optional: boolean;
}

/** `has(a.b)` */
export interface Has extends Span {
  readonly kind: 'has';
  readonly select: Select;
}

export interface Index extends Span {
  readonly kind: 'index';
  readonly operand: Expr;
  readonly index: Expr;
  /** `a[?b]` */
  readonly optional: boolean;
}

export interface Call extends Span {
  readonly kind: 'call';
  readonly name: string;
  readonly nameStart: number;
  readonly target: Expr | undefined;
  readonly args: readonly Expr[];
}

export interface Element {
  readonly value: Expr;
  /** `[?a]` */
  readonly optional: boolean;
}

export interface ListExpr extends Span {
  readonly kind: 'list';
  readonly elements: readonly Element[];
}

export interface Entry extends Element {
  readonly key: Expr;
}

export interface MapExpr extends Span {
  readonly kind: 'map';
  readonly entries: readonly Entry[];
}

/** `a.b.C{field: value}`: messages of protocol buffers, which the environments of Kubernetes hardly have. */
export interface StructExpr extends Span {
  readonly kind: 'struct';
  /** With its leading dot, where it is written with one. */
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly value: Expr; readonly optional: boolean }[];
}

export type MacroName =
  | 'all'
  | 'exists'
  | 'existsOne'
  | 'map'
  | 'filter'
  | 'optMap'
  | 'optFlatMap'
  | 'transformList'
  | 'transformMap'
  | 'transformMapEntry';

/** `target.name(variables..., [filter,] body)` */
export interface Macro extends Span {
  readonly kind: 'macro';
  readonly name: MacroName;
  /** As written: `exists_one` and `existsOne` are one macro. */
  readonly writtenName: string;
  readonly nameStart: number;
  readonly target: Expr;
  readonly variables: readonly Ident[];
  /** The condition of `map(x, condition, body)` and of the transforms. */
  readonly filter: Expr | undefined;
  readonly body: Expr;
}

/** The parts of a node, in source order. */
export function children(node: Expr): readonly Expr[] {
  switch (node.kind) {
    case 'literal':
    case 'ident':
      return [];
    case 'select':
      return [node.operand];
    case 'has':
      return [node.select];
    case 'index':
      return [node.operand, node.index];
    case 'call':
      return node.target === undefined ? node.args : [node.target, ...node.args];
    case 'list':
      return node.elements.map((element) => element.value);
    case 'map':
      return node.entries.flatMap((entry) => [entry.key, entry.value]);
    case 'struct':
      return node.fields.map((field) => field.value);
    case 'macro':
      return node.filter === undefined ? [node.target, node.body] : [node.target, node.filter, node.body];
  }
}

/** The dotted name that a chain of plain selects spells, such as `optional.of`, or undefined. */
export function qualifiedName(node: Expr): string | undefined {
  if (node.kind === 'ident') return node.name;
  if (node.kind !== 'select' || node.optional) return undefined;
  const prefix = qualifiedName(node.operand);
  return prefix === undefined ? undefined : `${prefix}.${node.field}`;
}

/** The node with other parts, in the order of `children`; the same node where no part changes. */
export function mapChildren(node: Expr, change: (part: Expr) => Expr): Expr {
  const old = children(node);
  const parts = old.map((part) => change(part));
  if (parts.every((part, i) => part === old[i])) return node;
  const rest = parts.values();
  const next = (): Expr => rest.next().value as Expr;
  switch (node.kind) {
    case 'literal':
    case 'ident':
      return node;
    case 'select':
      return { ...node, operand: next() };
    case 'has': {
      const select = next();
      return select.kind === 'select' ? { ...node, select } : node;
    }
    case 'index':
      return { ...node, operand: next(), index: next() };
    case 'call':
      return { ...node, target: node.target && next(), args: node.args.map(next) };
    case 'list':
      return { ...node, elements: node.elements.map((element) => ({ ...element, value: next() })) };
    case 'map':
      return { ...node, entries: node.entries.map((entry) => ({ ...entry, key: next(), value: next() })) };
    case 'struct':
      return { ...node, fields: node.fields.map((field) => ({ ...field, value: next() })) };
    case 'macro':
      return { ...node, target: next(), filter: node.filter && next(), body: next() };
  }
}
