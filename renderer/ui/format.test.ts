import { describe, expect, it } from 'vitest';
import { age, count, duration, fileSize, percent, plural, shortAge, signed } from './format.ts';

describe('figures as text', () => {
  it('groups thousands and counts words', () => {
    expect(count(1494)).toBe('1,494');
    expect(plural(1, 'finding')).toBe('1 finding');
    expect(plural(2, 'entry', 'entries')).toBe('2 entries');
  });

  it('says how large a file is', () => {
    expect([0, 999, 1000, 9_990, 123_456, 12_345_678].map(fileSize)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '10.0 kB',
      '123 kB',
      '12 MB',
    ]);
  });

  it('says 100 % and 0 % only where it is so', () => {
    expect(percent(1)).toBe('100 %');
    expect(percent(0.9999)).toBe('99 %');
    expect(percent(0.99999, 1)).toBe('99.9 %');
    expect(percent(0.0001)).toBe('1 %');
    expect(percent(0)).toBe('0 %');
    expect(percent(9821 / 11_315, 1)).toBe('86.8 %');
  });

  it('tells ages and durations in one unit', () => {
    const now = Date.parse('2026-11-24T12:00:00Z');
    expect(age('2026-11-24T11:59:30Z', now)).toBe('less than a minute');
    expect(shortAge('2026-11-24T11:59:30Z', now)).toBe('new');
    expect(shortAge('2026-11-24T09:59:30Z', now)).toBe('2 h');
    expect(age('2026-11-24T11:56:00Z', now)).toBe('4 min');
    expect(age('2026-11-20T11:56:00Z', now)).toBe('4 d');
    expect(duration(830)).toBe('830 ms');
    expect(duration(125_000)).toBe('2 min 5 s');
  });

  it('signs changes', () => {
    expect(signed(3.14)).toBe('+3.1');
    expect(signed(-0.4)).toBe('−0.4');
    expect(signed(-0.01)).toBe('±0.0');
  });
});
