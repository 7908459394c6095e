import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';

/** A cron expression of five fields (minute, hour, day of month, month, day of week) as crontab(5) reads them, checked. */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday. */
  readonly weekdays: ReadonlySet<number>;
  /** Where both days are restricted, one of them is enough; where one is, it decides. */
  readonly either: boolean;
}

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const FIELDS: readonly Field[] = [
  { name: 'minute', from: 0, to: 59 },
  { name: 'hour', from: 0, to: 23 },
  { name: 'day of month', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12, names: MONTHS },
  { name: 'day of week', from: 0, to: 7, names: WEEKDAYS },
];

/** The error is a sentence that says which field is wrong. */
export function parseCron(text: string): Result<Cron, string> {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== FIELDS.length)
    return err(
      `has ${parts.length === 1 && parts[0] === '' ? 0 : parts.length} fields, not five: minute, hour, day of month, month, day of week`,
    );
  const sets: ReadonlySet<number>[] = [];
  for (const [index, field] of FIELDS.entries()) {
    const set = parseField(parts[index] ?? '', field);
    if (!set.ok) return set;
    sets.push(set.value);
  }
  const [minutes, hours, days, months, weekdays] = sets as [Set<number>, Set<number>, Set<number>, Set<number>, Set<number>];
  const ascending = (set: ReadonlySet<number>): readonly number[] => [...set].toSorted((a, b) => a - b);
  return ok({
    minutes: ascending(minutes),
    hours: ascending(hours),
    days,
    months,
    weekdays: new Set([...weekdays].map((day) => day % 7)),
    either: !(parts[2] ?? '').startsWith('*') && !(parts[4] ?? '').startsWith('*'),
  });
}

function parseField(text: string, field: Field): Result<ReadonlySet<number>, string> {
  const values = new Set<number>();
  for (const item of text.split(',')) {
    const match = /^(?:(\*)|([a-z0-9]+)(?:-([a-z0-9]+))?)(?:\/(\d+))?$/i.exec(item);
    const wrong = err(
      `has '${item}' as ${field.name}: write *, numbers from ${field.from} to ${field.to}${field.names === undefined ? '' : ' or names'}, lists, ranges, and steps like */5`,
    );
    if (match === null) return wrong;
    const [, star, first, last, step] = match;
    const from = star === undefined ? numberOf(first ?? '', field) : field.from;
    const to = star !== undefined ? (field.to === 7 ? 6 : field.to) : last === undefined ? from : numberOf(last, field);
    const by = step === undefined ? 1 : Number(step);
    if (
      from === undefined ||
      to === undefined ||
      from > to ||
      by < 1 ||
      (step !== undefined && star === undefined && last === undefined)
    )
      return wrong;
    for (let value = from; value <= to; value += by) values.add(value);
  }
  return ok(values);
}

function numberOf(text: string, { from, to, names }: Field): number | undefined {
  const named = names?.indexOf(text.toLowerCase()) ?? -1;
  if (named >= 0) return named + from;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return value >= from && value <= to ? value : undefined;
}

/** Every day of eight years is tried: 29 February may be as far away, over 2100. */
const MAX_DAYS = 8 * 366;

/**
 * The first time after a moment, in milliseconds since 1970, by the clock on the wall of this machine. A time that the clock skips
 * is left out, one that it shows twice counts once. Undefined where none comes: 30 February.
 */
export function nextTime(cron: Cron, after: number): number | undefined {
  const start = new Date(after);
  for (let day = 0; day < MAX_DAYS; day += 1) {
    const date = new Date(start.getFullYear(), start.getMonth(), start.getDate() + day);
    if (!isDay(cron, date)) continue;
    for (const hour of cron.hours) {
      for (const minute of cron.minutes) {
        const time = new Date(date.getFullYear(), date.getMonth(), date.getDate(), hour, minute);
        if (time.getTime() > after && time.getHours() === hour && time.getMinutes() === minute) return time.getTime();
      }
    }
  }
  return undefined;
}

function isDay({ days, months, weekdays, either }: Cron, date: Date): boolean {
  if (!months.has(date.getMonth() + 1)) return false;
  const [day, weekday] = [days.has(date.getDate()), weekdays.has(date.getDay())];
  return either ? day || weekday : day && weekday;
}
