import { describe, expect, it } from 'vitest';
import { nearest } from '#core/nearest.ts';

describe('the nearest word', () => {
  it.each([
    ['memory-limits', 'memory-limit'],
    ['mem-limit', 'memory-limit'],
    ['cpu', 'cpu-limit'],
    ['', 'cpu-limit'],
  ])('to %s is %s', (word, expected) => {
    expect(nearest(word, ['memory-limit', 'cpu-limit', 'readiness-probe'])).toBe(expected);
  });

  it('is none where there are none', () => {
    expect(nearest('x', [])).toBe('');
  });
});
