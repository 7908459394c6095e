import { z } from 'zod';

/** Strings with a pattern are found by trial: one of these fits every pattern of the contract, or `sample` says that none does. */
const STRINGS = [
  'ünïcode 漢字 "quoted" \\ </script>',
  'a',
  '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  'run-as-non-root',
  '2026-11-24T09:00:00.000Z',
  '2026-11-24',
  '1.30',
];
const NUMBERS = [0.25, 7, 1, 0];

type Schema = z.core.$ZodType;
interface Wish {
  /** Fill in what may be left out. */
  readonly full: boolean;
  /** Which branch of each union. */
  readonly branch: number;
}

function firstFitting(schema: Schema, candidates: readonly unknown[]): unknown {
  const fitting = candidates.find((candidate) => z.safeParse(schema, candidate).success);
  if (fitting === undefined) throw new Error(`no sample fits ${JSON.stringify(z.toJSONSchema(schema))}`);
  return fitting;
}

function sampleObject(shape: Readonly<Record<string, Schema>>, wish: Wish): Record<string, unknown> {
  const entries = Object.entries(shape).map(([key, value]): [string, unknown] => [key, sample(value, wish)]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** A value that the schema takes, made from the schema itself, so that a call added to the contract is covered without a test of its own. */
export function sample(schema: Schema, wish: Wish): unknown {
  const def = (schema as z.core.$ZodTypes)._zod.def;
  switch (def.type) {
    case 'object':
      return sampleObject(def.shape, wish);
    case 'optional':
      return wish.full ? sample(def.innerType, wish) : undefined;
    case 'default':
      return wish.full ? sample(def.innerType, wish) : undefined;
    case 'nullable':
      return wish.full ? sample(def.innerType, wish) : null;
    case 'array':
      if (wish.full) return [sample(def.element, wish), sample(def.element, { ...wish, full: false })];
      return firstFitting(schema, [[], [sample(def.element, wish)]]);
    case 'record':
      return wish.full ? { [String(sample(def.keyType, wish))]: sample(def.valueType, wish) } : {};
    case 'union': {
      const option = def.options[wish.branch % def.options.length];
      if (option === undefined) throw new Error('a union without options');
      return sample(option, wish);
    }
    case 'enum':
      return Object.values(def.entries)[wish.branch % Object.keys(def.entries).length];
    case 'literal':
      return def.values[0];
    // Any JSON: its own schema is without end.
    case 'lazy':
      return wish.full ? { 'a b': [1, 'x', null] } : false;
    case 'boolean':
      return wish.full;
    case 'number':
      return firstFitting(schema, NUMBERS);
    case 'string':
      return firstFitting(schema, STRINGS);
    default:
      throw new Error(`no sample for a schema of type ${def.type}`);
  }
}

const BRANCHES = 4;

/** Several samples: everything filled in and nothing that may be left out, with every branch of (small) unions. */
export const samples = (schema: Schema): readonly unknown[] =>
  [true, false].flatMap((full) => Array.from({ length: BRANCHES }, (_, branch) => sample(schema, { full, branch })));
