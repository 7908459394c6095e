import { Redacted } from '../json.ts';
import type { Expr, Macro } from '../ast.ts';
import type { EvaluationFrame, Failure } from '../frame.ts';
import { valueOf } from '../libraries/optional.ts';
import type { Body } from '../library.ts';
import { itemsOf, valueAt } from '../loop-state.ts';
import * as operators from '../operators.ts';
import { CelObject, isMap, keysOf, NONE, Optional, storageKey, type CelValue, type Val } from '../values.ts';
import { buildMap } from '../maps.ts';
import { NameAttribute } from './attributes.ts';
import type { Counting, Planned } from './counting.ts';
import type { Planner } from './planner.ts';
import { callOf, listOf } from './steps.ts';

/** The parts of cel-go's comprehension, into which it turns every macro (parser/macro.go, ext/comprehensions.go, cel/library.go). */
interface Fold {
  readonly range: Planned;
  readonly first: number;
  readonly second: number;
  readonly accumulator: Accumulator;
  /** undefined: always true, and a constant. */
  readonly condition: Planned | undefined;
  readonly step: Planned;
  readonly result: Planned;
  readonly node: Macro;
}

/** Stands in a slot whose value is computed when it is first read. */
const LATER: CelValue = new Redacted('env');

/** What a fold gathers: computed when first read, and kept with its error. */
class Accumulator {
  readonly #slot: number;
  readonly #start: (c: Counting) => Val;
  #failure: Failure | undefined;

  constructor(slot: number, start: (c: Counting) => Val) {
    this.#slot = slot;
    this.#start = start;
  }

  clear(c: Counting): void {
    c.locals[this.#slot] = LATER;
  }

  set(c: Counting, value: Val): void {
    c.locals[this.#slot] = value;
    this.#failure = value === undefined ? c.f.failure : undefined;
  }

  read(c: Counting): Val {
    const value = c.locals[this.#slot];
    if (value === LATER) {
      this.set(c, this.#start(c));
      return c.locals[this.#slot];
    }
    return value === undefined && this.#failure !== undefined ? c.f.restore(this.#failure) : value;
  }
}

/** The comprehension that a macro stands for; over another range than its target where that is computed already. */
export function planMacro(planner: Planner, node: Macro, range?: Planned): Planned {
  switch (node.name) {
    case 'optMap':
    case 'optFlatMap':
      return planOptionalMap(planner, node);
    case 'all':
    case 'exists':
      return fold(
        planner,
        node,
        () => node.name === 'all',
        (parts) => quantifier(planner, node, parts),
      );
    case 'existsOne':
      return fold(
        planner,
        node,
        () => 0,
        (parts) => existsOne(planner, parts),
      );
    case 'map':
    case 'filter':
    case 'transformList':
      return fold(
        planner,
        node,
        () => [],
        (parts) => gather(planner, node, parts),
        range,
      );
    case 'transformMap':
    case 'transformMapEntry':
      return fold(
        planner,
        node,
        () => new Entries(),
        (parts) => gatherMap(planner, node, parts),
      );
  }
}

/** What the steps of a fold are made of; each read of the accumulator is a step of its own. */
interface Parts {
  readonly gathered: () => Planned;
  readonly first: () => Planned;
  readonly filter: Planned | undefined;
  readonly body: Planned;
}

interface Steps {
  readonly condition?: Planned;
  readonly step: Planned;
  readonly result?: Planned;
}

function fold(planner: Planner, node: Macro, start: () => Val, make: (parts: Parts) => Steps, over?: Planned): Planned {
  const range = over ?? planner.plan(node.target);
  const slots = node.variables.map((variable) => {
    const slot = planner.declare();
    planner.bind(variable.name, (c) => c.locals[slot]);
    return slot;
  });
  const accumulator = new Accumulator(planner.declare(), start);
  const gathered = (): Planned => planner.attribute(new NameAttribute(planner.id(), (c) => accumulator.read(c)));
  const filter = node.filter === undefined ? undefined : planner.plan(node.filter);
  const body = planner.plan(node.body);
  const { condition, step, result } = make({ gathered, first: () => planner.local(slots[0] ?? -1), filter, body });
  planner.release();
  for (const variable of node.variables) {
    planner.unbind(variable.name);
    planner.release();
  }
  const [first = -1, second = -1] = slots;
  const parts: Fold = { range, first, second, accumulator, condition, step, result: result ?? gathered(), node };
  return planner.step(
    (c) => runFold(c, parts),
    (c) => c.meter.drop(range.id),
    node,
  );
}

function runFold(c: Counting, { range, first, second, accumulator, condition, step, result, node }: Fold): Val {
  const over = range.run(c);
  const items = itemsOf(c.f, over, node);
  if (!Array.isArray(items)) return items as Val;
  const { locals } = c;
  accumulator.clear(c);
  for (let i = 0; i < items.length; i++) {
    const item = items[i] as CelValue;
    locals[first] = second >= 0 && over === items ? i : item;
    if (second >= 0) locals[second] = isMap(over) ? valueAt(c.f, over, item) : item;
    if (condition?.run(c) === false) break;
    accumulator.set(c, step.run(c));
  }
  return finished(c, result.run(c));
}

/** Adds an element to what is gathered, in place: nothing else holds that list. */
const addLists: Body = (_, list, more) => {
  if (list instanceof Redacted || more instanceof Redacted) return list instanceof Redacted ? list : (more as Redacted);
  for (const element of more as readonly CelValue[]) (list as CelValue[]).push(element);
  return list as CelValue;
};

function quantifier(planner: Planner, node: Macro, { gathered, body }: Parts): Steps {
  const exists = node.name === 'exists';
  const first = gathered();
  const judged = exists ? callOf(planner, not, [first], undefined, false) : first;
  // What is no bool at all counts as true here.
  const condition = planner.step(
    (c) => judged.run(c) !== false,
    (c) => {
      if (c.meter.dropArguments([judged.id]) !== undefined) c.meter.cost += 1;
    },
  );
  return { condition, step: planner.logical(exists, [gathered(), body], [node.body, node.body]) };
}

const not: Body = (f, value) => (typeof value === 'boolean' ? !value : f.noOverload(value));

function existsOne(planner: Planner, { gathered, body }: Parts): Steps {
  const more = callOf(planner, operators.add, [gathered(), planner.constant(1)], undefined, false);
  const step = planner.conditional(body, more, gathered());
  const one = [gathered(), planner.constant(1)];
  return { step, result: callOf(planner, (_, a, b) => (a instanceof Redacted ? a : a === b), one, undefined, false) };
}

/** `map`, `filter` and `transformList`: what is gathered, and a list of one more element. */
function gather(planner: Planner, node: Macro, { gathered, first, filter, body }: Parts): Steps {
  const isFilter = node.name === 'filter';
  const wanted = isFilter ? body : filter;
  const added = callOf(planner, addLists, [gathered(), listOf(planner, [isFilter ? first() : body])], undefined, false);
  return { step: wanted === undefined ? added : planner.conditional(wanted, added, gathered()) };
}

/** The entries of a map that is being gathered. */
class Entries extends CelObject {
  readonly typeName = 'map';
  readonly pairs: (readonly [CelValue, CelValue])[] = [];
  readonly #keys = new Set<string>();
  /** False where the key is there already. */
  insert(key: CelValue, value: CelValue): boolean {
    const known = storageKey(key);
    if (known !== undefined && this.#keys.has(known)) return false;
    if (known !== undefined) this.#keys.add(known);
    this.pairs.push([key, value]);
    return true;
  }
  equals(other: CelObject): boolean {
    return this === other;
  }
  override toString(): string {
    return 'map';
  }
}

const finished = (c: Counting, value: Val): Val => (value instanceof Entries ? buildMap(c.f, value.pairs) : value);

function insert(f: EvaluationFrame, entries: CelValue, key: CelValue, value: CelValue): Val {
  if (!(entries instanceof Entries)) return f.noOverload(entries);
  return entries.insert(key, value) ? entries : f.fail('a map has a key twice', key);
}

function insertAll(f: EvaluationFrame, entries: CelValue, more: CelValue): Val {
  if (!isMap(more)) return f.noOverload(entries, more);
  for (const key of keysOf(more)) {
    const value = valueAt(f, more, key);
    if (value === undefined || insert(f, entries, key, value) === undefined) return undefined;
  }
  return entries;
}

function gatherMap(planner: Planner, node: Macro, { gathered, first, filter, body }: Parts): Steps {
  const added =
    node.name === 'transformMap'
      ? callOf(planner, (f, ...parts) => insertEntry(f, parts), [gathered(), first(), body], undefined, true)
      : callOf(
          planner,
          (f, entries, more) => firstUnknown(entries, more) ?? insertAll(f, entries as CelValue, more as CelValue),
          [gathered(), body],
          undefined,
          false,
        );
  return { step: filter === undefined ? added : planner.conditional(filter, added, gathered()) };
}

const firstUnknown = (...values: (CelValue | undefined)[]): Redacted | undefined =>
  values.find((value) => value instanceof Redacted);

function insertEntry(f: EvaluationFrame, parts: readonly CelValue[]): Val {
  const [entries, key, value] = parts as readonly [CelValue, CelValue, CelValue];
  return firstUnknown(entries, key, value) ?? insert(f, entries, key, value);
}

/**
 * `target.optMap(name, body)` is `target.hasValue() ? optional.of(body) : optional.none()`, with the target computed once more,
 * when the name is first read.
 */
function planOptionalMap(planner: Planner, node: Macro): Planned {
  const condition = callOf(planner, hasValue, [planner.plan(node.target)], undefined, false);
  const held = callOf(planner, takeOut, [planner.plan(node.target)], undefined, false);
  const name = node.variables[0]?.name;
  const accumulator = new Accumulator(planner.declare(), (c) => held.run(c));
  planner.bind(name, (c) => accumulator.read(c));
  const range = planner.constant([]);
  const body = planner.plan(node.body);
  planner.unbind(name);
  planner.release();
  const inner = planner.step(
    (c) => {
      accumulator.clear(c);
      range.run(c);
      return body.run(c);
    },
    (c) => c.meter.drop(range.id),
  );
  const yes = node.name === 'optMap' ? callOf(planner, wrap, [inner], undefined, false) : inner;
  return planner.conditional(
    condition,
    yes,
    callOf(planner, () => NONE, [], undefined, false),
    node,
  );
}

/** `list.sortBy(x, key)`: the list is computed once, and read by the sorting and by the comprehension that makes the keys. */
export function planSortBy(planner: Planner, list: Expr, keys: Macro, sort: (parts: readonly Planned[]) => Planned): Planned {
  const target = planner.plan(list);
  const accumulator = new Accumulator(planner.declare(), (c) => target.run(c));
  const read = (): Planned => planner.attribute(new NameAttribute(planner.id(), (c) => accumulator.read(c)));
  const range = planner.constant([]);
  const result = sort([read(), planMacro(planner, keys, read())]);
  planner.release();
  return planner.step(
    (c) => {
      accumulator.clear(c);
      range.run(c);
      return result.run(c);
    },
    (c) => c.meter.drop(range.id),
  );
}

const hasValue: Body = (f, value) => (value instanceof Optional ? value.held !== undefined : f.noOverload(value));
const takeOut: Body = (f, value) => (value instanceof Optional ? valueOf(f, value) : f.noOverload(value));
const wrap: Body = (_, value) => (value instanceof Redacted ? value : new Optional(value));
