import type { Category } from '#core/rules/model.ts';
import { regressedOf, rulesOf, ZONES, type Line, type LineRule, type ZoneName } from '#core/load-line/line.ts';

/** Geometry of the load line: columns on whole pixels in three zones. Pure, so that it can be tested. */

export interface Bar {
  readonly rule: LineRule;
  readonly zone: ZoneName;
  /** Its share of the width, which is also where it can be hit. */
  readonly x: number;
  readonly width: number;
}

export interface Span {
  readonly x: number;
  readonly width: number;
}

/** Rules of one category that stand together, where there are too many rules to tell apart. */
export interface Fold extends Span {
  readonly category: Category;
  readonly rules: number;
}

export interface Layout {
  /** Pixels per rule; below 1 where even single pixels do not suffice. */
  readonly pitch: number;
  readonly column: number;
  /** Columns touch: zones are drawn as one outline each. */
  readonly joined: boolean;
  readonly bars: readonly Bar[];
  readonly zones: Readonly<Record<ZoneName, Span>>;
  readonly folds: readonly Fold[];
  /** Middle of the Plimsoll mark; undefined before there is a baseline. */
  readonly mark: number | undefined;
  readonly width: number;
}

const FEW_RULES = 30;
const WIDEST_PITCH = 22;
const JOINED_BELOW = 5;
const FOLDED_ABOVE = 200;
/** A regressed rule keeps this many pixels, however many rules there are. */
const REGRESSED_WIDTH = 3;
/** The mark stands between the baseline and the rest and must not touch either. */
const MARK_ROOM = 32;
const FOLD_GAP = 2;

/** Few rules leave the picture narrow, and the free room names the gap. */
export const isFew = (line: Line): boolean => rulesOf(line).length <= FEW_RULES;

/** Too many to tell apart: each zone's rules stand together by category. */
export const isFolded = (line: Line): boolean => rulesOf(line).length > FOLDED_ABOVE;

/** Keeps the order within a category; categories follow each other from the best to the worst rate. */
function byCategory(rules: readonly LineRule[]): readonly LineRule[] {
  const groups = Map.groupBy(rules, (rule) => rule.category);
  const mean = (group: readonly LineRule[]): number => group.reduce((sum, rule) => sum + (rule.rate ?? 0), 0) / group.length;
  return [...groups.values()].toSorted((a, b) => mean(b) - mean(a)).flat();
}

interface Slots {
  readonly zone: ZoneName;
  readonly rules: readonly LineRule[];
  /** How many of them, from the left, fold by category. */
  readonly foldable: number;
}

function slotsOf(line: Line, folded: boolean): readonly Slots[] {
  const broken = regressedOf(line).length;
  return ZONES.map((zone) => {
    const all = line[zone];
    const foldable = zone === 'base' ? all.length - broken : all.length;
    const rules = folded ? [...byCategory(all.slice(0, foldable)), ...all.slice(foldable)] : all;
    return { zone, rules, foldable: folded ? foldable : 0 };
  });
}

const startsFold = (slots: Slots, index: number): boolean =>
  index > 0 && index <= slots.foldable && slots.rules[index]?.category !== slots.rules[index - 1]?.category;

const widthOf = (rule: LineRule, pitch: number): number => (rule.regressed > 0 ? Math.max(REGRESSED_WIDTH, pitch) : pitch);

function place(line: Line, slots: readonly Slots[], pitch: number, joined: boolean): Layout {
  const column = joined ? Math.max(1, pitch) : Math.max(2, Math.round(pitch * (isFew(line) ? 0.64 : 0.75)));
  const trim = joined ? 0 : pitch - column;
  const between = { first: joined ? 10 : 3, second: joined ? 7 : 2 };
  const bars: Bar[] = [];
  const folds: Fold[] = [];
  const zones: Record<ZoneName, Span> = { base: { x: 0, width: 0 }, ready: { x: 0, width: 0 }, gap: { x: 0, width: 0 } };
  let x = 0;
  let mark: number | undefined;
  for (const slot of slots) {
    const { zone, rules } = slot;
    if (rules.length > 0) {
      const start = Math.round(x);
      let open: Fold | undefined;
      for (const [index, rule] of rules.entries()) {
        if (startsFold(slot, index)) x += FOLD_GAP;
        const width = widthOf(rule, pitch);
        bars.push({ rule, zone, x: Math.floor(x), width: Math.max(1, width) });
        if (index < slot.foldable) {
          const same = open !== undefined && !startsFold(slot, index) ? open : undefined;
          if (same !== undefined) folds.pop();
          const from = same?.x ?? Math.floor(x);
          open = { category: rule.category, x: from, width: Math.floor(x + width) - from, rules: (same?.rules ?? 0) + 1 };
          folds.push(open);
        }
        x += width;
      }
      zones[zone] = { x: start, width: Math.max(1, Math.round(x - trim) - start) };
    }
    const later = slots.slice(slots.indexOf(slot) + 1).some((next) => next.rules.length > 0);
    if (zone === 'base' && line.baseline !== undefined) {
      const room = Math.max(MARK_ROOM, Math.round(between.first * pitch));
      mark = Math.round(Math.max(10, x - trim + (room + trim) / 2));
      x += room;
    } else if (rules.length > 0 && later) {
      x += zone === 'base' ? Math.max(12, Math.round(between.first * pitch)) : Math.max(12, Math.round(between.second * pitch));
    }
  }
  const last = bars.at(-1);
  const end = last === undefined ? 0 : zones[last.zone].x + zones[last.zone].width;
  return { pitch, column, joined, bars, zones, folds, mark, width: Math.max(end, mark === undefined ? 0 : mark + 16) };
}

/** Lays the columns out in `available` pixels; what whole pixels leave over stays at the right. */
export function layout(line: Line, available: number): Layout {
  const count = rulesOf(line).length;
  const slots = slotsOf(line, isFolded(line));
  const widest = Math.min(isFew(line) ? WIDEST_PITCH : available, Math.floor(available / Math.max(1, count)));
  for (let pitch = widest; pitch >= 1; pitch -= 1) {
    const drawn = place(line, slots, pitch, pitch < JOINED_BELOW);
    if (drawn.width <= available) return drawn;
  }
  // More rules than pixels: several share one, and the arrow keys still stop at each.
  const least = place(line, slots, 0, true);
  const extra = regressedOf(line).length * REGRESSED_WIDTH;
  const pitch = Math.max(0.05, (available - least.width) / Math.max(1, count - extra / REGRESSED_WIDTH));
  return place(line, slots, pitch, true);
}

/** The column under a place of the picture, `x` in pixels from its left edge. */
export const barAt = (drawn: Layout, x: number): number | undefined => {
  const index = drawn.bars.findLastIndex((bar) => x >= bar.x && x < bar.x + bar.width);
  return index === -1 ? undefined : index;
};
