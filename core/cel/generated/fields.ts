import { isPlainName } from '../values.ts';
import { quote } from './quote.ts';

/** A plain read of the data as an expression; undefined: to be looked at closely. */
export function readField(from: string, field: string): string {
  if (field === 'kind') return `readKind(${from})`;
  if (field === 'value') return `readValue(${from})`;
  if (!isPlainName(field)) return `readOwn(${from}, ${quote(field)})`;
  const exists = PRIMITIVE_NAMES.has(field) ? `typeof ${from} === 'object' && ${from} !== null` : `${from} != undefined`;
  return `${exists} ? ${from}[${quote(field)}] : undefined`;
}

/**
 * Plain reads of several fields in one pass over those that there are, as lines. Data come in so many shapes that V8 often does not
 * remember where a shape has a field of this name, and then takes a hundred times as long to find it; it goes over fields without.
 */
export function readFields(
  from: string,
  fields: readonly { readonly name: string; readonly field: string }[],
): readonly string[] {
  const reads = fields.map(({ name, field }) => `if (key === ${quote(field)}) ${name} = ${readPresent(from, field)};`);
  return [
    `let ${fields.map(({ name }) => name).join(', ')};`,
    `if (typeof ${from} === 'object') for (const key in ${from}) {`,
    reads.join('\nelse '),
    '}',
  ];
}

const readPresent = (from: string, field: string): string => (isPlainName(field) ? `${from}[key]` : readField(from, field));

/** What texts and numbers have by themselves. */
const PRIMITIVE_NAMES: ReadonlySet<string> = new Set(
  [String, Number, Boolean, BigInt].flatMap((type) => Object.getOwnPropertyNames(type.prototype)),
);

/**
 * Whether a value is data for certain, as nearly all is: what it has no field of then has no such field. Data with a key
 * `constructor`, or without a prototype, is looked at closely.
 */
export const isRecord = (name: string): string => `${name} != undefined && ${name}.constructor === Record`;

/** Whether only data has a field of this name (see access.ts, carefulSelect). */
export const tellsData = (field: string): boolean => isPlainName(field) || field === 'kind' || field === 'value';
