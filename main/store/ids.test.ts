import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { difference, hasId, idSet, packIds, stretches, union, unpackIds, without } from './ids.ts';

const ids = fc.array(fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 0xffffffff }))).map(idSet);

describe('sets of ids', () => {
  it('are ascending and without repetition', () => {
    expect([...idSet([5, 1, 5, 3, 1])]).toEqual([1, 3, 5]);
    expect([...idSet([])]).toEqual([]);
  });

  it('come back from their packed form', () => {
    fc.assert(
      fc.property(ids, (set) => {
        expect([...unpackIds(packIds(set))]).toEqual([...set]);
      }),
    );
  });

  it('differ by what the difference says', () => {
    fc.assert(
      fc.property(ids, ids, (from, to) => {
        const { added, removed } = difference(from, to);
        expect([...union(without(from, removed), added)]).toEqual([...to]);
        expect([...added].every((id) => hasId(to, id) && !hasId(from, id))).toBe(true);
        expect([...removed].every((id) => hasId(from, id) && !hasId(to, id))).toBe(true);
      }),
    );
  });

  it('are covered by their stretches, each member once', () => {
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 10 }), (set, limit) => {
        const parts = [...stretches(set, limit)];
        const covered = parts.flatMap(({ first, last }) => [...set].filter((id) => id >= first && id <= last));
        expect(covered).toEqual([...set]);
      }),
    );
  });
});
