import { Redacted } from './json.ts';
import { children, type Expr } from './ast.ts';
import { NO_OVERLOAD, type Run } from './frame.ts';
import { itemsOf, noBool, spent, stopped, Undecided, type Loop } from './loop-state.ts';
import { onePair, pairs, quantifyPairs, transformList, transformMap } from './pair-loops.ts';
import { handedOn, NONE, Optional, type CelValue, type Val } from './values.ts';
import { valueOf } from './libraries/optional.ts';

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

/** `all` (decides: false) and `exists` (decides: true); errors and unknowns count only where nothing decides. */
function quantifier({ target, first: slot, body, node, round }: Loop, decides: boolean): Run {
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
      if (value === decides) return spent(f, (i + 1) * round, decides);
      undecided ??= new Undecided();
      if (!undecided.note(f, value, node)) break;
    }
    f.steps -= count * round;
    if (f.steps < 0) return f.overBudget();
    return undecided === undefined ? other : undecided.result(f);
  };
}

function existsOne(loop: Loop): Run {
  const { target, first: slot, body, node, round } = loop;
  return (f) => {
    const items = itemsOf(f, target(f), node);
    if (!Array.isArray(items)) return items as Val;
    const { slots } = f;
    let found = 0;
    for (let i = 0; i < items.length; i++) {
      slots[slot] = items[i] as CelValue;
      const value = body(f);
      if (value === true) found++;
      else if (value !== false)
        return stopped(loop, f, items.length, i, noBool(f, value, node), (at) => {
          slots[slot] = items[at] as CelValue;
          body(f);
        });
    }
    return spent(f, items.length * round, found === 1);
  };
}

function mapList(loop: Loop): Run {
  const { target, first: slot, filter, body, node, round } = loop;
  return (f) => {
    const items = itemsOf(f, target(f), node);
    if (!Array.isArray(items)) return items as Val;
    const { slots } = f;
    const out: CelValue[] = [];
    const again = (at: number): void => {
      slots[slot] = items[at] as CelValue;
      if (filter === undefined || filter(f) === true) body(f);
    };
    for (let i = 0; i < items.length; i++) {
      slots[slot] = items[i] as CelValue;
      if (filter !== undefined) {
        const wanted = filter(f);
        if (wanted === false) continue;
        if (wanted !== true) return stopped(loop, f, items.length, i, noBool(f, wanted, node), again);
      }
      const value = body(f);
      if (value === undefined || value instanceof Redacted) return stopped(loop, f, items.length, i, value, again);
      out.push(value);
    }
    return spent(f, items.length * round, out);
  };
}

function filterList(loop: Loop): Run {
  const { target, first: slot, body, node, round } = loop;
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
      else if (wanted !== false)
        return stopped(loop, f, items.length, i, noBool(f, wanted, node), (at) => {
          slots[slot] = items[at] as CelValue;
          body(f);
        });
    }
    return spent(f, items.length * round, out);
  };
}

const mentions = (node: Expr, name: string): boolean =>
  (node.kind === 'ident' && node.name === name) || children(node).some((child) => mentions(child, name));

function optionalMap({ target, first: slot, body, node }: Loop, wrap: boolean): Run {
  const used = mentions(node.body, node.variables[0]?.name ?? '');
  return (f) => {
    const before = f.steps;
    const value = target(f);
    // cel-go computes it twice.
    f.steps -= before - f.steps;
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
