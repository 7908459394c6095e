import { Redacted } from '../json.ts';
import { children, type Expr, type Macro } from './ast.ts';
import { NO_OVERLOAD, type EvaluationFrame, type Failure, type Run } from './frame.ts';
import {
  CelMap,
  emptyRecord,
  isMap,
  isRecord,
  keysOf,
  handedOn,
  lookup,
  NONE,
  Optional,
  type CelValue,
  type Val,
} from './values.ts';
import { valueOf } from './libraries/optional.ts';
import { buildMap } from './maps.ts';

/** The compiled parts of a macro, and the slots of its variables (-1: none). */
export interface Loop {
  readonly target: Run;
  readonly first: number;
  readonly second: number;
  readonly filter: Run | undefined;
  readonly body: Run;
  readonly node: Macro;
}

export function compileLoop(loop: Loop): Run {
  switch (loop.node.name) {
    case 'all':
      return loop.second < 0 ? quantifier(loop, false) : pairs(loop, quantifyPairs(loop, false));
    case 'exists':
      return loop.second < 0 ? quantifier(loop, true) : pairs(loop, quantifyPairs(loop, true));
    case 'existsOne':
      return loop.second < 0 ? existsOne(loop) : pairs(loop, onePair(loop));
    case 'map':
      return mapList(loop);
    case 'filter':
      return filterList(loop);
    case 'optMap':
    case 'optFlatMap':
      return optionalMap(loop, loop.node.name === 'optMap');
    case 'transformList':
      return pairs(loop, transformList(loop));
    case 'transformMap':
      return pairs(loop, transformMap(loop, false));
    case 'transformMapEntry':
      return pairs(loop, transformMap(loop, true));
  }
}

/** What a loop goes over: the elements of a list, the keys of a map; otherwise an unknown, or undefined with an error recorded. */
function itemsOf(f: EvaluationFrame, range: Val, node: Macro): readonly CelValue[] | Redacted | undefined {
  if (Array.isArray(range)) return range as readonly CelValue[];
  if (range === undefined || range instanceof Redacted) return range;
  if (range instanceof CelMap || isRecord(range)) return keysOf(range);
  return f.failAt(node.target, 'only a list or a map can be gone over');
}

/** Takes the rounds of a finished loop from the budget. Inner loops are counted before outer ones, so that nothing runs away. */
function spent(f: EvaluationFrame, rounds: number, result: Val): Val {
  f.steps -= rounds;
  return f.steps < 0 ? f.overBudget() : result;
}

/** `all` (decides: false) and `exists` (decides: true); errors and unknowns count only where nothing decides. */
function quantifier({ target, first: slot, body, node }: Loop, decides: boolean): Run {
  const other = !decides;
  return (f) => {
    const range = target(f);
    const items = Array.isArray(range) ? (range as readonly CelValue[]) : itemsOf(f, range, node);
    if (!Array.isArray(items)) return items as Val;
    const { slots } = f;
    const count = items.length;
    let undecided: Undecided | undefined;
    for (let i = 0; i < count; i++) {
      slots[slot] = items[i] as CelValue;
      const value = body(f);
      if (value === other) continue;
      if (value === decides) return spent(f, i + 1, decides);
      undecided ??= new Undecided();
      if (!undecided.note(f, value, node)) break;
    }
    f.steps -= count;
    if (f.steps < 0) return f.overBudget();
    return undecided === undefined ? other : undecided.result(f);
  };
}

/** What stood in the way of a plain answer. */
class Undecided {
  #unknown: Redacted | undefined;
  #failure: Failure | undefined;

  /** False when the loop has to stop. */
  note(f: EvaluationFrame, value: Val, node: Macro): boolean {
    if (value instanceof Redacted) {
      this.#unknown ??= value;
      return true;
    }
    if (value !== undefined) f.failAt(node.body, NO_OVERLOAD);
    this.#failure ??= f.failure;
    return f.steps >= 0;
  }

  result(f: EvaluationFrame): Val {
    if (this.#unknown !== undefined) return this.#unknown;
    return this.#failure === undefined ? undefined : f.restore(this.#failure);
  }
}

function existsOne({ target, first: slot, body, node }: Loop): Run {
  return (f) => {
    const items = itemsOf(f, target(f), node);
    if (!Array.isArray(items)) return items as Val;
    const { slots } = f;
    let found = 0;
    for (let i = 0; i < items.length; i++) {
      slots[slot] = items[i] as CelValue;
      const value = body(f);
      if (value === true) found++;
      else if (value !== false) return spent(f, i + 1, noBool(f, value, node));
    }
    return spent(f, items.length, found === 1);
  };
}

/** An error or unknown as it is; an error for any other value that should have been a bool. */
const noBool = (f: EvaluationFrame, value: Val, node: Macro): Val =>
  value === undefined || value instanceof Redacted ? value : f.failAt(node.filter ?? node.body, NO_OVERLOAD);

function mapList({ target, first: slot, filter, body, node }: Loop): Run {
  return (f) => {
    const items = itemsOf(f, target(f), node);
    if (!Array.isArray(items)) return items as Val;
    const { slots } = f;
    const out: CelValue[] = [];
    for (let i = 0; i < items.length; i++) {
      slots[slot] = items[i] as CelValue;
      if (filter !== undefined) {
        const wanted = filter(f);
        if (wanted === false) continue;
        if (wanted !== true) return spent(f, i + 1, noBool(f, wanted, node));
      }
      const value = body(f);
      if (value === undefined || value instanceof Redacted) return spent(f, i + 1, value);
      out.push(value);
    }
    return spent(f, items.length, out);
  };
}

function filterList({ target, first: slot, body, node }: Loop): Run {
  return (f) => {
    const items = itemsOf(f, target(f), node);
    if (!Array.isArray(items)) return items as Val;
    const { slots } = f;
    const out: CelValue[] = [];
    for (let i = 0; i < items.length; i++) {
      const item = items[i] as CelValue;
      slots[slot] = item;
      const wanted = body(f);
      if (wanted === true) out.push(item);
      else if (wanted !== false) return spent(f, i + 1, noBool(f, wanted, node));
    }
    return spent(f, items.length, out);
  };
}

const mentions = (node: Expr, name: string): boolean =>
  (node.kind === 'ident' && node.name === name) || children(node).some((child) => mentions(child, name));

function optionalMap({ target, first: slot, body, node }: Loop, wrap: boolean): Run {
  const used = mentions(node.body, node.variables[0]?.name ?? '');
  return (f) => {
    const value = target(f);
    if (value === undefined || value instanceof Redacted) return value;
    if (!(value instanceof Optional)) return f.failAt(node, NO_OVERLOAD);
    if (value.held === undefined) return NONE;
    // What cannot be taken out is an error only where it is used.
    const held = used ? valueOf(f, value) : null;
    if (held === undefined) return f.at(node);
    f.slots[slot] = held;
    const result = body(f);
    if (result === undefined || result instanceof Redacted || (!wrap && !(result instanceof Optional))) return result;
    return handedOn(wrap ? new Optional(result) : (result as Optional));
  };
}

/** The rounds of a macro with two variables: what a round gives, or `undefined` to go on; the end's answer. */
interface Rounds {
  readonly start: () => Round;
}

interface Round {
  /** A result ends the loop; CONTINUE goes on; undefined is an error. */
  round(f: EvaluationFrame, key: CelValue): Val | typeof CONTINUE;
  end(f: EvaluationFrame): Val;
}

const CONTINUE = Symbol('continue');

/** Goes over positions and elements of a list, or keys and values of a map. */
function pairs({ target, first, second, node }: Loop, rounds: Rounds): Run {
  return (f) => {
    const range = target(f);
    const keys = itemsOf(f, range, node);
    if (!Array.isArray(keys)) return keys as Val;
    const state = rounds.start();
    const { slots } = f;
    for (let i = 0; i < keys.length; i++) {
      const item = keys[i] as CelValue;
      const key = range === keys ? i : item;
      slots[first] = key;
      slots[second] = isMap(range) ? (lookup(range, item) as CelValue) : item;
      const value = state.round(f, key);
      if (value !== CONTINUE) return spent(f, i + 1, value);
    }
    return spent(f, keys.length, state.end(f));
  };
}

const quantifyPairs = ({ body, node }: Loop, decides: boolean): Rounds => ({
  start: () => {
    let undecided: Undecided | undefined;
    return {
      round: (f) => {
        const value = body(f);
        if (value === !decides) return CONTINUE;
        if (value === decides) return decides;
        undecided ??= new Undecided();
        return undecided.note(f, value, node) ? CONTINUE : undefined;
      },
      end: (f) => (undecided === undefined ? !decides : undecided.result(f)),
    };
  },
});

const onePair = ({ body, node }: Loop): Rounds => ({
  start: () => {
    let found = 0;
    return {
      round: (f) => {
        const value = body(f);
        if (typeof value !== 'boolean') return noBool(f, value, node);
        if (value) found++;
        return CONTINUE;
      },
      end: () => found === 1,
    };
  },
});

/** The condition of a transform: true, false, or what ends the loop. */
function wanted({ filter, node }: Loop, f: EvaluationFrame): Val {
  if (filter === undefined) return true;
  const value = filter(f);
  return typeof value === 'boolean' ? value : noBool(f, value, node);
}

const transformList = (loop: Loop): Rounds => ({
  start: () => {
    const out: CelValue[] = [];
    return {
      round: (f) => {
        const take = wanted(loop, f);
        if (take === false) return CONTINUE;
        if (take !== true) return take;
        const value = loop.body(f);
        if (value === undefined || value instanceof Redacted) return value;
        out.push(value);
        return CONTINUE;
      },
      end: () => out,
    };
  },
});

const transformMap = (loop: Loop, entries: boolean): Rounds => ({
  start: () => {
    const out: (readonly [CelValue, CelValue])[] = [];
    return {
      round: (f, key) => {
        const take = wanted(loop, f);
        if (take === false) return CONTINUE;
        if (take !== true) return take;
        const value = loop.body(f);
        if (value === undefined || value instanceof Redacted) return value;
        if (!entries) out.push([key, value]);
        else if (isMap(value)) for (const inner of keysOf(value)) out.push([inner, lookup(value, inner) as CelValue]);
        else return f.failAt(loop.node.body, NO_OVERLOAD);
        return CONTINUE;
      },
      end: (f) => (out.length === 0 ? emptyRecord() : buildMap(f, out, entries)),
    };
  },
});
