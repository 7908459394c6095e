import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shellLine } from '#core/enforce/shell.ts';

it('words come through a shell as they were, whatever is in them', { timeout: 60_000 }, () => {
  const word = fc.string({
    unit: fc.constantFrom('a', ' ', "'", '"', '$', '`', '\\', '*', '?', ';', '&', '|', '(', '~', '#', '=', '\n', '{', '-'),
    minLength: 0,
    maxLength: 8,
  });
  const words = fc.sample(word, { numRuns: 300, seed: 7 });
  const said = execFileSync('sh', ['-c', `printf '%s\\0' ${shellLine(words)}`], { encoding: 'utf8' });
  expect(said.split('\u0000').slice(0, -1)).toEqual(words);
});
