import { Double, Redacted, type JsonArray, type JsonObject } from './json.ts';

/**
 * What an expression can evaluate to. Plain JSON values are used in place (see core/json.ts for integers and floating point
 * numbers); the rest of CEL's types are the classes below. A `Redacted` is a CEL unknown.
 */
export type CelValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Double
  | Redacted
  | CelObject
  | readonly CelValue[]
  | CelRecord
  | JsonArray
  | JsonObject;

/** A map whose keys are all strings: a JSON object, or the value of a map literal. */
export interface CelRecord {
  readonly [key: string]: CelValue;
}

/** A value, or undefined for an error whose details the frame holds. */
export type Val = CelValue | undefined;

/** The base of all values that JSON does not have. */
export abstract class CelObject {
  /** CEL's name of the type, as `type(x)` shows it. */
  abstract readonly typeName: string;
  /** Equality within the type; other types are never equal. */
  abstract equals(other: CelObject): boolean;
  /** The text for messages. */
  abstract toString(): string;
  /** As the key of a map it is the same as another that says the same. */
  get isKeyByContent(): boolean {
    return false;
  }
}

export class Uint extends CelObject {
  readonly typeName = 'uint';
  readonly unsigned: bigint;
  constructor(unsigned: bigint) {
    super();
    this.unsigned = unsigned;
  }
  equals(other: CelObject): boolean {
    return other instanceof Uint && other.unsigned === this.unsigned;
  }
  override toString(): string {
    return String(this.unsigned);
  }
}

export class Bytes extends CelObject {
  readonly typeName = 'bytes';
  /** One char per byte. */
  readonly octets: string;
  constructor(octets: string) {
    super();
    this.octets = octets;
  }
  equals(other: CelObject): boolean {
    return other instanceof Bytes && other.octets === this.octets;
  }
  override toString(): string {
    return `b${JSON.stringify(this.octets)}`;
  }
}

export class TypeValue extends CelObject {
  readonly typeName = 'type';
  readonly celType: string;
  constructor(celType: string) {
    super();
    this.celType = celType;
  }
  equals(other: CelObject): boolean {
    return other instanceof TypeValue && other.celType === this.celType;
  }
  override get isKeyByContent(): boolean {
    return true;
  }
  override toString(): string {
    return this.celType;
  }
}

export class Optional extends CelObject {
  readonly typeName = 'optional_type';
  /** undefined: none. */
  readonly held: CelValue | undefined;
  constructor(held: CelValue | undefined) {
    super();
    this.held = held;
  }
  /** Equality of two optionals may be unknown and is decided in equality.ts; this covers identity. */
  equals(other: CelObject): boolean {
    return this === other;
  }
  override toString(): string {
    return this.held === undefined ? 'optional.none()' : `optional.of(${typeNameOf(this.held)})`;
  }
}

export const NONE = new Optional(undefined);

/** A value of a type that only a library of Kubernetes knows. */
export abstract class LibraryValue extends CelObject {
  /** The API server cannot compare it as the right side of `==`: it takes what a function gave back for another type. */
  get failsOnTheRight(): boolean {
    return false;
  }
  /** How many characters are looked at to compare it. */
  get extent(): number {
    return 0;
  }
  /** As the key of a map the API server breaks on it (Go cannot hash it). */
  get isNoKey(): boolean {
    return false;
  }
}

/**
 * What the API server makes of a library's value (a quantity, an address) inside an optional that went through `?:`, `optMap` or
 * `optFlatMap`: the optional still has a value, but taking it out is an error (cel-go, "unsupported conversion to ref.Val").
 */
export class Unusable extends CelObject {
  readonly typeName = 'error';
  readonly inner: LibraryValue;
  constructor(inner: LibraryValue) {
    super();
    this.inner = inner;
  }
  equals(): boolean {
    return false;
  }
  override toString(): string {
    return `unusable ${this.inner.toString()}`;
  }
}

/** An optional as `?:`, `optMap` and `optFlatMap` hand it on: an optional inside it is lost, and none inside it becomes null. */
export function handedOn(value: Optional): Optional {
  const { held } = value;
  if (held instanceof Optional) return handedOn(new Optional(held.held === undefined ? null : held.held));
  // A type becomes its name.
  if (held instanceof TypeValue) return new Optional(held.celType);
  return held instanceof LibraryValue ? new Optional(new Unusable(held)) : value;
}

/** A map with keys that are not all strings. 1, 1u and 1.0 are three keys of it. */
export class CelMap extends CelObject {
  readonly typeName = 'map';
  readonly pairs: ReadonlyMap<string, readonly [CelValue, CelValue]>;
  constructor(pairs: ReadonlyMap<string, readonly [CelValue, CelValue]>) {
    super();
    this.pairs = pairs;
  }
  equals(other: CelObject): boolean {
    return this === other;
  }
  override toString(): string {
    return `map of ${this.pairs.size}`;
  }
}

/** The key of NaN, under which nothing is ever found. */
export const NAN_KEY = 'NaN';

/** What a key of a map is stored by, type and value, or undefined where a value can be none. */
export function mapKey(key: CelValue): string | undefined {
  switch (typeof key) {
    case 'string':
      return `s${key}`;
    case 'boolean':
      return key ? 'true' : 'false';
    case 'bigint':
      return `i${key}`;
    case 'number':
      return isInt(key) ? `i${key === 0 ? 0 : key}` : doubleKey(key);
    default:
      if (key === null) return 'null';
      if (key instanceof Uint) return `u${key.unsigned}`;
      return key instanceof Double ? doubleKey(key.value) : undefined;
  }
}

/**
 * What an entry is stored by, whatever its key: lists, maps and the like are found by nothing but the very same value, as Go's
 * pointers are. undefined: NaN, which is a new key each time.
 */
export function storageKey(key: CelValue): string | undefined {
  const known = mapKey(key);
  if (known !== undefined) return known === NAN_KEY ? undefined : known;
  if (key instanceof CelObject && key.isKeyByContent) return `${key.typeName} ${key.toString()}`;
  const object = key as object;
  const number = identities.get(object) ?? ++lastIdentity;
  identities.set(object, number);
  return `o${number}`;
}

const identities = new WeakMap<object, number>();
let lastIdentity = 0;

const doubleKey = (value: number): string => (Number.isNaN(value) ? NAN_KEY : `d${value === 0 ? 0 : value}`);

/**
 * What else a number is looked up by: a double finds an equal int or uint, an int an equal uint and the reverse, but nothing finds
 * a double save a double (cel-go, baseMap.Find).
 */
function otherKeys(key: CelValue): readonly string[] {
  if (key instanceof Uint) return [`i${key.unsigned}`];
  if (isInt(key)) return key < 0 ? [] : [`u${key}`];
  const double = doubleOf(key);
  if (double === undefined || !Number.isInteger(double)) return [];
  return [`i${BigInt(double)}`, `u${BigInt(double)}`];
}

const LIMIT = 2 ** 53;
const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 63n - 1n;

/** An int: an integral number up to 2^53, or a bigint beyond. Larger plain numbers are doubles (JSON's 1e300). */
export const isInt = (value: unknown): value is number | bigint =>
  typeof value === 'number' ? Number.isInteger(value) && value <= LIMIT && value >= -LIMIT : typeof value === 'bigint';

/** The number of a double, or undefined where the value is none. */
export function doubleOf(value: unknown): number | undefined {
  if (typeof value === 'number') return isInt(value) ? undefined : value;
  return value instanceof Double ? value.value : undefined;
}

export const makeDouble = (value: number): CelValue =>
  Number.isFinite(value) && !Number.isInteger(value) ? value : new Double(value);

/** The int of a bigint, or undefined where it does not fit into 64 bits. */
export function makeInt(value: bigint): number | bigint | undefined {
  if (value >= -9007199254740991n && value <= 9007199254740991n) return Number(value);
  return value >= MIN_INT && value <= MAX_INT ? value : undefined;
}

export const isList = (value: unknown): value is readonly CelValue[] => Array.isArray(value);

/** A map with string keys only. */
export const isRecord = (value: unknown): value is CelRecord =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof CelObject) &&
  !(value instanceof Double) &&
  !(value instanceof Redacted);

/** An object of data, as parsers make them: never a list or a value of a class. */
export function isPlainData(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

export const isMap = (value: unknown): value is CelRecord | CelMap => value instanceof CelMap || isRecord(value);

/** A record to be filled: no prototype, so that `__proto__` is a key like any other. */
export const emptyRecord = (): Record<string, CelValue> => Object.create(null) as Record<string, CelValue>;

/** The keys of large maps: to gather them takes long, and a loop may ask for them each time. */
const gathered = new WeakMap<CelRecord | CelMap, readonly CelValue[]>();
const LARGE = 64;

/** The keys of a map, in the order of its data. */
export function keysOf(map: CelRecord | CelMap): readonly CelValue[] {
  const known = gathered.get(map);
  if (known !== undefined) return known;
  const keys = map instanceof CelMap ? Array.from(map.pairs.values(), (entry) => entry[0]) : Object.keys(map);
  if (keys.length > LARGE) gathered.set(map, keys);
  return keys;
}

/** What a map holds under a key, or undefined. */
export function lookup(map: CelRecord | CelMap, key: CelValue): CelValue | undefined {
  if (map instanceof CelMap) {
    const at = storageKey(key);
    if (at === undefined) return undefined;
    const found =
      map.pairs.get(at) ??
      otherKeys(key)
        .map((other) => map.pairs.get(other))
        .find((pair) => pair !== undefined);
    return found?.[1];
  }
  return typeof key === 'string' && Object.hasOwn(map, key) ? map[key] : undefined;
}

export const mapSize = (map: CelRecord | CelMap): number => (map instanceof CelMap ? map.pairs.size : keysOf(map).length);

/** CEL's name of a value's type. */
export function typeNameOf(value: CelValue): string {
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    case 'bigint':
      return 'int';
    case 'number':
      return isInt(value) ? 'int' : 'double';
    default:
      if (value === null) return 'null_type';
      if (Array.isArray(value)) return 'list';
      if (value instanceof CelObject) return value.typeName;
      return value instanceof Double ? 'double' : value instanceof Redacted ? 'unknown' : 'map';
  }
}

/**
 * Names that a property access could find on a built-in prototype or on a value's own class rather than in the data. The classes'
 * fields have unusual names, so that only `kind` and `value` of core/json.ts are also names in Kubernetes' objects.
 */
const taken = new Set<string>();

/** Every class of values registers an instance, so that no expression reads its fields or methods. */
export function reserveFields(sample: object): void {
  for (let at: object | null = sample; at !== null; at = Object.getPrototypeOf(at) as object | null)
    for (const name of Object.getOwnPropertyNames(at)) taken.add(name);
}

for (const sample of [
  {},
  [],
  new Uint(0n),
  new Bytes(''),
  new TypeValue(''),
  NONE,
  new CelMap(new Map()),
  new Double(0),
  new Redacted('env'),
])
  reserveFields(sample);
taken.add('inner'); // of Unusable

/** Whether `value[name]` on any object can only find data: other names, and indexes, need a check for own properties. */
export const isPlainName = (name: string): boolean => !taken.has(name) && !/^\d+$/.test(name);
