import { shortDay } from '../../ui/format.ts';
import type { Layout } from '#core/load-line/layout.ts';
import { regressedOf, type Line } from '#core/load-line/line.ts';

export interface Tick {
  /** Where on the line, in pixels from its left end. */
  readonly x: number;
  /** When it stood there. */
  readonly label: string;
  readonly rules: number;
}

const month = new Intl.DateTimeFormat('en-GB', { month: 'short' });
const DAY_MS = 86_400_000;
/** Longer than this, the month says enough. */
const DAYS_BY_NAME = 75;
const CHARACTER = 6.2;
const APART = 14;

/** What stands over the regressed rules, ending where they end. */
export const brokenWords = (rules: number): string => `${rules} regressed`;

/**
 * Where the baseline's mark stood before: one tick per number of rules, the newest first to get room, none under the mark or
 * under the triangles of regressed rules.
 */
export function ticksOf(line: Line, drawn: Layout): readonly Tick[] {
  const base = drawn.bars.filter((bar) => bar.zone === 'base');
  const { mark } = drawn;
  if (mark === undefined) return [];
  const broken = regressedOf(line).length;
  const end = drawn.zones.base.x + drawn.zones.base.width;
  const times = line.ticks.map((tick) => Date.parse(tick.at));
  const byMonth = Math.max(...times) - Math.min(...times) > DAYS_BY_NAME * DAY_MS;
  const taken: { from: number; to: number }[] = [
    { from: broken === 0 ? mark - 14 : end - brokenWords(broken).length * CHARACTER - APART, to: mark + 14 },
  ];
  const seen = new Set<number>([base.length]);
  const ticks: Tick[] = [];
  for (const { at, rules } of line.ticks.toSorted((a, b) => b.at.localeCompare(a.at))) {
    const bar = base[rules - 1];
    if (bar === undefined || seen.has(rules)) continue;
    seen.add(rules);
    const label = byMonth ? month.format(new Date(at)) : shortDay(at);
    const x = bar.x + Math.round((drawn.column + bar.width) / 2);
    const half = ((label.length + 1 + String(rules).length) * CHARACTER) / 2 + APART / 2;
    if (x - half < 0 || taken.some((room) => x + half > room.from && x - half < room.to)) continue;
    taken.push({ from: x - half, to: x + half });
    ticks.push({ x, label, rules });
  }
  return ticks;
}
