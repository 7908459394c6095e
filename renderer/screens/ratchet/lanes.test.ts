import { describe, expect, it } from 'vitest';
import { ratchetOf } from '../../testing/fake-ratchet.ts';
import { demotionReason, gapItems, heldItems, promotionReason, type LaneItem } from './lanes.ts';

const view = ratchetOf();
const heads = <R>(items: readonly LaneItem<R>[]): readonly string[] =>
  items.flatMap((item) => (item.type === 'head' ? [item.title] : []));

describe('the lanes of the ratchet', () => {
  it('put what regressed above everything else', () => {
    const items = heldItems(view.held);
    expect(items[0]).toMatchObject({ type: 'head', title: 'regressed', note: '2', bad: true });
    expect(items.filter((item) => item.type === 'row')).toHaveLength(view.held.length);
  });

  it('order the gap by effort, the least work first', () => {
    const items = gapItems(view.gap, 'failing', false);
    expect(heads(items)).toEqual(['easy to fix', 'medium to fix', 'hard to fix']);
    const easy = items.slice(
      1,
      items.findIndex((item) => item.type === 'head' && item.title === 'medium to fix'),
    );
    const failing = easy.flatMap((item) => (item.type === 'row' ? [item.row.failing] : []));
    expect(failing).toEqual(failing.toSorted((a, b) => a - b));
  });

  it('show first what fails nowhere and only waits', () => {
    const [first, ...rest] = view.gap;
    if (first === undefined) throw new Error('no gap');
    const items = gapItems([...rest, { ...first, failing: 0 }], 'title', false);
    expect(heads(items)[0]).toBe('nothing fails, not ready yet');
    expect(items[1]).toMatchObject({ row: { rule: first.rule } });
  });

  it('say in words what a promotion and a demotion rest on', () => {
    expect(promotionReason(view.ready.slice(0, 1), view.criteria)).toBe(
      'Passed consistently: 5 clean runs over 9 days in harbour-prod, 5 clean runs over 8 days in shop-api.',
    );
    expect(promotionReason(view.ready, view.criteria)).toMatch(/^5 rules passed consistently: at least 5 clean runs over 7 days/);
    expect(demotionReason(view.held.slice(0, 1))).toBe('Regressed: rule-01 fails on 3 new objects.');
  });
});
