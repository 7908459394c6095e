import { describe, expect, it } from 'vitest';
import { Double } from '#core/json.ts';
import { splitDocuments } from './documents.ts';
import { readYaml } from './read.ts';

const values = (text: string): unknown[] => readYaml(text).documents.map(({ value }) => value);
const value = (text: string): unknown => values(text)[0];

describe('readYaml', () => {
  it.each<[string, unknown]>([
    ['yes', true],
    ['off', false],
    ['0644', 420],
    ['08', 8],
    ['1_000', 1000],
    ['1:30', '1:30'],
    ['2001-01-01', '2001-01-01'],
    ['9007199254740993', 9007199254740993n],
    ['18446744073709551615', new Double(18446744073709552000)],
    ['1.0', 1],
    ['1e21', new Double(1e21)],
    ['~', null],
    ['!!str 1', '1'],
  ])('reads %s as the API server does', (text, expected) => {
    expect(value(`a: ${text}`)).toStrictEqual({ a: expected });
  });

  it('reads keys as text, what they look like first', () => {
    expect(value('on: 1\n0x10: 2\n"yes": 3\n')).toStrictEqual({ true: 1, 16: 2, yes: 3 });
  });

  it('keeps keys that JavaScript knows as own properties', () => {
    const object = value('__proto__: {a: 1}\nconstructor: 2\n') as object;
    expect(Object.keys(object)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
  });

  it('takes the last of equal keys and says where it stands', () => {
    const { documents } = readYaml('x: 1\n---\na: 1\nb:\n  c: 1\n  c: 2\na: 3\n');
    expect(documents[1]?.value).toEqual({ a: 3, b: { c: 2 } });
    expect(documents[1]?.warnings).toMatchObject([
      { key: 'c', line: 6, column: 3 },
      { key: 'a', line: 7, column: 1 },
    ]);
  });

  it('does not call a merged key that is set again a duplicate', () => {
    expect(readYaml('x: &x {a: 1}\ny:\n  <<: *x\n  a: 2\n').documents[0]?.warnings).toEqual([]);
  });

  it('refuses alias bombs, quickly', () => {
    const bomb = `a0: &a0 [x, x, x, x, x, x, x, x, x]\n${Array.from({ length: 60 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`).join(', ')}]`).join('\n')}\n`;
    const started = performance.now();
    const { errors } = readYaml(bomb);
    expect(performance.now() - started).toBeLessThan(500);
    expect(errors[0]?.message).toContain('aliases');
  });

  it('refuses nesting without end', () => {
    expect(readYaml('['.repeat(100_000)).errors).toMatchObject([{ message: 'it is nested too deeply' }]);
    expect(readYaml('- '.repeat(100_000)).errors).toMatchObject([{ message: 'it is nested too deeply' }]);
    expect(readYaml('{"a":'.repeat(100_000)).errors).toMatchObject([{ message: 'it is nested too deeply' }]);
  });

  it('gives up mending a hopeless text soon', () => {
    const text = `a: [\n${'x,\n'.repeat(20_000)}`;
    const started = performance.now();
    expect(readYaml(text).errors).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('does not let a broken document take the others with it', () => {
    const { documents, errors } = readYaml('a: 1\n---\nb: [\n---\nc: "\n--- # text\nd: 4\n');
    expect(documents).toMatchObject([
      { index: 0, value: { a: 1 }, startLine: 1 },
      { index: 3, value: { d: 4 }, startLine: 7 },
    ]);
    expect(errors).toMatchObject([
      { index: 1, line: 4, message: 'a bracket is not closed', expected: "']' or '}'" },
      { index: 2, line: 6, message: 'a double quote is not closed' },
    ]);
  });

  it.each([
    ['a: b: c\n', 1, 5],
    ['a:\n  b: 1\n c: 2\n', 3, 2],
    ['a:\n\tb: 1\n', 2, 1],
    ['a: 1\nb\n', 3, 1],
    ['a: .inf\n', 1, 4],
    ['? [a]\n: b\n', 1, 3],
    ['a: *b\n', 1, 4],
    ['\n\n: a\n', 3, 1],
    ['a: "\\q"\n', 1, 6],
    ['a: {\nb: [1\n}\n', 3, 1],
  ])('%j: says where and what was expected', (text, line, column) => {
    const [error] = readYaml(text).errors;
    expect({ line: error?.line, column: error?.column }).toEqual({ line, column });
    expect(error?.message).not.toBe('');
  });
});

describe('splitDocuments', () => {
  const texts = (text: string): string[] => splitDocuments(text).map((document) => document.text);

  it.each<[string, string[]]>([
    ['', []],
    ['# only\n---\n# comments\n...\n', []],
    ['---\n---\na: 1\n', ['---\na: 1\n']],
    ['a: 1\n---\nb: 1', ['a: 1\n', '---\nb: 1']],
    ['a: 1\n...\nb: 1\n', ['a: 1\n...', '\nb: 1\n']],
    ['a: 1\n--- # c\nb: 1\n', ['a: 1\n', '--- # c\nb: 1\n']],
    ['--- {a: 1}\n--- text\n', ['--- {a: 1}\n', '--- text\n']],
    ['# c\n%YAML 1.1\n---\na: 1\n', ['# c\n%YAML 1.1\n---\na: 1\n']],
    ['\ufeff---\na: 1\n', ['---\na: 1\n']],
    ['a: 1\r\n---\r\nb: 1\r\n', ['a: 1\r\n', '---\r\nb: 1\r\n']],
    ['a: ---\nb: |\n  ---\n---x: 1\n ---\n', ['a: ---\nb: |\n  ---\n---x: 1\n ---\n']],
    ['{"a":1}\n{"b":"}{"}\n', ['{"a":1}', '\n{"b":"}{"}\n']],
    ['{"a":1}', ['{"a":1}']],
    ['{{ a }}\n{{ b }}\n', ['{{ a }}\n{{ b }}\n']],
  ])('%j', (text, expected) => {
    expect(texts(text)).toEqual(expected);
  });

  it('knows where in the file a document begins', () => {
    expect(splitDocuments('# c\n\na: 1\n---\n\n---\n# d\nb: 1\n')).toMatchObject([
      { index: 0, start: 0, line: 1 },
      { index: 1, start: 15, line: 6 },
    ]);
  });
});
