/** Figures and times as text. The interface is in English, so its grouping and month names are fixed; zones are the reader's. */
const grouped = new Intl.NumberFormat('en-GB');
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const dayAndYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hour12: false });

export const count = (value: number): string => grouped.format(value);

/** `1 finding`, `1,494 findings`. */
export const plural = (value: number, one: string, many = `${one}s`): string => `${count(value)} ${value === 1 ? one : many}`;

export { percent } from '#core/report/percent.ts';

export const shortDay = (iso: string): string => day.format(new Date(iso));
export const fullDay = (iso: string): string => dayAndYear.format(new Date(iso));
export const dateTime = (iso: string): string => `${fullDay(iso)}, ${clock.format(new Date(iso))}`;

/** `4 min`, `3 h`, `2 d`: how long ago, in the largest unit that fits. `now` in milliseconds since the epoch. */
export function age(iso: string, now: number): string {
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1000);
  if (seconds < 60) return 'less than a minute';
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  const days = Math.floor(seconds / 86_400);
  return `${count(days)} d`;
}

/** The same for a narrow column: what began a moment ago is new. */
export const shortAge = (iso: string, now: number): string => (now - Date.parse(iso) < 60_000 ? 'new' : age(iso, now));

/** `0.8 s`, `12 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** `pod-security` as `pod security`. */
export const words = (id: string): string => id.replaceAll('-', ' ');

/** Signed change in percentage points: `+3.1`, `−0.4`. The minus is the typographic one, as wide as the plus. */
export function signed(value: number, digits = 1): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return `±${text}`;
  return `${value > 0 ? '+' : '−'}${text}`;
}

/** `812 B`, `1.4 kB`, `12 MB`. */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [size, unit] = bytes < 1_000_000 ? [bytes / 1000, 'kB'] : [bytes / 1_000_000, 'MB'];
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${unit}`;
}
