import { Redacted } from './json.ts';
import type { Expr } from './ast.ts';
import type { Code } from './code.ts';
import { equals, isIn } from './equality.ts';
import type { Charge } from './cost/bound.ts';
import { NO_OVERLOAD, SHORT, type EvaluationFrame, type Run } from './frame.ts';
import type { Body, FunctionDefinition } from './library.ts';
import { valueOf } from './libraries/optional.ts';
import { searchWith } from './libraries/regex.ts';
import { cachedPattern } from './regex.ts';
import { mayBe } from './runtime-types.ts';
import type { Signature } from './signature.ts';
import { IssueError } from './source.ts';
import { DYN } from './types.ts';
import { isList, Optional, type CelValue, type Val } from './values.ts';

/** The body of a function: of the one definition there is, or of the one that accepts the first argument. */
export function bodyOf(definitions: readonly FunctionDefinition[]): Body {
  const [only] = definitions;
  if (only !== undefined && definitions.length === 1) return only.call;
  // A definition that takes whatever comes is asked last.
  const choosy = definitions.toSorted((a, b) => Number(a.accepts === undefined) - Number(b.accepts === undefined));
  return (f, ...args) => {
    const [first] = args;
    if (first === undefined) return only?.call(f);
    for (const { accepts, call } of choosy) if (accepts === undefined || accepts(first)) return call(f, ...args);
    return f.noOverload(first);
  };
}

/** Only what the checker chose by the types it knew may run, whatever a value turns out to be. */
export function guarded(body: Body, chosen: readonly Signature[]): Body {
  return (f, ...args) =>
    chosen.some((one) => args.every((arg, i) => mayBe(arg, one.parameters[i] ?? DYN))) ? body(f, ...args) : f.noOverload(...args);
}

/** What a call takes from the cost limit while it runs (cost/bound.ts). */
export interface Spending {
  readonly charge: Charge | undefined;
  /** Whether the second of two arguments is computed, for what it costs, where the first is an error. */
  readonly goesOn: boolean;
}

export const FREE: Spending = { charge: undefined, goesOn: false };

/** A call of a function on evaluated arguments, in their order; the first error or unknown is the result. */
export function compileCall(body: Body, args: readonly Run[], node: Expr, spending = FREE): Run {
  return spending.charge === undefined && !spending.goesOn ? freeCall(body, args, node) : chargedCall(body, args, node, spending);
}

function chargedCall(body: Body, args: readonly Run[], node: Expr, { charge, goesOn }: Spending): Run {
  const [a, b] = args as readonly [Run, Run];
  if (args.length === 1)
    return (f) => {
      const x = a(f);
      const value = x === undefined ? undefined : f.placed(body(f, x), node);
      charge?.take(f, value, x);
      return value;
    };
  if (args.length === 2)
    return (f) => {
      const x = a(f);
      if (x === undefined) return goesOn ? afterError(f, b, charge) : undefined;
      const y = b(f);
      const value = y === undefined ? (x instanceof Redacted ? x : undefined) : f.placed(body(f, x, y), node);
      charge?.take(f, value, x, y);
      return value;
    };
  return (f) => {
    const values: CelValue[] = [];
    for (const arg of args) {
      const value = arg(f);
      if (value === undefined) break;
      values.push(value);
    }
    const complete = values.length === args.length;
    const result = complete ? f.placed(body(f, ...values), node) : values.find((value) => value instanceof Redacted);
    charge?.take(f, result, values[0], values[1], values[2], values[3]);
    return result;
  };
}

/** The second argument of a call whose first is an error, for what it costs. */
export function afterError(f: EvaluationFrame, second: Run, charge: Charge | undefined): undefined {
  const { failure } = f;
  const y = second(f);
  charge?.take(f, undefined, undefined, y);
  return f.restore(failure);
}

function freeCall(body: Body, args: readonly Run[], node: Expr): Run {
  const [a, b, c] = args;
  switch (args.length) {
    case 0:
      return (f) => f.placed(body(f), node);
    case 1:
      return (f) => {
        const x = (a as Run)(f);
        return x === undefined ? undefined : f.placed(body(f, x), node);
      };
    case 2:
      return (f) => {
        const x = (a as Run)(f);
        if (x === undefined) return undefined;
        const y = (b as Run)(f);
        if (y === undefined) return x instanceof Redacted ? x : undefined;
        return f.placed(body(f, x, y), node);
      };
    case 3:
      return (f) => {
        const x = (a as Run)(f);
        if (x === undefined) return undefined;
        const y = (b as Run)(f);
        if (y === undefined) return x instanceof Redacted ? x : undefined;
        const z = (c as Run)(f);
        if (z === undefined) return x instanceof Redacted ? x : y instanceof Redacted ? y : undefined;
        return f.placed(body(f, x, y, z), node);
      };
    default:
      return (f) => {
        const values: CelValue[] = [];
        for (const arg of args) {
          const value = arg(f);
          if (value === undefined) return values.find((one) => one instanceof Redacted);
          values.push(value);
        }
        return f.placed(body(f, ...values), node);
      };
  }
}

const isPrimitive = (value: CelValue | undefined): value is string | boolean =>
  typeof value === 'string' || typeof value === 'boolean';

/** `==` and `!=`; against a constant text or bool it is one comparison. */
export function compileEquals(left: Code, right: Code, negated: boolean, node: Expr, spending = FREE): Run {
  const yes = !negated;
  const { charge, goesOn } = spending;
  const slow = (f: EvaluationFrame, a: Val, b: Val): Val => {
    if (a === undefined || b === undefined) return a instanceof Redacted ? a : undefined;
    charge?.take(f, false, a, b);
    const same = equals(a, b, f);
    if (typeof same === 'boolean') return same === yes;
    if (same !== undefined) return same;
    return negated ? true : f.failAt(node, NO_OVERLOAD);
  };
  if (isPrimitive(left.constant) && !isPrimitive(right.constant)) return compileEquals(right, left, negated, node, spending);
  const wanted = right.constant;
  const { run } = left;
  if (isPrimitive(wanted) && (typeof wanted === 'boolean' || wanted.length <= SHORT))
    return (f) => {
      const value = run(f);
      if (value === wanted) return yes;
      return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number'
        ? negated
        : slow(f, value, wanted);
    };
  if (typeof wanted === 'number')
    return (f) => {
      const value = run(f);
      if (typeof value === 'number') return (value === wanted) === yes;
      return typeof value === 'string' || typeof value === 'boolean' ? negated : slow(f, value, wanted);
    };
  const other = right.run;
  return (f) => {
    const a = run(f);
    if (a === undefined) return goesOn ? afterError(f, other, charge) : undefined;
    const b = other(f);
    if (typeof a === 'string' && typeof b === 'string' && (a.length <= SHORT || b.length <= SHORT)) return (a === b) === yes;
    return slow(f, a, b);
  };
}

/** Orders against a constant number, which ints and doubles share; everything else goes the general way. undefined: no order. */
export function compileOrder(name: string, left: Run, right: Code, body: Body, node: Expr): Run | undefined {
  const limit = right.constant;
  if (typeof limit !== 'number') return undefined;
  const general = (f: EvaluationFrame, value: Val): Val =>
    value === undefined ? undefined : f.placed(body(f, value, limit), node);
  // One closure each: the engine of JavaScript then compares inline.
  switch (name) {
    case '_<_':
      return (f) => {
        const value = left(f);
        return typeof value === 'number' ? value < limit : general(f, value);
      };
    case '_<=_':
      return (f) => {
        const value = left(f);
        return typeof value === 'number' ? value <= limit : general(f, value);
      };
    case '_>_':
      return (f) => {
        const value = left(f);
        return typeof value === 'number' ? value > limit : general(f, value);
      };
    case '_>=_':
      return (f) => {
        const value = left(f);
        return typeof value === 'number' ? value >= limit : general(f, value);
      };
    default:
      return undefined;
  }
}

/** startsWith, endsWith and contains with a constant text. undefined: another function. */
export function compileTextTest(
  name: string,
  left: Run,
  wanted: string,
  body: Body,
  node: Expr,
  charge: Charge | undefined,
): Run | undefined {
  const general = (f: EvaluationFrame, value: Val): Val => {
    if (value === undefined) return undefined;
    charge?.take(f, false, value, wanted);
    return f.placed(body(f, value, wanted), node);
  };
  // A long text may come with the one that is sought: it is charged for every time.
  if (wanted.length > SHORT) return undefined;
  switch (name) {
    case 'startsWith':
      return (f) => {
        const value = left(f);
        return typeof value === 'string' && value.length <= SHORT ? value.startsWith(wanted) : general(f, value);
      };
    case 'endsWith':
      return (f) => {
        const value = left(f);
        return typeof value === 'string' && value.length <= SHORT ? value.endsWith(wanted) : general(f, value);
      };
    case 'contains':
      return (f) => {
        const value = left(f);
        return typeof value === 'string' && value.length <= SHORT ? value.includes(wanted) : general(f, value);
      };
    default:
      return undefined;
  }
}

/** `value in [constants]`: of texts a set, else the list itself. */
export function compileIn(left: Run, right: Code, general: Run): Run {
  const list = right.constant;
  if (!isList(list)) return general;
  // cel-go does not even look at the value then, which may be an error.
  if (list.length === 0) return right.early ? () => false : general;
  // What cel-go has not made a set of beforehand is charged for by its length.
  if (list.length > SHORT && !right.early) return general;
  if (list.length > 0 && list.every((element) => typeof element === 'string')) {
    const known = new Set<CelValue>(list);
    return (f) => {
      const value = left(f);
      if (typeof value === 'string') return known.has(value);
      return value === undefined || value instanceof Redacted ? value : false;
    };
  }
  if (list.length > SHORT) return general;
  return (f) => {
    const value = left(f);
    return value === undefined || value instanceof Redacted ? value : isIn(value, list, f);
  };
}

/** `text.matches('literal')`: the pattern is compiled once, and a wrong one is an error of the expression. */
export function compileMatches(left: Run, pattern: string, patternNode: Expr, node: Expr, charge: Charge | undefined): Run {
  const compiled = cachedPattern(pattern);
  if (typeof compiled === 'string') throw new IssueError(`not a regular expression of RE2: ${compiled}`, patternNode.start);
  // Of a literal it is known beforehand how long it is.
  const longPattern = pattern.length > SHORT && patternNode.kind !== 'literal';
  return (f) => {
    const value = left(f);
    if (typeof value === 'string') {
      if (value.length > SHORT || longPattern) charge?.take(f, false, value, pattern);
      return f.placed(searchWith(f, value, compiled), node);
    }
    return value === undefined ? undefined : f.placed(f.noOverload(value), node);
  };
}

/** `or` and `orValue` need their argument only where there is no value. On a plain value both give it back (cel-go 0.26). */
export function compileOrElse(name: 'or' | 'orValue', left: Run, right: Run, node: Expr): Run {
  return (f) => {
    const value = left(f);
    if (!(value instanceof Optional)) return value;
    if (value.held === undefined) return right(f);
    return name === 'or' ? value : f.placed(valueOf(f, value), node);
  };
}

/** Kubernetes' find() and findAll() with a literal pattern look into an optional text. */
export function textInside(run: Run): Run {
  return (f) => {
    const value = run(f);
    return value instanceof Optional && typeof value.held === 'string' ? value.held : value;
  };
}
