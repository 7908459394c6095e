import { Redacted } from './json.ts';
import type { Span } from './source.ts';
import { NO_OVERLOAD, type EvaluationFrame, type Failure, type Run } from './frame.ts';
import { handedOn, Optional, type Val } from './values.ts';

/**
 * `&&` (decides: false) and `||` (decides: true): one deciding operand gives the answer whatever the others are, also where they
 * are errors, unknown or no bool at all. Otherwise unknown beats error.
 */
export function compileLogical(parts: readonly Run[], decides: boolean, spans: readonly Span[]): Run {
  const [first, second, third] = parts;
  const slow = (f: EvaluationFrame, from: number, value: Val): Val => undecided(f, parts, decides, spans, from, value);
  const other = !decides;
  if (first !== undefined && second !== undefined && parts.length === 2)
    return (f) => {
      const a = first(f);
      if (a === decides) return a;
      if (a !== other) return slow(f, 0, a);
      const b = second(f);
      return typeof b === 'boolean' ? b : slow(f, 1, b);
    };
  if (first !== undefined && second !== undefined && third !== undefined && parts.length === 3)
    return (f) => {
      const a = first(f);
      if (a === decides) return a;
      if (a !== other) return slow(f, 0, a);
      const b = second(f);
      if (b === decides) return b;
      if (b !== other) return slow(f, 1, b);
      const c = third(f);
      return typeof c === 'boolean' ? c : slow(f, 2, c);
    };
  return (f) => {
    for (let i = 0; i < parts.length; i++) {
      const value = (parts[i] as Run)(f);
      if (value === decides) return value;
      if (value !== other) return slow(f, i, value);
    }
    return other;
  };
}

/** Goes on after an operand that was no bool: looks for one that decides. */
function undecided(
  f: EvaluationFrame,
  parts: readonly Run[],
  decides: boolean,
  spans: readonly Span[],
  from: number,
  first: Val,
): Val {
  let unknown: Redacted | undefined;
  let failure: Failure | undefined;
  let value = first;
  for (let i = from; ;) {
    if (value === decides) return value;
    if (value instanceof Redacted) unknown ??= value;
    else if (typeof value !== 'boolean') {
      if (value !== undefined) f.failAt(spans[i] ?? { start: 0, end: 0 }, NO_OVERLOAD);
      failure ??= f.failure;
      if (f.steps < 0) break;
    }
    if (++i >= parts.length) break;
    value = (parts[i] as Run)(f);
  }
  if (unknown !== undefined) return unknown;
  return failure === undefined ? undefined : f.restore(failure);
}

export function compileNot(operand: Run, span: Span): Run {
  return (f) => {
    const value = operand(f);
    if (value === true) return false;
    if (value === false) return true;
    if (value === undefined || value instanceof Redacted) return value;
    return f.failAt(span, NO_OVERLOAD);
  };
}

/** `condition ? yes : no`; `wrap` where the result is an optional. */
export function compileConditional(condition: Run, yes: Run, no: Run, span: Span, wrap: boolean): Run {
  if (wrap) {
    const plain = compileConditional(condition, yes, no, span, false);
    return (f) => {
      const value = plain(f);
      return value instanceof Optional ? handedOn(value) : value;
    };
  }
  return (f) => {
    const value = condition(f);
    if (value === true) return yes(f);
    if (value === false) return no(f);
    if (value === undefined || value instanceof Redacted) return value;
    return f.failAt(span, NO_OVERLOAD);
  };
}
