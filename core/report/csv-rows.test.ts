import { describe, expect, it } from 'vitest';
import { csv } from '#core/report/csv-rows.ts';

describe('rows as CSV', () => {
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

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', ' =1', '\n=1', '\uFF1D1'])('defuses the formula %j', (name) => {
    const written = csv(['name'], [[name]])
      .split('\r\n')
      .slice(1)
      .join('\r\n')
      .replace(/^"/, '');
    expect(written.startsWith("'")).toBe(true);
  });
});
