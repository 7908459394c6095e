import { Redacted } from '../json.ts';
import type { ListExpr, MapExpr } from '../ast.ts';
import { buildMap } from '../maps.ts';
import { Optional, type CelValue, type Val } from '../values.ts';
import type { Counting, Planned } from './counting.ts';
import { MAP_COST } from './functions.ts';
import type { Planner } from './planner.ts';
import { listOf, notOptional, scratch } from './steps.ts';

export function planList(planner: Planner, node: ListExpr): Planned {
  return listOf(
    planner,
    node.elements.map((element) => planner.plan(element.value)),
    node.elements.map((element) => element.optional),
    node,
  );
}

export function planMap(planner: Planner, node: MapExpr): Planned {
  const entries = node.entries.map(({ key, value, optional }) => ({
    key: planner.plan(key),
    value: planner.plan(value),
    optional,
  }));
  const compute = (c: Counting): Val => {
    const out: (readonly [CelValue, CelValue])[] = [];
    for (const entry of entries) {
      const key = entry.key.run(c);
      if (key === undefined || key instanceof Redacted) return key;
      const value = entry.value.run(c);
      if (value === undefined || value instanceof Redacted) return value;
      if (!entry.optional) out.push([key, value]);
      else if (!(value instanceof Optional)) return notOptional(c, node);
      else if (value.held !== undefined) out.push([key, value.held]);
    }
    return buildMap(c.f, out);
  };
  if (entries.every(({ key, value }) => key.constant !== undefined && value.constant !== undefined)) {
    const pairs = entries.map(({ key, value }) => [key.constant as CelValue, value.constant as CelValue] as const);
    const built = buildMap(scratch(), pairs);
    if (built !== undefined) return planner.constant(built);
  }
  return planner.step(
    compute,
    (c) => {
      c.meter.dropArguments(entries.flatMap(({ key, value }) => [key.id, value.id]));
      c.meter.cost += MAP_COST;
    },
    node,
  );
}
