import { describe, expect, it } from 'vitest';
import { tokens } from './tokens.ts';

const kinds = (line: string): string =>
  tokens(line)
    .filter((token) => token.text.trim() !== '' && token.kind !== 'text')
    .map((token) => `${token.kind}=${token.text}`)
    .join(' ');

describe('colours of a YAML line', () => {
  it.each([
    ['spec:', 'key=spec'],
    ['  - name: web', 'key=name string=web'],
    ['    image: registry.example:5000/a:1', 'key=image string=registry.example:5000/a:1'],
    ['    readOnly: false', 'key=readOnly scalar=false'],
    ['    replicas: 3', 'key=replicas scalar=3'],
    ['    \'a.b/c\': "x: y"', 'key=\'a.b/c\' string="x: y"'],
    ['    - --flag=a:b', 'string=--flag=a:b'],
    ['# note', 'comment=# note'],
  ])('%s', (line, expected) => {
    expect(kinds(line)).toBe(expected);
  });

  it('never loses a character', () => {
    for (const line of ['', '   ', 'a', '- - x', 'key:', 'key: |', '"unclosed: x', '::', 'a:b', '\tb: c', '- "x": {}']) {
      expect(
        tokens(line)
          .map((token) => token.text)
          .join(''),
      ).toBe(line);
    }
  });
});
