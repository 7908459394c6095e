import { describe, expect, it } from 'vitest';
import { safe, safeLine, splitMiddle } from './safe-text.ts';

describe('names from a cluster', () => {
  it('shows a right-to-left override instead of obeying it', () => {
    expect(safe('pay\u202estnem')).toBe('pay\ufffdstnem');
  });

  it('makes invisible characters visible, so that two names that differ look different', () => {
    expect(safe('pay\u200bments')).not.toBe('payments');
    expect(safe('a\u0000b\u001b[31mc\u0085')).toBe('a\ufffdb\ufffd[31mc\ufffd');
    expect(safe('x\u{e0041}')).toBe('x\ufffd');
  });

  it('leaves every script and markup as text', () => {
    expect(safe('支払い-συν <b>"\'</b> 🛳')).toBe('支払い-συν <b>"\'</b> 🛳');
  });

  it('keeps tabs in lines only', () => {
    expect(safeLine('\tkey: v')).toBe('\tkey: v');
    expect(safe('\tkey')).toBe('\ufffdkey');
  });

  it('cuts in the middle without breaking a character', () => {
    expect(splitMiddle('short')).toEqual({ head: 'short', tail: '' });
    expect(splitMiddle('checkout-order-intake-worker-🛳🛳', 4)).toEqual({ head: 'checkout-order-intake-worke', tail: 'r-🛳🛳' });
  });
});
