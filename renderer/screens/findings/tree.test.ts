import { describe, expect, it } from 'vitest';
import { treeOf } from './tree.ts';

const groups = [
  { key: 'a', rows: 3 },
  { key: 'b', rows: 0 },
  { key: 'c', rows: 20_000 },
  { key: 'd', rows: 1 },
];

describe('groups and rows as one list', () => {
  it('counts only what is open', () => {
    expect(treeOf(groups, new Set()).count).toBe(4);
    expect(treeOf(groups, new Set(['a', 'c'])).count).toBe(4 + 3 + 20_000);
  });

  it('finds every place again', () => {
    const tree = treeOf(groups, new Set(['a', 'b', 'c']));
    for (let index = 0; index < tree.count; index += 1) {
      const place = tree.at(index);
      expect(place.type === 'group' ? tree.indexOfGroup(place.group) : tree.indexOfRow(place.group, place.offset)).toBe(index);
    }
    expect(tree.at(tree.count - 1)).toEqual({ type: 'group', group: 3 });
  });
});
