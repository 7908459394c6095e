import { describe, expect, it } from 'vitest';
import { csv } from './csv.ts';

describe('copy as CSV', () => {
  it('quotes what needs quotes', () => {
    expect(
      csv(
        ['a', 'b'],
        [
          ['x,y', 'say "hi"'],
          ['line\nbreak', 'plain'],
        ],
      ),
    ).toBe('a,b\r\n"x,y","say ""hi"""\r\n"line\nbreak",plain');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])('defuses the formula %j', (name) => {
    const written = csv(['name'], [[name]])
      .split('\r\n')
      .slice(1)
      .join('\r\n')
      .replace(/^"/, '');
    expect(written.startsWith("'")).toBe(true);
  });
});
