import { LibraryValue, reserveFields, type CelObject } from './values.ts';

/** Kubernetes keeps nothing smaller than a billionth. */
const NANO = 1_000_000_000n;
const NANO_EXPONENT = 9;
/** What larger quantities with a binary suffix are cut to; others are not. */
const LARGEST = (2n ** 63n - 1n) * NANO;
/** Exponents beyond this give the same order of magnitude to every comparison that can occur, and cost memory. */
const MAX_EXPONENT = 1000;

const SMALLEST = -(2n ** 63n);

/** An amount as Go keeps it while it fits: value x 10^scale, the value within 64 bits. */
interface Plain {
  readonly value: bigint;
  readonly scale: number;
}

/** An exact amount, counted in billionths. */
export class Quantity extends LibraryValue {
  readonly typeName = 'kubernetes.Quantity';
  readonly nanos: bigint;
  /** The amount as a plain number where that is exact (nearly always), for speed. */
  readonly exact: number | undefined;
  /** undefined where Go has gone over to numbers of any size: those are never integers to it, whatever their value. */
  readonly plain: Plain | undefined;
  readonly #computed: boolean;
  constructor(nanos: bigint, plain: Plain | undefined, computed = false) {
    super();
    this.#computed = computed;
    this.nanos = nanos;
    this.plain = plain;
    const whole = nanos / NANO;
    this.exact = whole * NANO === nanos && whole < 2n ** 53n && whole > -(2n ** 53n) ? Number(whole) : undefined;
  }

  /** Of a sum or a difference (pkg/cel/quantity.go, Equal: it looks for a value and gets a pointer). */
  override get failsOnTheRight(): boolean {
    return this.#computed;
  }

  get negated(): Quantity {
    return new Quantity(
      -this.nanos,
      this.plain === undefined ? undefined : { value: -this.plain.value, scale: this.plain.scale },
    );
  }

  plus(other: Quantity): Quantity {
    const plain = this.plain === undefined || other.plain === undefined ? undefined : addPlain(this.plain, other.plain);
    return new Quantity(this.nanos + other.nanos, plain, true);
  }

  /** Go adds the negated 64-bit value, and the smallest has no opposite: it stays as it is. */
  minus(other: Quantity): Quantity {
    const { plain } = other;
    if (this.plain !== undefined && plain?.value === SMALLEST && addPlain(this.plain, plain) !== undefined)
      return this.plus(other);
    return this.plus(other.negated);
  }

  equals(other: CelObject): boolean {
    return other instanceof Quantity && other.nanos === this.nanos;
  }

  compare(other: Quantity): number {
    if (this.exact !== undefined && other.exact !== undefined) return Math.sign(this.exact - other.exact);
    return this.nanos < other.nanos ? -1 : this.nanos > other.nanos ? 1 : 0;
  }

  /** The int64 that Kubernetes sees: undefined for `1000m` and `1.0`, whose digits stand for smaller units. */
  get integer(): bigint | undefined {
    if (this.plain === undefined || this.plain.scale < 0) return undefined;
    return within64(this.plain.value * 10n ** BigInt(this.plain.scale));
  }

  get approximate(): number {
    return this.exact ?? Number(this.toString());
  }

  override toString(): string {
    const sign = this.nanos < 0n ? '-' : '';
    const size = this.nanos < 0n ? -this.nanos : this.nanos;
    const fraction = String(size % NANO)
      .padStart(NANO_EXPONENT, '0')
      .replace(/0+$/, '');
    return `${sign}${size / NANO}${fraction === '' ? '' : `.${fraction}`}`;
  }
}

reserveFields(new Quantity(0n, undefined));

const within64 = (value: bigint): bigint | undefined => (value >= -(2n ** 63n) && value < 2n ** 63n ? value : undefined);

function addPlain(a: Plain, b: Plain): Plain | undefined {
  if (b.value === 0n) return a;
  if (a.value === 0n) return b;
  const finer = Math.min(a.scale, b.scale);
  const left = within64(a.value * 10n ** BigInt(a.scale - finer));
  const right = within64(b.value * 10n ** BigInt(b.scale - finer));
  const value = left === undefined || right === undefined ? undefined : within64(left + right);
  return value === undefined ? undefined : { value, scale: finer };
}

const DECIMAL_SUFFIX: ReadonlyMap<string, number> = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const BINARY_SUFFIX: ReadonlyMap<string, number> = new Map([
  ['Ki', 10],
  ['Mi', 20],
  ['Gi', 30],
  ['Ti', 40],
  ['Pi', 50],
  ['Ei', 60],
]);

/** k8s.io/apimachinery/pkg/api/resource: even a sign or a point alone is zero. */
const FORM = /^([+-]?)0*(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[+-]?\d*)$/;

/** Reads a quantity such as `1.5Gi`, `100m` or `2e3`. undefined: not a quantity. */
export function parseQuantity(text: string): Quantity | undefined {
  const found = text === '' || text.length > 10_000 ? null : FORM.exec(text);
  if (found === null) return undefined;
  const [, sign = '', whole = '', fraction = '', suffix = ''] = found;
  const digits = BigInt(`${whole}${fraction}` || '0');
  const binary = BINARY_SUFFIX.get(suffix);
  const exponent = binary === undefined ? decimalExponent(suffix) : 0;
  if (exponent === undefined) return undefined;
  const value = binary === undefined ? digits : digits << BigInt(binary);
  const power = exponent - fraction.length;
  let nanos = scale(value, power + NANO_EXPONENT);
  if (binary !== undefined && nanos > LARGEST) nanos = LARGEST;
  const plain = isPlain(whole, fraction, power, binary) && within64(value) !== undefined ? { value, scale: power } : undefined;
  const amount = new Quantity(nanos, plain);
  return sign === '-' ? amount.negated : amount;
}

/** Whether Go's parser keeps digits and scale: few digits, nothing below a billionth, no fraction of a binary unit. */
function isPlain(whole: string, fraction: string, power: number, binary: number | undefined): boolean {
  const length = (whole === '' ? 1 : whole.length) + fraction.length;
  if (binary === undefined) return length <= 18 && power >= -NANO_EXPONENT;
  return fraction === '' && 15 - length - Math.trunc((binary * 3) / 10) - 1 >= 0;
}

function decimalExponent(suffix: string): number | undefined {
  const known = DECIMAL_SUFFIX.get(suffix);
  if (known !== undefined) return known;
  const power = /^[eE]([+-]?\d+)$/.exec(suffix)?.[1];
  if (power === undefined || power.length > 19) return undefined;
  return Math.max(-MAX_EXPONENT, Math.min(MAX_EXPONENT, Number(power)));
}

/** value x 10^exponent, away from zero where digits are lost: whoever asked for something gets something. */
function scale(value: bigint, exponent: number): bigint {
  if (exponent >= 0) return value * 10n ** BigInt(exponent);
  const divisor = 10n ** BigInt(-exponent);
  return (value + divisor - 1n) / divisor;
}

const CACHE_SIZE = 2000;
let cache = new Map<string, Quantity | undefined>();

/** As `parseQuantity`; a cluster repeats a few dozen texts. */
export function cachedQuantity(text: string): Quantity | undefined {
  const known = cache.get(text);
  if (known !== undefined) return known;
  if (text.length > 100) return parseQuantity(text);
  if (cache.size >= CACHE_SIZE) cache = new Map();
  const parsed = parseQuantity(text);
  cache.set(text, parsed);
  return parsed;
}

export const quantityOf = (whole: bigint): Quantity => new Quantity(whole * NANO, { value: whole, scale: 0 });
