import { Redacted } from './json.ts';
import { NO_OVERLOAD, type EvaluationFrame, type Run } from './frame.ts';
import { itemsOf, noBool, spent, stopped, Undecided, valueAt, type Loop } from './loop-state.ts';
import { buildMapOnce } from './maps.ts';
import { emptyRecord, isMap, keysOf, type CelMap, type CelRecord, type CelValue, type Val } from './values.ts';

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
export function pairs(loop: Loop, rounds: Rounds): Run {
  const { target, first, second, node, round } = loop;
  return (f) => {
    const range = target(f);
    const keys = itemsOf(f, range, node);
    if (!Array.isArray(keys)) return keys as Val;
    const state = rounds.start();
    const { slots } = f;
    const bind = (at: number): CelValue => {
      const item = keys[at] as CelValue;
      const key = range === keys ? at : item;
      slots[first] = key;
      slots[second] = isMap(range) ? valueAt(f, range, item) : item;
      return key;
    };
    for (let i = 0; i < keys.length; i++) {
      const value = state.round(f, bind(i));
      if (value === CONTINUE) continue;
      if (typeof value === 'boolean') return spent(f, (i + 1) * round, value);
      return stopped(loop, f, keys.length, i, value, (at) => {
        bind(at);
        if (loop.filter === undefined || loop.filter(f) === true) loop.body(f);
      });
    }
    return spent(f, keys.length * round, state.end(f));
  };
}

export const quantifyPairs = ({ body, node }: Loop, decides: boolean): Rounds => ({
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

export const onePair = ({ body, node }: Loop): Rounds => ({
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
function isWanted({ filter, node }: Loop, f: EvaluationFrame): Val {
  if (filter === undefined) return true;
  const value = filter(f);
  return typeof value === 'boolean' ? value : noBool(f, value, node);
}

export const transformList = (loop: Loop): Rounds => ({
  start: () => {
    const out: CelValue[] = [];
    return {
      round: (f) => {
        const take = isWanted(loop, f);
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

function addEntries(f: EvaluationFrame, out: (readonly [CelValue, CelValue])[], more: CelRecord | CelMap): boolean {
  for (const key of keysOf(more)) {
    const value = valueAt(f, more, key);
    if (value === undefined) return false;
    out.push([key, value]);
  }
  return true;
}

export const transformMap = (loop: Loop, entries: boolean): Rounds => ({
  start: () => {
    const out: (readonly [CelValue, CelValue])[] = [];
    return {
      round: (f, key) => {
        const take = isWanted(loop, f);
        if (take === false) return CONTINUE;
        if (take !== true) return take;
        const value = loop.body(f);
        if (value === undefined || value instanceof Redacted) return value;
        if (!entries) out.push([key, value]);
        else if (isMap(value)) return addEntries(f, out, value) ? CONTINUE : undefined;
        else return f.failAt(loop.node.body, NO_OVERLOAD);
        return CONTINUE;
      },
      end: (f) => (out.length === 0 ? emptyRecord() : buildMapOnce(f, out, entries)),
    };
  },
});
