import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KnownIndex, packKnown } from './known.ts';

const key = (name: string): Uint8Array => hash('sha256', name, 'buffer');
const uid = (index: number): string =>
  hash('sha256', String(index)).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

describe('the index of what is known', () => {
  it('finds by key and by uid with resourceVersion, and nothing else', () => {
    const rows = Array.from({ length: 3000 }, (_, index) => ({
      id: index + 7,
      key: key(`k${index}`),
      uid: uid(index),
      resourceVersion: String(index),
    }));
    const index = new KnownIndex(packKnown(rows.length, rows));
    expect(index.size).toBe(3000);
    for (const row of rows) {
      expect(index.byKey(row.key)).toBe(row.id);
      expect(index.byUid(row.uid, row.resourceVersion)).toBe(row.id);
      expect(index.byUid(row.uid, `${row.resourceVersion}0`)).toBeUndefined();
    }
    expect(index.byKey(key('other'))).toBeUndefined();
    expect(index.byUid(uid(99_999), '1')).toBeUndefined();
  });

  it('takes any text for a uid or a resourceVersion, and objects without either', () => {
    const rows = [
      { id: 1, key: key('a'), uid: 'not-a-uuid', resourceVersion: 'opaque' },
      { id: 2, key: key('b'), uid: null, resourceVersion: null },
      { id: 3, key: key('c'), uid: uid(1), resourceVersion: '18446744073709551615' },
    ];
    const index = new KnownIndex(packKnown(3, rows));
    expect(index.byUid('not-a-uuid', 'opaque')).toBe(1);
    expect(index.byUid('not-a-uuid', 'Opaque')).toBeUndefined();
    expect(index.byKey(key('b'))).toBe(2);
    expect(index.byUid(uid(1), '18446744073709551615')).toBe(3);
    expect(index.byUid(uid(1), '18446744073709551614')).toBeUndefined();
  });

  it('is empty without rows', () => {
    const index = new KnownIndex(packKnown(0, []));
    expect(index.byKey(key('a'))).toBeUndefined();
    expect(index.byUid(uid(1), '1')).toBeUndefined();
  });

  it('stays small: 100,000 objects take under 10 MB', () => {
    const rows = Array.from({ length: 1000 }, (_, index) => ({
      id: index,
      key: key(`k${index}`),
      uid: uid(index),
      resourceVersion: '1',
    }));
    expect(packKnown(1000, rows).byteLength * 100).toBeLessThan(10_000_000);
  });
});
