import type { Effort } from '../effort.ts';
import type { Signature } from '../signature.ts';
import { isInt, isList, LibraryValue, typeNameOf, type Val } from '../values.ts';
import type { Measure } from './measure.ts';

/** What a call costs, by its arguments (a receiver is the first) and its result. undefined stands for an error. */
export type CostOf = (args: readonly Val[], result: Val, measure: Measure, effort: Effort) => number;

/**
 * Thrown where cel-go itself breaks: it reckons the cost of these functions even where their argument is an error, and does not
 * expect that. The whole expression is then an error that nothing inside it absorbs.
 */
export class Panicked {}

/** The figures of cel-go's common/cost.go. */
export const SELECT_COST = 1;
export const LIST_COST = 10;
export const MAP_COST = 30;
const MESSAGE_COST = 40;
const TEXT_FACTOR = 0.1;
const PATTERN_FACTOR = 0.25;

const ofText = (size: number, factor = 1): number => Math.ceil(size * factor * TEXT_FACTOR);

/** A search for a pattern, or for the pattern of a format. */
export const ofSearch = (size: number, pattern: number): number => ofText(1 + size) * Math.ceil(pattern * PATTERN_FACTOR);

const receiverText =
  (factor = 1): CostOf =>
  ([text], _, { plainSize }) =>
    ofText(plainSize(text), factor);

const traversal: CostOf = ([list], _, measure, effort) => measure.traversal(list, effort);
const smaller: CostOf = ([a, b], _, { size }) => ofText(Math.min(size(a), size(b)));
const together: CostOf = ([a, b], _, { size }) => ofText(size(a) + size(b));
const whole: CostOf = ([text], _, { size }) => ofText(size(text));
const find: CostOf = ([text, pattern], _, { plainSize }) => ofSearch(plainSize(text), plainSize(pattern));
const matches: CostOf = ([text, pattern], _, { size }) => ofSearch(size(text), size(pattern));
const contains: CostOf = ([text, part], _, { size }) => ofText(size(text)) * ofText(size(part));
const inList: CostOf = ([, list], _, { size }) => size(list);

const sets =
  (factor: number): CostOf =>
  ([a, b], _, { size }) =>
    1 + Math.trunc(size(a) * size(b) * factor);

/** A call that makes a list. */
const listCall = (size: number, factor = 1): number => Math.trunc(size * factor) + 1 + LIST_COST;
const resultList: CostOf = (_, result, { size }) => listCall(size(result));

/** Sorting is charged as comparing every element with every other; what comes first says whether those are texts. */
const selfCompare =
  (at: number): CostOf =>
  (args, _, { size }) => {
    const list = args[at];
    if (!isList(list)) throw new Panicked();
    const [first] = list;
    const type = first === undefined ? '' : typeNameOf(first);
    const count = size(list);
    return listCall(count * count, type === 'string' || type === 'bytes' ? 2 + TEXT_FACTOR : 2);
  };

const flatten: CostOf = (args, _, { size }) => {
  const depth = args.length === 1 ? 1 : args[1];
  if (!isInt(depth)) throw new Panicked();
  return listCall(size(args[0]), Number(depth));
};

/** A network is compared up to its prefix; a text must be read first. */
const containsIp =
  (fromText: boolean): CostOf =>
  ([network, other], _, { plainSize }) =>
    ofText(2 * plainSize(network)) + (fromText ? ofText(plainSize(other)) : 0);

const containsCidr =
  (fromText: boolean): CostOf =>
  ([network, other], _, { plainSize }) =>
    ofText(2 * plainSize(network)) + ofText(plainSize(network)) + 1 + (fromText ? ofText(plainSize(other)) : 0);

/** What the pattern of a format costs for ten characters of text, by the format's name (pkg/cel/library/format.go, MaxRegexSize). */
const FORMATS: ReadonlyMap<string, number> = new Map([
  ['dns1123label', 8],
  ['dns1123subdomain', 15],
  ['dns1035label', 8],
  ['qualifiedname', 15],
  ['dns1123labelprefix', 8],
  ['dns1123subdomainprefix', 15],
  ['dns1035labelprefix', 8],
  ['labelvalue', 10],
  ['uri', 276],
  ['uuid', 18],
  ['byte', 21],
  ['date', 18],
  ['datetime', 18],
]);

const validate: CostOf = ([format, text], _, { plainSize }) =>
  format instanceof LibraryValue ? ofText(1 + plainSize(text)) * (FORMATS.get(format.toString().toLowerCase()) ?? 1) : 1;

/** Kubernetes' own figures, by the name of the function alone (k8s.io/apiserver/pkg/cel/library/cost.go, CallCost). */
const KUBERNETES: ReadonlyMap<string, CostOf> = new Map<string, CostOf>([
  ...['isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'].map((name): [string, CostOf] => [name, traversal]),
  ...['url', 'lowerAscii', 'upperAscii', 'substring', 'trim'].map((name): [string, CostOf] => [name, receiverText()]),
  ...['ip', 'cidr', 'isIP', 'isCIDR', 'quantity', 'isQuantity', 'semver', 'isSemver'].map((name): [string, CostOf] => [
    name,
    receiverText(),
  ]),
  ...['replace', 'split', 'ip.isCanonical'].map((name): [string, CostOf] => [name, receiverText(2)]),
  ['join', (_, result, { plainSize }) => ofText(plainSize(result), 2)],
  ['find', find],
  ['findAll', find],
  ['validate', validate],
  // Values of Kubernetes' types are one unit whatever they hold.
  ['_==_', (args, ...rest) => (args[0] instanceof LibraryValue ? 1 : smaller(args, ...rest))],
]);

/** Those of cel-go, by name, for calls that can only mean one signature (interpreter/runtimecost.go, costCall; ext/lists.go). */
const BY_SIGNATURE: ReadonlyMap<string, (signature: Signature) => CostOf | undefined> = new Map([
  ['startsWith', () => whole],
  ['endsWith', () => whole],
  ['contains', () => contains],
  ['matches', ({ member }) => (member ? matches : undefined)],
  ['bytes', ({ parameters }) => (parameters[0]?.kind === 'string' ? whole : undefined)],
  ['string', ({ parameters }) => (parameters[0]?.kind === 'bytes' ? whole : undefined)],
  ['strings.quote', () => whole],
  ['format', () => whole],
  ['@in', ({ parameters }) => (parameters[1]?.kind === 'list' ? inList : undefined)],
  ...['_<_', '_<=_', '_>_', '_>=_'].map((name): [string, (signature: Signature) => CostOf | undefined] => [
    name,
    ({ parameters }) => (isTextual(parameters) ? smaller : undefined),
  ]),
  ['_+_', ({ parameters }) => (isTextual(parameters) ? together : undefined)],
  ['sets.contains', () => sets(1)],
  ['sets.intersects', () => sets(1)],
  ['sets.equivalent', () => sets(2)],
  ['slice', () => resultList],
  ['lists.range', () => resultList],
  ['reverse', ({ parameters }) => (parameters[0]?.kind === 'list' ? resultList : undefined)],
  ['flatten', () => flatten],
  ['distinct', () => selfCompare(0)],
  ['sort', () => selfCompare(0)],
  ['@sortByAssociatedKeys', () => selfCompare(1)],
]);

const isTextual = (parameters: Signature['parameters']): boolean =>
  parameters.every(({ kind }) => kind === 'string') || parameters.every(({ kind }) => kind === 'bytes');

/**
 * The cost of a call by what the checker knows of it: `signatures` are those that fit its arguments. undefined: always 1.
 * As in the API server a call that may mean several signatures is charged less exactly than one that can mean only one.
 */
export function costOfCall(name: string, signatures: readonly Signature[]): CostOf | undefined {
  const [only] = signatures.length === 1 ? signatures : [];
  if (name === '_!=_') return smaller;
  if (name.startsWith('@google.protobuf.')) return () => MESSAGE_COST;
  if (name === 'containsIP') return containsIp(only?.parameters[1]?.kind === 'string');
  if (name === 'containsCIDR') return containsCidr(only?.parameters[1]?.kind === 'string');
  // The address of a network is only a field of it.
  if (name === 'ip' && only?.member === true) return undefined;
  const own = only === undefined ? undefined : BY_SIGNATURE.get(name)?.(only);
  return own ?? KUBERNETES.get(name);
}
