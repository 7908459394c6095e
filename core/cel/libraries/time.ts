import type { EvaluationFrame } from '../frame.ts';
import { define, type FunctionDefinition, type Library } from '../library.ts';
import { Duration, inZone, Timestamp } from '../time.ts';
import { makeInt, type CelValue, type Val } from '../values.ts';

type Field = (date: Date, moment: Timestamp) => number;

const dayOfYear = (date: Date): number =>
  Math.floor((Date.UTC(2000, date.getUTCMonth(), date.getUTCDate()) - Date.UTC(2000, 0, 1)) / 86_400_000) - afterFebruary(date);

/** 2000 is a leap year: in other years the days from March on are one less. */
function afterFebruary(date: Date): number {
  const year = date.getUTCFullYear();
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return !leap && date.getUTCMonth() > 1 ? 1 : 0;
}

const FIELDS: readonly (readonly [string, Field])[] = [
  ['getFullYear', (date) => date.getUTCFullYear()],
  ['getMonth', (date) => date.getUTCMonth()],
  ['getDate', (date) => date.getUTCDate()],
  ['getDayOfMonth', (date) => date.getUTCDate() - 1],
  ['getDayOfWeek', (date) => date.getUTCDay()],
  ['getDayOfYear', dayOfYear],
  ['getHours', (date) => date.getUTCHours()],
  ['getMinutes', (date) => date.getUTCMinutes()],
  ['getSeconds', (date) => date.getUTCSeconds()],
  ['getMilliseconds', (_, moment) => Math.floor(moment.subsecond / 1_000_000)],
];

/** A duration is counted in whole units, not split into fields. */
const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['getHours', 3_600_000_000_000n],
  ['getMinutes', 60_000_000_000n],
  ['getSeconds', 1_000_000_000n],
  ['getMilliseconds', 1_000_000n],
]);

function getters([name, read]: readonly [string, Field]): FunctionDefinition[] {
  const unit = UNITS.get(name);
  const plain = (f: EvaluationFrame, value: CelValue): Val => {
    if (value instanceof Timestamp) return read(value.date, value);
    return unit !== undefined && value instanceof Duration ? makeInt(value.nanos / unit) : f.noOverload(value);
  };
  const zoned = (f: EvaluationFrame, value: CelValue, zone: CelValue): Val => {
    if (!(value instanceof Timestamp) || typeof zone !== 'string') return f.noOverload(value, zone);
    const date = inZone(value, zone);
    return date === undefined ? f.fail('unknown time zone', zone) : read(date, value);
  };
  return [
    define(name, 0, unit === undefined ? ['timestamp.() int'] : ['timestamp.() int', 'duration.() int'], plain),
    define(name, 0, ['timestamp.(string) int'], zoned),
  ];
}

/** The fields of timestamps and durations. */
export const time: Library = { name: 'time', functions: FIELDS.flatMap(getters) };
