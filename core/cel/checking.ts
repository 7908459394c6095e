import type { Expr } from './ast.ts';
import type { Resolved } from './checker.ts';
import type { Inference } from './inference.ts';
import type { Overloads } from './overloads.ts';
import type { Type } from './types.ts';

/**
 * How expressions are read. `kubernetes` is as the API server reads them. The others serve the language's own conformance tests:
 * `language` allows what only Kubernetes forbids (lists and maps of mixed types, field names in backticks), `unchecked` also
 * leaves names and types to the evaluation.
 */
export type Dialect = 'kubernetes' | 'language' | 'unchecked';

/** The variables of the comprehensions around a place, by name. */
export type Locals = ReadonlyMap<string, Type>;

/** What the parts of the checker (check-*.ts) need of each other. Each throws an IssueError where an expression is wrong. */
export interface Checking {
  readonly minor: number;
  readonly dialect: Dialect;
  readonly inference: Inference;
  readonly overloads: Overloads;
  /** The type of a part, which is noted. */
  check(node: Expr, locals: Locals): Type;
  /** The type of a part that was checked before. */
  noted(node: Expr): Type | undefined;
  expectBool(type: Type, node: Expr, where: string): void;
  requireOptionals(at: number): void;
  /** A type in the words of messages. */
  format(type: Type): string;
  /** Whether a name, which may be dotted, is declared or stands for a type. */
  isDeclared(name: string): boolean;
  noteCall(node: Expr, resolved: Resolved): void;
  noteUnbound(node: Expr): void;
  /** A variable that the expansion of a macro reads, whether or not the expression does. */
  noteImplied(name: string, type: Type, at: number): void;
}
