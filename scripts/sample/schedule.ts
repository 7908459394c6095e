/** The part of cron that the sample's schedules use: numbers, `*` and steps. */

const matches = (field: string, value: number): boolean => {
  if (field === '*') return true;
  const step = /^\*\/(\d+)$/.exec(field);
  if (step !== null) return value % Number(step[1]) === 0;
  return Number(field) === value;
};

const MINUTE = 60_000;

/** The last time (ms, UTC) at or before `now` at which the schedule was due; it must have been due within 31 days. */
export function lastDue(schedule: string, now: number): number {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = schedule.split(' ');
  const latest = Math.floor(now / MINUTE) * MINUTE;
  for (let time = latest; time > latest - 31 * 24 * 60 * MINUTE; time -= MINUTE) {
    const date = new Date(time);
    if (
      matches(minute, date.getUTCMinutes()) &&
      matches(hour, date.getUTCHours()) &&
      matches(day, date.getUTCDate()) &&
      matches(month, date.getUTCMonth() + 1) &&
      matches(weekday, date.getUTCDay())
    ) {
      return time;
    }
  }
  throw new Error(`schedule ${schedule} was not due within 31 days`);
}
