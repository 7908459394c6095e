import type { Overview, RuleStanding } from '#core/api/findings.ts';

/** Geometry of the load line before a baseline exists: whole-pixel columns in two zones. Pure, so that it can be tested. */

export interface LineRule extends RuleStanding {
  /** pass / (pass + fail), 0 to 1. */
  readonly rate: number;
}

export interface Zones {
  /** Judged at least once, fails nowhere: what a baseline made now would hold. */
  readonly holds: readonly LineRule[];
  /** Fails somewhere. */
  readonly gap: readonly LineRule[];
}

const judged = (rule: RuleStanding): number => rule.counts.pass + rule.counts.fail;

const byRate = (a: LineRule, b: LineRule): number => b.rate - a.rate || judged(b) - judged(a) || a.rule.localeCompare(b.rule);

export function zonesOf(overview: Overview): Zones {
  const all = overview.rules.map((rule): LineRule => ({
    ...rule,
    rate: judged(rule) === 0 ? 0 : rule.counts.pass / judged(rule),
  }));
  const holds = new Set(overview.baseline.holds);
  const fails = new Set(overview.baseline.fails);
  return {
    holds: all.filter((rule) => holds.has(rule.rule)).toSorted(byRate),
    gap: all.filter((rule) => fails.has(rule.rule)).toSorted(byRate),
  };
}

export interface Bar {
  readonly rule: LineRule;
  readonly zone: 'holds' | 'gap';
  /** Left edge of its share of the width, which is also where it can be hit. */
  readonly x: number;
}

export interface Layout {
  readonly pitch: number;
  readonly column: number;
  /** Columns touch: zones are drawn as one outline each. */
  readonly joined: boolean;
  readonly bars: readonly Bar[];
  readonly holds: { readonly x: number; readonly width: number };
  readonly gap: { readonly x: number; readonly width: number };
  readonly width: number;
}

const WIDEST_PITCH = 22;
const JOINED_BELOW = 5;
const FEW_RULES = 30;

/** Few rules leave the picture narrow, and the free room names the gap. */
export const isFew = (zones: Zones): boolean => zones.holds.length + zones.gap.length <= FEW_RULES;

/** Lays the columns out in `available` pixels; what whole pixels leave over stays at the right. */
export function layout(zones: Zones, available: number): Layout {
  const count = zones.holds.length + zones.gap.length;
  const between = zones.holds.length === 0 || zones.gap.length === 0 ? 0 : 3;
  const fitting = Math.floor(available / Math.max(1, count + between));
  const joined = fitting < JOINED_BELOW;
  const separate = joined && between > 0 ? 10 : between;
  const pitch = Math.max(
    1,
    Math.min(isFew(zones) ? WIDEST_PITCH : available, Math.floor(available / Math.max(1, count + separate))),
  );
  const column = joined ? pitch : Math.max(2, Math.round(pitch * 0.68));
  const gapStart = (zones.holds.length + separate) * pitch;
  const bars: Bar[] = [
    ...zones.holds.map((rule, index): Bar => ({ rule, zone: 'holds', x: index * pitch })),
    ...zones.gap.map((rule, index): Bar => ({ rule, zone: 'gap', x: gapStart + index * pitch })),
  ];
  const trim = pitch - column;
  const holdsWidth = Math.max(0, zones.holds.length * pitch - trim);
  const gapWidth = Math.max(0, zones.gap.length * pitch - trim);
  return {
    pitch,
    column,
    joined,
    bars,
    holds: { x: 0, width: holdsWidth },
    gap: { x: gapStart, width: gapWidth },
    width: zones.gap.length === 0 ? holdsWidth : gapStart + gapWidth,
  };
}
