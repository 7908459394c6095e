import { spendOnAll, type Effort } from './effort.ts';
import { Double, Redacted } from './json.ts';
import {
  Bytes,
  CelMap,
  CelObject,
  isRecord,
  keysOf,
  LibraryValue,
  lookup,
  mapSize,
  Optional,
  Uint,
  type CelRecord,
  type CelValue,
} from './values.ts';

/** undefined: an error, which quantities and other values of libraries give, compared with another type, or effort used up. */
type Sameness = boolean | Redacted | undefined;

/**
 * CEL's `==`: values of different types differ (never an error, save for values of libraries on the left), numbers compare across
 * int, uint and double, NaN equals nothing. A redacted part leaves the answer unknown unless another part already differs.
 *
 * Lists and maps may hold the same value many times over: who compares them pays for every pair. Once nothing is left the answer
 * has no meaning.
 */
export function equals(a: CelValue, b: CelValue, effort: Effort): Sameness {
  if (typeof a !== 'object' && typeof b !== 'object') {
    const isLong = typeof a === 'string' && a.length > LONG && typeof b === 'string' && a.length === b.length;
    if (isLong && !spendOnAll(effort, a.length)) return undefined;
    return a === b || (typeof a !== typeof b && isNumber(a) && isNumber(b) && equalNumbers(a, b));
  }
  if (a instanceof Redacted) return a;
  if (b instanceof Redacted) return b;
  if (a === null || b === null) return a === b;
  if (a instanceof LibraryValue) return equalLibraryValues(a, b, effort);
  if (isNumber(a) || isNumber(b)) return isNumber(a) && isNumber(b) && equalNumbers(a, b);
  if (Array.isArray(a)) return Array.isArray(b) && equalLists(a as readonly CelValue[], b as readonly CelValue[], effort);
  if (Array.isArray(b)) return false;
  if (a instanceof Optional) return b instanceof Optional && equalOptionals(a, b, effort);
  if (isMapValue(a)) return isMapValue(b) && equalMaps(a, b, effort);
  if (a instanceof Bytes) effort.spend(a.octets.length >>> 3);
  return a instanceof CelObject && b instanceof CelObject && a.equals(b);
}

/** Shorter texts are compared for nothing. */
const LONG = 64;

function equalLibraryValues(a: LibraryValue, b: CelValue, effort: Effort): Sameness {
  if (!(b instanceof LibraryValue) || b.typeName !== a.typeName || b.failsOnTheRight) return undefined;
  return spendOnAll(effort, a.extent) ? a.equals(b) : undefined;
}

type Numeric = number | bigint | Double | Uint;

const isMapValue = (value: CelValue): value is CelRecord | CelMap => value instanceof CelMap || isRecord(value);

export const isNumber = (value: CelValue): value is Numeric =>
  typeof value === 'number' || typeof value === 'bigint' || value instanceof Double || value instanceof Uint;

/** A number as JavaScript's; where a double takes part cel-go compares doubles, and so loses the same digits. */
const plain = (value: Numeric): number | bigint =>
  value instanceof Uint ? value.unsigned : value instanceof Double ? value.value : value;

const isFloating = (value: number | bigint, boxed: Numeric): boolean =>
  boxed instanceof Double || (typeof value === 'number' && !Number.isInteger(value));

function equalNumbers(a: Numeric, b: Numeric): boolean {
  const left = plain(a);
  const right = plain(b);
  if (isFloating(left, a) || isFloating(right, b)) return Number(left) === Number(right);
  // eslint-disable-next-line eqeqeq -- an int may be a number here and a bigint there; == is exact between them
  return left == right;
}

/** Order of two numbers: negative, zero, positive; NaN where one of them is NaN. */
export function compareNumbers(a: Numeric, b: Numeric): number {
  let left = plain(a);
  let right = plain(b);
  if (isFloating(left, a) || isFloating(right, b)) {
    left = Number(left);
    right = Number(right);
    if (Number.isNaN(left) || Number.isNaN(right)) return Number.NaN;
  }
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Inside lists and maps cel-go looks only for what is false, so that an error counts as equal. */
function equalLists(a: readonly CelValue[], b: readonly CelValue[], effort: Effort): Sameness {
  if (a.length !== b.length) return false;
  if (!spendOnAll(effort, a.length)) return undefined;
  let unknown: Redacted | undefined;
  for (let i = 0; i < a.length; i++) {
    const same = equals(a[i] as CelValue, b[i] as CelValue, effort);
    if (same === false) return false;
    if (same instanceof Redacted) unknown ??= same;
  }
  return unknown ?? true;
}

function equalMaps(a: CelRecord | CelMap, b: CelRecord | CelMap, effort: Effort): Sameness {
  const keys = keysOf(a);
  if (keys.length !== mapSize(b)) return false;
  if (!spendOnAll(effort, 8 * keys.length)) return undefined;
  let unknown: Redacted | undefined;
  for (const key of keys) {
    const other = lookup(b, key);
    if (other === undefined) return false;
    const same = equals(lookup(a, key) as CelValue, other, effort);
    if (same === false) return false;
    if (same instanceof Redacted) unknown ??= same;
  }
  return unknown ?? true;
}

function equalOptionals(a: Optional, b: Optional, effort: Effort): Sameness {
  if (a.held === undefined || b.held === undefined) return a.held === b.held;
  return equals(a.held, b.held, effort);
}

/** `value in list`: true, false, or unknown where nothing matched and an element is redacted. */
export function isIn(value: CelValue, elements: readonly CelValue[], effort: Effort): boolean | Redacted {
  let unknown: Redacted | undefined;
  for (const element of elements) {
    const same = equals(value, element, effort);
    if (same === true) return true;
    if (same instanceof Redacted) unknown ??= same;
  }
  return unknown ?? false;
}

/**
 * Order of two texts by code point, which is the order of their UTF-8 bytes. JavaScript compares UTF-16 units, where the
 * surrogates of characters beyond U+FFFF come before U+E000.
 */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    let left = a.charCodeAt(i);
    let right = b.charCodeAt(i);
    if (left !== right) {
      if (left >= 0xd800 && right >= 0xd800) {
        left = left >= 0xe000 ? left - 0x2000 : left + 0x800;
        right = right >= 0xe000 ? right - 0x2000 : right + 0x800;
      }
      return left - right;
    }
  }
  return a.length - b.length;
}
