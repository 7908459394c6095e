import type { Expr } from '../ast.ts';
import type { EvaluationFrame, Failure } from '../frame.ts';
import type { CelValue, Val } from '../values.ts';
import type { Meter } from './meter.ts';

/** What became of one subexpression. */
export interface Step {
  readonly node: Expr;
  /** undefined: an error, which `failure` tells of. */
  readonly value: Val;
  readonly failure: Failure | undefined;
}

/** The state of one counted evaluation. */
export interface Counting {
  readonly f: EvaluationFrame;
  readonly meter: Meter;
  /** The variables of comprehensions, and what these gather. */
  readonly locals: Val[];
  /** The value of a composed variable; its own cost is counted apart. */
  readonly variable: (name: string) => Val;
  /** Steps in the order in which they were computed, where they are wanted. */
  readonly steps: Step[] | undefined;
}

export function note(c: Counting, node: Expr, value: Val): Val {
  if (c.steps !== undefined && c.steps.length < MAX_STEPS)
    c.steps.push({ node, value, failure: value === undefined ? c.f.failure : undefined });
  return value;
}

/** A trace is for people: more steps than these are left out. */
export const MAX_STEPS = 10_000;

/** One step of an evaluation, as cel-go plans it. */
export interface Planned {
  /** The number by which the meter knows it. */
  readonly id: number;
  /** Known when the program is made: costs nothing. */
  readonly constant: CelValue | undefined;
  /** What fields and indexes are added to, where this is a name or a chain of fields. */
  readonly attribute: Attribute | undefined;
  run(c: Counting): Val;
}

/** A name, or another value, and the fields and indexes read from it one after the other (cel-go, interpreter/attributes.go). */
export interface Attribute {
  readonly id: number;
  add(qualifier: Qualifier): void;
  resolve(c: Counting): Val;
}

/** One field or index. */
export interface Qualifier {
  readonly id: number;
  /** `a.?b`, `a[?b]` */
  readonly optional: boolean;
  /** The value under it; ABSENT only where `mayBeAbsent`. */
  qualify(c: Counting, value: CelValue, mayBeAbsent: boolean): Val | typeof ABSENT;
}

export const ABSENT = Symbol('absent');
