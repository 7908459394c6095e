import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextTime, parseCron } from './cron.ts';

const local = (text: string): number => new Date(text).getTime();
const next = (expression: string, after: string): string | undefined => {
  const cron = parseCron(expression);
  if (!cron.ok) throw new Error(cron.error);
  const time = nextTime(cron.value, local(after));
  if (time === undefined) return undefined;
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
};

describe('the next time of a cron expression', () => {
  it.each([
    ['* * * * *', '2027-01-04T08:00', '2027-01-04T08:01'],
    ['*/15 * * * *', '2027-01-04T08:00', '2027-01-04T08:15'],
    ['0 3 * * *', '2027-01-04T03:00', '2027-01-05T03:00'],
    ['30 6,18 * * *', '2027-01-04T08:00', '2027-01-04T18:30'],
    ['5-20/10 * * * *', '2027-01-04T08:06', '2027-01-04T08:15'],
    ['0 0 * * mon-fri', '2027-01-08T08:00', '2027-01-11T00:00'],
    ['0 0 * * 7', '2027-01-04T08:00', '2027-01-10T00:00'],
    ['0 0 * * Sun', '2027-01-04T08:00', '2027-01-10T00:00'],
    ['0 0 1 JAN,jul *', '2027-01-04T08:00', '2027-07-01T00:00'],
    ['0 0 31 * *', '2027-01-31T00:00', '2027-03-31T00:00'],
    ['0 0 29 2 *', '2027-01-04T08:00', '2028-02-29T00:00'],
    ['0 0 29 2 *', '2096-03-01T00:00', '2104-02-29T00:00'],
    ['59 23 31 12 *', '2027-01-04T08:00', '2027-12-31T23:59'],
  ])('%s after %s is %s', (expression, after, expected) => {
    expect(next(expression, after)).toBe(expected);
  });

  it('with a day of the month and a day of the week is whichever comes first, with one of them that one', () => {
    expect(next('0 0 13 * fri', '2027-01-04T08:00')).toBe('2027-01-08T00:00');
    expect(next('0 0 6 * fri', '2027-01-04T08:00')).toBe('2027-01-06T00:00');
    expect(next('0 0 13 * *', '2027-01-04T08:00')).toBe('2027-01-13T00:00');
    expect(next('0 0 */2 * mon', '2027-01-04T08:00')).toBe('2027-01-11T00:00');
  });

  it('never comes on the thirtieth of February', () => {
    expect(next('0 0 30 2 *', '2027-01-04T08:00')).toBeUndefined();
  });

  it.each([
    ['', 'has 0 fields'],
    ['* * * *', 'has 4 fields'],
    ['60 * * * *', "has '60' as minute"],
    ['* 24 * * *', "has '24' as hour"],
    ['* * 0 * *', "has '0' as day of month"],
    ['* * * foo *', "has 'foo' as month"],
    ['* * * * 8', "has '8' as day of week"],
    ['9-5 * * * *', "has '9-5' as minute"],
    ['*/0 * * * *', "has '*/0' as minute"],
    ['5/10 * * * *', "has '5/10' as minute"],
    ['1,,2 * * * *', "has '' as minute"],
    ['@daily', 'has 1 fields'],
  ])('%s is none, and it says why', (expression, why) => {
    const cron = parseCron(expression);
    expect(cron.ok ? '' : cron.error).toContain(why);
  });

  it('law: it is later, fits every field, and nothing between fits', () => {
    const some = (from: number, to: number) =>
      fc.oneof(
        fc.constant('*'),
        fc.integer({ min: from, max: to }).map(String),
        fc.integer({ min: 1, max: 9 }).map((step) => `*/${step}`),
      );
    fc.assert(
      fc.property(
        some(0, 59),
        some(0, 23),
        some(1, 28),
        some(1, 12),
        fc.integer({ min: 0, max: 60 * 1440 }),
        (minute, hour, day, month, offset) => {
          const cron = parseCron(`${minute} ${hour} ${day} ${month} *`);
          if (!cron.ok) throw new Error(cron.error);
          const fits = (time: number): boolean => {
            const date = new Date(time);
            return (
              cron.value.minutes.includes(date.getMinutes()) &&
              cron.value.hours.includes(date.getHours()) &&
              cron.value.days.has(date.getDate()) &&
              cron.value.months.has(date.getMonth() + 1)
            );
          };
          const after = local('2027-01-04T08:00') + offset * 60_000 + 1;
          const time = nextTime(cron.value, after) ?? 0;
          expect(time).toBeGreaterThan(after);
          expect(fits(time)).toBe(true);
          for (let between = after + 59_999; between < Math.min(time, after + 86_400_000); between += 60_000)
            expect(fits(between)).toBe(false);
        },
      ),
      { numRuns: 40 },
    );
  });
});
