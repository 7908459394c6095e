import { definitionsOf, FUNCTION_NAMES } from './libraries/index.ts';
import { MACRO_NAMES } from './macros.ts';
import type { Signature } from './signature.ts';
import { hint } from './suggest.ts';
import { formatType } from './types.ts';

/** Functions of other environments that speak CEL, which people try in Kubernetes. */
const ELSEWHERE = /^(now|base64\.\w+|cel\.\w+|math\.\w+|regex\.\w+|strings\.\w+|encode|decode)$/;

const MACRO_FORMS: ReadonlyMap<string, string> = new Map([
  ...['all', 'exists', 'exists_one', 'filter'].map((name): [string, string] => [name, `list.${name}(x, condition)`]),
  ['existsOne', 'list.exists_one(x, condition), map.existsOne(k, v, condition)'],
  ['map', 'list.map(x, value), list.map(x, condition, value)'],
  ['has', 'has(object.field)'],
  ['optMap', 'optional.optMap(x, value)'],
  ['optFlatMap', 'optional.optFlatMap(x, optional)'],
  ...['transformList', 'transformMap', 'transformMapEntry'].map((name): [string, string] => [name, `map.${name}(k, v, value)`]),
]);

/** Why a name is no function at all: with the nearest, or the way its macro is written. undefined: it is one. */
export function whyUnknown(name: string): string | undefined {
  if (definitionsOf(name).length > 0) return undefined;
  const form = MACRO_FORMS.get(name);
  if (form !== undefined) return `${name}() is written ${form}`;
  const near = hint(name, [...FUNCTION_NAMES, ...MACRO_NAMES]);
  return `unknown function '${name}'${near !== '' || !ELSEWHERE.test(name) ? near : '; no version of Kubernetes has it'}`;
}

/** Why no signature of a function fits, in words that say what to do. `types` are those of the arguments, a receiver first. */
export function whyNot(name: string, member: boolean, types: readonly string[], minor: number): string {
  const unknown = whyUnknown(name);
  if (unknown !== undefined) return unknown;
  const signatures = definitionsOf(name).flatMap((definition) => definition.signatures);
  const since = Math.min(...signatures.map((one) => one.since));
  if (since > minor) return `'${name}' ${needs(since, minor)}`;
  const later = laterSignature(signatures, member, types, minor);
  const operator = /^_?([^\w[@]+|@in)_?/.exec(name)?.[1]?.replace('@', '');
  if (operator !== undefined) {
    const operands = types.join(' and ');
    return later === undefined
      ? `${operator} does not work on ${operands}${conversionFor(types)}`
      : `${operator} on ${operands} ${needs(later, minor)}`;
  }
  if (name.startsWith('_[')) return `${types[0]} cannot be indexed by ${types[1]}`;
  if (later !== undefined) return `${describeCall(name, member, types)} ${needs(later, minor)}`;
  const sameLength = signatures.filter((one) => one.parameters.length === types.length);
  if (sameLength.length > 0 && sameLength.every((one) => one.member !== member))
    return member
      ? `'${name}' is called as ${name}(...), not on a value`
      : `'${name}' is called on a value, as in x.${name}(...)`;
  return `${describeCall(name, member, types)} does not exist; there is ${formsOf(name, signatures, member, minor)}`;
}

const needs = (since: number, minor: number): string => `needs the expressions of Kubernetes 1.${since}; these are of 1.${minor}`;

/** The minor that brings a signature for just these types. */
function laterSignature(
  signatures: readonly Signature[],
  member: boolean,
  types: readonly string[],
  minor: number,
): number | undefined {
  const fitting = signatures.filter(
    (one) =>
      one.since > minor &&
      one.member === member &&
      one.parameters.length === types.length &&
      one.parameters.every((type, i) => formatType(type) === types[i]),
  );
  return fitting.length === 0 ? undefined : Math.min(...fitting.map((one) => one.since));
}

const NUMBERS: ReadonlySet<string> = new Set(['int', 'uint', 'double']);

/** What to convert where two operands are of types that a conversion brings together. */
function conversionFor(types: readonly string[]): string {
  const [left = '', right = ''] = types;
  if (left === right) return '';
  const numbers = types.filter((type) => NUMBERS.has(type)).length;
  if (types.length !== 2 || numbers === 0) return '';
  if (numbers === 2) return `; convert one of them, as in ${types.includes('double') ? 'double' : 'int'}(x)`;
  return types.includes('string') ? '; convert one of them, as in string(x)' : '';
}

/** The ways that there are; those on values of the wrong kind only where there is nothing else. */
function formsOf(name: string, signatures: readonly Signature[], member: boolean, minor: number): string {
  const known = signatures.filter((one) => one.since <= minor);
  const same = known.filter((one) => one.member === member);
  const forms = [...new Set((same.length > 0 ? same : known).map((one) => formatSignature(name, one)))];
  return `${forms.slice(0, 4).join(', ')}${forms.length > 4 ? ' ...' : ''}`;
}

const describeCall = (name: string, member: boolean, types: readonly string[]): string =>
  member
    ? `${types[0]}.${name}(${types.slice(1).join(', ')})`
    : name.startsWith('@google')
      ? `${name.slice(1)}{${types.join(', ')}}`
      : `${name}(${types.join(', ')})`;

const formatSignature = (name: string, one: Signature): string =>
  describeCall(
    name,
    one.member,
    one.parameters.map((type) => formatType(type)),
  );
