import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelsText, linesText, listText, readLabels, readLines, readList } from './rows.ts';

const word = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);

describe('what stands in a field', () => {
  it('is read as what was written into it', () => {
    fc.assert(
      fc.property(fc.array(word), fc.dictionary(word, word, { noNullPrototype: true }), (words, labels) => {
        expect(readList(listText(words))).toEqual(words);
        expect(readLines(linesText(words))).toEqual(words);
        expect(readLabels(labelsText(labels))).toEqual(labels);
      }),
    );
  });

  it('forgives spaces and empty parts', () => {
    expect(readList(' a ,, b,')).toEqual(['a', 'b']);
    expect(readLines('a\n\n b ')).toEqual(['a', 'b']);
    expect(readLabels(' team = shop ,')).toEqual({ team: 'shop' });
  });

  it('is no label without a key', () => {
    expect(readLabels('=x')).toBeUndefined();
    expect(readLabels('team')).toBeUndefined();
  });
});
