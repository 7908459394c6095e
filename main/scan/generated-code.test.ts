import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = globSync('{core,main,cli,preload,renderer}/**/*.{ts,tsx}', { cwd: root }).filter(
  (file) => !/\.test\.tsx?$/.test(file),
);
const textOf = (file: string): string => readFileSync(`${root}/${file}`, 'utf8');

describe('code made of text', () => {
  it('is made in one module of main/ and nowhere else', () => {
    const making = sources.filter((file) =>
      /\bnew Function\(|[^.\w`]eval\(/.test(textOf(file).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')),
    );
    expect(making).toEqual(['main/scan/generated-code.ts']);
  });

  it('is out of reach of the renderer, the preload and the rest of core/', () => {
    const reaching = sources.filter((file) => !file.startsWith('core/cel/generated/') && textOf(file).includes('cel/generated/'));
    expect(reaching).toEqual(['main/scan/generated-code.ts']);
    const importing = sources.filter((file) => textOf(file).includes('scan/generated-code.ts'));
    expect(importing.every((file) => file.startsWith('main/'))).toBe(true);
  });
});
