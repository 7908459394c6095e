import { definitionsOf, FUNCTION_NAMES } from './libraries/index.ts';
import { MACRO_NAMES } from './macros.ts';
import type { Signature } from './signature.ts';
import { hint } from './suggest.ts';
import { formatType } from './types.ts';

/** Why no signature of a function fits, in words that say what to do. `types` are those of the arguments, a receiver first. */
export function whyNot(name: string, member: boolean, types: readonly string[], minor: number): string {
  const signatures = definitionsOf(name).flatMap((definition) => definition.signatures);
  if (signatures.length === 0) return `unknown function '${name}'${hint(name, [...FUNCTION_NAMES, ...MACRO_NAMES])}`;
  const since = Math.min(...signatures.map((one) => one.since));
  if (since > minor) return `'${name}' needs the expressions of Kubernetes 1.${since}; these are of 1.${minor}`;
  const operator = /^_?([^\w[@]+|@in)_?/.exec(name)?.[1];
  if (operator !== undefined) return `${operator.replace('@', '')} does not work on ${types.join(' and ')}`;
  if (name.startsWith('_[')) return `${types[0]} cannot be indexed by ${types[1]}`;
  const sameLength = signatures.filter((one) => one.parameters.length === types.length);
  if (sameLength.length > 0 && sameLength.every((one) => one.member !== member))
    return member
      ? `'${name}' is called as ${name}(...), not on a value`
      : `'${name}' is called on a value, as in x.${name}(...)`;
  const forms = signatures.filter((one) => one.since <= minor && one.member === member).map((one) => formatSignature(name, one));
  return `${describeCall(name, member, types)} does not exist; there is ${forms.slice(0, 4).join(', ')}${forms.length > 4 ? ' ...' : ''}`;
}

const describeCall = (name: string, member: boolean, types: readonly string[]): string =>
  member ? `${types[0]}.${name}(${types.slice(1).join(', ')})` : `${name}(${types.join(', ')})`;

const formatSignature = (name: string, one: Signature): string =>
  describeCall(
    name,
    one.member,
    one.parameters.map((type) => formatType(type)),
  );
