import { CelObject, reserveFields } from './values.ts';

const NANOS = 1_000_000_000n;
/** Go's zero time. */
export const MIN_SECONDS = -62_135_596_800n; // 0001-01-01T00:00:00Z
const MAX_SECONDS = 253_402_300_799n; // 9999-12-31T23:59:59Z
const INT64 = 2n ** 63n;

/** Nanoseconds, within 64 bits. */
export class Duration extends CelObject {
  readonly typeName = 'google.protobuf.Duration';
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    super();
    this.nanos = nanos;
  }
  override get isKeyByContent(): boolean {
    return true;
  }
  equals(other: CelObject): boolean {
    return other instanceof Duration && other.nanos === this.nanos;
  }
  /** Seconds with as many decimals as needed: `1.5s`. */
  override toString(): string {
    const seconds = Number(this.nanos / NANOS) + Number(this.nanos % NANOS) / 1e9;
    return `${decimal(seconds)}s`;
  }
}

/** A number without exponent, as Go's %f with the fewest digits. */
function decimal(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  return value.toFixed(9).replace(/\.?0+$/, '');
}

/** A moment in the years 1 to 9999, to the nanosecond. */
export class Timestamp extends CelObject {
  readonly typeName = 'google.protobuf.Timestamp';
  /** Since 1970-01-01T00:00:00Z. */
  readonly nanos: bigint;
  /** Of the zone it was written in, east of UTC: only its text keeps it. */
  readonly zoneSeconds: number;
  constructor(nanos: bigint, zoneSeconds = 0) {
    super();
    this.nanos = nanos;
    this.zoneSeconds = zoneSeconds;
  }
  override get isKeyByContent(): boolean {
    return true;
  }
  equals(other: CelObject): boolean {
    return other instanceof Timestamp && other.nanos === this.nanos;
  }
  get seconds(): bigint {
    return floorDiv(this.nanos, NANOS);
  }
  get subsecond(): number {
    return Number(this.nanos - this.seconds * NANOS);
  }
  get date(): Date {
    return new Date(Number(this.seconds) * 1000);
  }
  /** RFC 3339 in the zone it was written in, with a fraction only where there is one. */
  override toString(): string {
    const whole = new Date(this.date.getTime() + this.zoneSeconds * 1000).toISOString().slice(0, 19);
    const fraction = this.subsecond === 0 ? '' : `.${String(this.subsecond).padStart(9, '0').replace(/0+$/, '')}`;
    return `${whole}${fraction}${zoneText(this.zoneSeconds)}`;
  }
}

function zoneText(seconds: number): string {
  if (seconds === 0) return 'Z';
  const minutes = Math.abs(seconds) / 60;
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${seconds < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

reserveFields(new Duration(0n));
reserveFields(new Timestamp(0n));

export const floorDiv = (a: bigint, b: bigint): bigint => (a % b < 0n ? a / b - 1n : a / b);

/** undefined: out of range. */
export const makeDuration = (nanos: bigint): Duration | undefined =>
  nanos >= -INT64 && nanos < INT64 ? new Duration(nanos) : undefined;

/** undefined: out of range. */
export function makeTimestamp(nanos: bigint, zoneSeconds = 0): Timestamp | undefined {
  const seconds = floorDiv(nanos, NANOS);
  return seconds >= MIN_SECONDS && seconds <= MAX_SECONDS ? new Timestamp(nanos, zoneSeconds) : undefined;
}

const UNIT: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1000n],
  ['\u00b5s', 1000n],
  ['\u03bcs', 1000n],
  ['ms', 1_000_000n],
  ['s', NANOS],
  ['m', 60n * NANOS],
  ['h', 3600n * NANOS],
]);

/** Go's time.ParseDuration: `1h30m`, `-1.5s`, `0`. undefined: not a duration, or out of range. */
export function parseDuration(text: string): Duration | undefined {
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  const rest = text.slice(sign.length);
  if (rest === '0') return new Duration(0n);
  if (rest === '' || rest.length > 1000) return undefined;
  const part = /(\d*)(?:\.(\d*))?(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/y;
  let total = 0n;
  let at = 0;
  while (at < rest.length) {
    part.lastIndex = at;
    const found = part.exec(rest);
    if (found === null) return undefined;
    const [whole, digits = '', decimals = '', unitName = ''] = found;
    if (digits === '' && decimals === '') return undefined;
    const unit = UNIT.get(unitName) ?? 1n;
    total += BigInt(digits === '' ? '0' : digits) * unit;
    // Go keeps as many decimals as fit into 64 bits and cuts what is below a nanosecond.
    if (decimals !== '') total += (BigInt(decimals.slice(0, 18)) * unit) / 10n ** BigInt(Math.min(decimals.length, 18));
    at += whole.length;
  }
  return makeDuration(sign === '-' ? -total : total);
}

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d+))?(?:Z|([+-])(\d{2}):(\d{2}))$/;

/** RFC 3339 as Go reads it. undefined: not a timestamp, or out of range. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const found = RFC3339.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number);
  const offsetHour = Number(found[9] ?? 0);
  const offsetMinute = Number(found[10] ?? 0);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59)
    return undefined;
  // Go's parser is that generous.
  if (offsetHour > 24 || offsetMinute > 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const offset = (offsetHour * 60 + offsetMinute) * (found[8] === '-' ? -60 : 60);
  const fraction = BigInt((found[7] ?? '').slice(0, 9).padEnd(9, '0'));
  return makeTimestamp((BigInt(date.getTime() / 1000) - BigInt(offset)) * NANOS + fraction, offset);
}

function daysIn(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** The fields of a moment in a time zone: an IANA name, or an offset such as `-08:00` or `01:30`. undefined: no such zone. */
export function inZone(moment: Timestamp, zone: string): Date | undefined {
  // To Go `Local` is the zone of the machine; an API server runs in UTC.
  if (zone === '' || zone === 'UTC' || zone === 'Local') return moment.date;
  const offset = /^([+-]?)(\d{1,2}):(\d{2})$/.exec(zone);
  if (offset !== null) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3]);
    return new Date(moment.date.getTime() + (offset[1] === '-' ? -minutes : minutes) * 60_000);
  }
  if (!/^[A-Za-z]/.test(zone)) return undefined;
  const format = zoneFormat(zone);
  if (format === undefined) return undefined;
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(moment.date)) part[type] = Number(value);
  const local = new Date(0);
  local.setUTCFullYear(part['year'] ?? 0, (part['month'] ?? 1) - 1, part['day'] ?? 1);
  local.setUTCHours(part['hour'] ?? 0, part['minute'] ?? 0, part['second'] ?? 0);
  return local;
}

const formats = new Map<string, Intl.DateTimeFormat | undefined>();

/** Making a formatter takes longer than all the rest; zones are few. Wrong names are kept too, up to a bound. */
function zoneFormat(zone: string): Intl.DateTimeFormat | undefined {
  if (formats.has(zone)) return formats.get(zone);
  let format: Intl.DateTimeFormat | undefined;
  try {
    format = new Intl.DateTimeFormat('en-u-hc-h23', {
      timeZone: zone,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      calendar: 'iso8601',
    });
  } catch {
    format = undefined; // RangeError: no such zone, which is an error of the expression
  }
  if (formats.size < 1000) formats.set(zone, format);
  return format;
}
