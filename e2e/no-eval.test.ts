import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Where a library could make code of text, and why it does not. The page's policy would refuse it besides (decisions.md 27). */
const KNOWN: readonly (readonly [string, RegExp])[] = [
  ['zod asks whether it may; renderer/main.ts says no first', /^return Function\(``\),/],
  ['zod compiles schemas only where it may', /^compile\(\)\{let \w+=Function,/],
  ['decimal.js seeks the global object where there is no `self`', /^self:Function\(`return this`\)/],
];
const SUSPICIOUS = /(?:return |compile\(\)\{let \w+=|self:|[^\w.$`'"[ ])?\b(?:new )?Function(?:\(|,)|[^\w.$]eval\(/g;

const folder = new URL('../out/renderer/assets/', import.meta.url);

describe('the built renderer', () => {
  it('makes no code of text: three places in libraries could, and none of them runs', () => {
    const places = readdirSync(folder)
      .filter((name) => name.endsWith('.js'))
      .flatMap((name) => {
        const code = readFileSync(new URL(name, folder), 'utf8');
        return [...code.matchAll(SUSPICIOUS)].map(({ index }) => code.slice(index, index + 60));
      });
    expect(places.filter((place) => !KNOWN.some(([, pattern]) => pattern.test(place)))).toEqual([]);
    expect(places).toHaveLength(KNOWN.length);
  });
});
