import { Double, Redacted } from './json.ts';
import type { Has, Index, Select } from './ast.ts';
import { code, type Code } from './code.ts';
import { NO_KEY, type EvaluationFrame, type Run } from './frame.ts';
import { optionalIndex, plainIndex } from './libraries/optional.ts';
import { CelMap, isList, isPlainData, isPlainName, isRecord, lookup, NONE, Optional, type CelValue, type Val } from './values.ts';

type Data = Readonly<Record<string, CelValue>>;

/**
 * What stands before a field or an index: `start`, no chain of fields, so that cel-go looks into an optional there; `optional`, a
 * chain that has looked into one, whose values are wrapped since; `plain`, another chain.
 */
export type Chain = 'start' | 'optional' | 'plain';

/** Whether a value may be an optional that the data itself holds: cel-go does not look into that in the middle of a chain. */
const isHeldInData = (chain: Chain, value: Val): boolean =>
  value instanceof Optional && (chain === 'plain' || value.held instanceof Optional);

/**
 * `operand.key`. Where the key can only be found in data it is a plain property access: a missing key and everything that has
 * no fields give undefined, and only then is it looked at closely.
 */
export function compileSelect(operand: Code, node: Select, chain: Chain): Code {
  const key = node.field;
  if (node.optional)
    return code(
      withOperand(operand.run, (f, value) =>
        isHeldInData(chain, value) ? f.leaveToCounting() : f.placed(optionalSelect(f, value, key), node),
      ),
    );
  const at = { start: node.start, end: node.end };
  const { run, slot, field } = operand;
  const missing = (f: EvaluationFrame, value: Val): Val =>
    isHeldInData(chain, value) ? f.leaveToCounting() : f.placed(missingField(f, value, key), at);
  if (!isPlainName(key)) return code(carefulSelect(run, key, missing));
  if (slot >= 0)
    return code(
      (f) => {
        const value = f.slots[slot];
        if (typeof value === 'object' && value !== null) {
          const found = (value as Data)[key];
          if (found !== undefined) return found;
        }
        return missing(f, value);
      },
      { field: { slot, key } },
    );
  if (field !== undefined) {
    const { slot: from, key: outer } = field;
    return code((f) => {
      const value = f.slots[from];
      if (typeof value === 'object' && value !== null) {
        const inner = (value as Data)[outer];
        if (typeof inner === 'object' && inner !== null) {
          const found = (inner as Data)[key];
          if (found !== undefined) return found;
        }
      }
      return missing(f, run(f));
    });
  }
  return code((f) => {
    const value = run(f);
    if (typeof value === 'object' && value !== null) {
      const found = (value as Data)[key];
      if (found !== undefined) return found;
    }
    return missing(f, value);
  });
}

/** Keys that are also names on prototypes or on our own classes: only what the data itself holds counts. */
function carefulSelect(run: Run, key: string, missing: (f: EvaluationFrame, value: Val) => Val): Run {
  // `kind` and `value` are the only such names that Kubernetes uses all the time, and no built-in prototype has them.
  if (key === 'value')
    return (f) => {
      const value = run(f);
      if (typeof value === 'object' && value !== null && !(value instanceof Redacted)) {
        const found = (value as Data)[key];
        // Besides data only a Double has something under `value`, a number.
        if (typeof found === 'string' || (found !== undefined && !(value instanceof Double))) return found;
      }
      return missing(f, value);
    };
  if (key === 'kind')
    return (f) => {
      const value = run(f);
      if (typeof value === 'object' && value !== null && !(value instanceof Redacted)) {
        const found = (value as Data)[key];
        if (found !== undefined) return found;
      }
      return missing(f, value);
    };
  return (f) => {
    const value = run(f);
    return isRecord(value) && Object.hasOwn(value, key) ? value[key] : missing(f, value);
  };
}

/** What a field gives where plain access found nothing; undefined with an error recorded. */
export function missingField(f: EvaluationFrame, value: Val, key: string): Val {
  if (value === undefined || value instanceof Redacted) return value;
  if (value instanceof CelMap) return present(f, lookup(value, key), key);
  if (value instanceof Optional) return optionalSelect(f, value, key);
  return isList(value) ? f.fail('a list is indexed by a number, not by', key) : f.fail(NO_KEY, key);
}

const present = (f: EvaluationFrame, value: Val, key: string): Val => (value === undefined ? f.fail(NO_KEY, key) : value);

/** `value.?key`: none where the key is missing or the value has no fields; an error on a list. */
function optionalSelect(f: EvaluationFrame, value: Val, key: string): Val {
  if (value === undefined || value instanceof Redacted) return value;
  if (value instanceof Optional) return value.held === undefined ? NONE : optionalSelect(f, value.held, key);
  if (isList(value)) return f.fail('a list is indexed by a number, not by', key);
  const found = value instanceof CelMap || isRecord(value) ? lookup(value, key) : undefined;
  return found === undefined ? NONE : new Optional(found);
}

const withOperand =
  (run: Run, then: (f: EvaluationFrame, value: CelValue) => Val): Run =>
  (f) => {
    const value = run(f);
    return value === undefined ? undefined : then(f, value);
  };

/** `has(operand.key)`: true also for an explicit null; false on values without fields; an error on lists (cel-go, refQualify). */
export function compileHas(operand: Code, node: Has, negated: boolean, chain: Chain): Run {
  const key = node.select.field;
  const { run, slot } = operand;
  const yes = !negated;
  const slow = (f: EvaluationFrame, value: Val): Val => {
    if (isHeldInData(chain, value)) return f.leaveToCounting();
    const held = hasField(f, value, key);
    return typeof held === 'boolean' ? held === yes : f.placed(held, node);
  };
  if (!isPlainName(key) && key !== 'kind' && key !== 'value') return (f) => slow(f, run(f));
  const missing = (f: EvaluationFrame, value: Val): Val =>
    typeof value === 'object' && value !== null && isPlainData(value) ? negated : slow(f, value);
  if (key === 'kind' || key === 'value')
    return (f) => {
      const value = run(f);
      if (typeof value === 'object' && value !== null) {
        const found = (value as Data)[key];
        // Only a Double has a number under `value`, only a Redacted a text under `kind`, besides data.
        if (found !== undefined && ((key === 'value' && typeof found === 'string') || isPlainData(value))) return yes;
      }
      return missing(f, value);
    };
  if (slot >= 0)
    return (f) => {
      const value = f.slots[slot];
      if (typeof value === 'object' && value !== null && (value as Data)[key] !== undefined) return yes;
      return missing(f, value);
    };
  return (f) => {
    const value = run(f);
    if (typeof value === 'object' && value !== null && (value as Data)[key] !== undefined) return yes;
    return missing(f, value);
  };
}

export function hasField(f: EvaluationFrame, value: Val, key: string): Val {
  if (value === undefined || value === null || typeof value !== 'object') return value === undefined ? undefined : false;
  if (isPlainData(value)) return Object.hasOwn(value, key);
  if (value instanceof Redacted) return value;
  if (value instanceof Optional) return value.held === undefined ? false : hasField(f, value.held, key);
  if (isList(value)) return f.fail('a list is indexed by a number, not by', key);
  return value instanceof CelMap || isRecord(value) ? lookup(value, key) !== undefined : false;
}

/** `operand[key]` and `operand[?key]`. */
export function compileIndex(operand: Code, key: Code, node: Index, chain: Chain): Code {
  const run = operand.run;
  const get = node.optional ? optionalIndex : plainIndex;
  const constantKey = key.constant;
  if (typeof constantKey === 'string' && !node.optional)
    return code((f) => {
      const value = run(f);
      if (value === undefined) return undefined;
      if (isRecord(value) && Object.hasOwn(value, constantKey)) return value[constantKey];
      if (isHeldInData(chain, value)) return f.leaveToCounting();
      return f.placed(plainIndex(f, value, constantKey), node);
    });
  const keyRun = key.run;
  return code((f) => {
    const value = run(f);
    if (value === undefined) return undefined;
    if (isHeldInData(chain, value)) return f.leaveToCounting();
    // Nothing is looked up in an optional without value, so its key is not computed either.
    if (value === NONE) return value;
    const at = keyRun(f);
    if (at === undefined) return value instanceof Redacted ? value : undefined;
    return f.placed(get(f, value, at), node);
  });
}
