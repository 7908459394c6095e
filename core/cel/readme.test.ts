import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const here = fileURLToPath(new URL('.', import.meta.url));
const readme = readFileSync(join(here, 'README.md'), 'utf8');

/** The text of the first block of a language. */
function block(language: string): string {
  const found = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(readme)?.[1];
  if (found === undefined) throw new Error(`no block of ${language} in the README`);
  return found;
}

test('the example of the README runs as it stands, and prints what the README says', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-cel-'));
  try {
    const file = join(folder, 'example.ts');
    writeFileSync(file, block('ts').replace("'./index.ts'", JSON.stringify(join(here, 'index.ts'))));
    expect(execFileSync(process.execPath, [file], { encoding: 'utf8' })).toBe(block('text'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
