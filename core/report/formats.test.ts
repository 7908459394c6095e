import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FORMAT_NAMES, FORMATS } from '#core/report/format-names.ts';
import { CONTEXT, SMALL } from '#core/report/formats.fixture.ts';
import { writeFormat } from '#core/report/formats.ts';
import { reportOf } from '#core/report/report.fixture.ts';

const golden = (name: string): string => fileURLToPath(new URL(`golden/${name}`, import.meta.url));

describe('a small report', () => {
  it.each(FORMAT_NAMES)('as %s (`npx vitest run core/report/formats.test.ts -u` writes it)', async (format) => {
    const { text, notes } = writeFormat(SMALL, format, CONTEXT);
    expect(notes).toEqual([]);
    await expect(`${text}\n`).toMatchFileSnapshot(golden(`${format}.${FORMATS[format].extension}`));
  });

  it.each(FORMAT_NAMES)('gives the same bytes as %s each time, and ends without a line break', (format) => {
    const { text } = writeFormat(SMALL, format, CONTEXT);
    expect(writeFormat(SMALL, format, CONTEXT).text).toBe(text);
    expect(text.endsWith('\n')).toBe(false);
  });
});

describe('a report of nothing', () => {
  const empty = reportOf({ objects: [], errors: [], notes: [], status: 'complete' });

  it.each(FORMAT_NAMES)('is written as %s too', (format) => {
    expect(() => writeFormat(empty, format, CONTEXT)).not.toThrow();
  });

  it('is a page that says so', () => {
    expect(writeFormat(empty, 'html', CONTEXT).text).toContain('Nothing was judged.');
  });
});
