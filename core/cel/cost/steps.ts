import { Redacted } from '../json.ts';
import type { Expr } from '../ast.ts';
import { EvaluationFrame, type Failure } from '../frame.ts';
import type { Body } from '../library.ts';
import { Optional, type CelValue } from '../values.ts';
import type { Counting, Planned } from './counting.ts';
import { LIST_COST, type CostOf } from './functions.ts';
import { EXACT } from './measure.ts';
import type { Planner } from './planner.ts';

/** A call of a function on computed arguments. */
export function callOf(
  planner: Planner,
  apply: Body,
  parts: readonly Planned[],
  cost: CostOf | undefined,
  stopsEarly: boolean,
  node?: Expr,
): Planned {
  return planner.step(
    (c) => {
      const values: CelValue[] = [];
      let failure: Failure | undefined;
      let unknown: Redacted | undefined;
      for (const part of parts) {
        const value = part.run(c);
        if (value === undefined) failure ??= c.f.failure;
        else {
          if (failure === undefined && value instanceof Redacted) unknown ??= value;
          values.push(value);
        }
        if (failure !== undefined && stopsEarly) break;
      }
      // What comes first decides: an error, or an unknown before it.
      if (failure !== undefined) return unknown ?? c.f.restore(failure);
      const value = apply(c.f, ...values);
      return value === undefined && node !== undefined ? c.f.at(node) : value;
    },
    (c, result) => {
      const values = c.meter.dropArguments(parts.map((part) => part.id));
      if (values !== undefined) c.meter.cost += cost === undefined ? 1 : cost(values, result, EXACT, c.f);
    },
    node,
  );
}

/** A list of planned elements. */
export function listOf(planner: Planner, parts: readonly Planned[], optional: readonly boolean[] = [], node?: Expr): Planned {
  if (parts.every((part) => part.constant !== undefined)) return planner.constant(parts.map((part) => part.constant as CelValue));
  const ids = (): readonly number[] => parts.map((part) => part.id);
  return planner.step(
    (c) => {
      const out: CelValue[] = [];
      for (let i = 0; i < parts.length; i++) {
        const value = (parts[i] as Planned).run(c);
        if (value === undefined || value instanceof Redacted) return value;
        if (optional[i] !== true) out.push(value);
        else if (!(value instanceof Optional)) return notOptional(c, node);
        else if (value.held !== undefined) out.push(value.held);
      }
      return out;
    },
    (c) => {
      c.meter.dropArguments(ids());
      c.meter.cost += LIST_COST;
    },
    node,
  );
}

export function notOptional(c: Counting, node: Expr | undefined): undefined {
  const what = 'an optional value is needed after ?';
  return node === undefined ? c.f.fail(what) : c.f.failAt(node, what);
}

/** On it constants are computed. */
export const scratch = (): EvaluationFrame => new EvaluationFrame(0, [], 0);
