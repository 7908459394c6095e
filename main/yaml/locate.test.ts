import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isArray, isObject, type JsonValue } from '#core/json.ts';
import { elementStep, parsePath, type Path } from '#core/path.ts';
import { locate } from './locate.ts';
import { readYaml } from './read.ts';

const CORPUS = `${process.env['PLIMSOLL_SHARED'] ?? '../shared'}/corpus`;

const at = (text: string, path: string, document = 0): string => {
  const steps = parsePath(path);
  if (!steps.ok) throw new Error(`no path: ${path}`);
  const { line, column } = locate(text, document, steps.value);
  return `${line}:${column}`;
};

const TEXT = `# a comment
apiVersion: v1
---
kind: Pod
defaults: &d
  a: 1
  "b":
  - n
  -
  - {name: q,
     port: 0x50}
merged:
  <<: *d
  c: 2
spec:
  containers:
  - image: a
    name: web
    on: 1
  - name: 'log'
    args: ["x",
      'y']
    ports: [{containerPort: 80}, {containerPort: 80, protocol: UDP}]
`;

describe('locate', () => {
  it.each([
    ['', '4:1', 'the object'],
    ['kind', '4:1', 'a field: its key'],
    ['defaults.b', '7:3', 'a quoted key: its quote'],
    ['defaults.b[0]', '8:5', 'a list item'],
    ['defaults.b[name=q].port', '11:6', 'inside braces'],
    ['defaults.b[port=80]', '10:5', 'a number is compared as read'],
    ['merged.a', '6:3', 'a merged field: its definition'],
    ['merged.b[name=q]', '10:5', 'below a merged field'],
    ['merged.c', '14:3', 'beside a merge'],
    ['spec.containers[name=web].image', '17:5', 'named elements'],
    ['spec.containers[name=web].true', '19:5', 'keys are compared as read'],
    ['spec.containers[name=log]', '20:5', 'the first key of an item'],
    ['spec.containers[name=log].args[1]', '22:7', 'over several lines'],
    ['spec.containers[name=log].ports[containerPort=80,protocol=UDP].protocol', '23:54', 'several map keys'],
    ['spec.containers[name=web].resources.limits.memory', '17:5', 'absent: the deepest ancestor that is there'],
    ['spec.containers[name=nobody]', '16:3', 'no such element: its list'],
    ['spec.containers[7]', '16:3', 'no such index: its list'],
    ['status', '4:1', 'no such field: the object'],
  ])('%s is at %s: %s', (path, position) => {
    expect(at(TEXT, path, 1)).toBe(position);
  });

  it('follows aliases to their definition', () => {
    expect(at('x: &a\n  b:\n    c: 1\np: *a\nz: [*a]\n', 'p.b.c')).toBe('3:5');
    expect(at('x: &a\n  b: 1\np: *a\n', 'p')).toBe('3:1');
  });

  it('takes the last of equal keys, as the reader does', () => {
    expect(at('a: 1\nb: 2\na: 3\n', 'a')).toBe('3:1');
  });

  it('gives places in the original where the text was mended', () => {
    expect(at('a: {\nb: 1,\n\t"c": [\n2,\n3]\n}\nd: 4\n', 'a.c[1]')).toBe('5:1');
    expect(at('a: {\nb: 1,\n\t"c": [\n2,\n3]\n}\nd: 4\n', 'a.c')).toBe('3:2');
    expect(at('a: {\nb: 1,\n\t"c": [\n2,\n3]\n}\nd: 4\n', 'd')).toBe('7:1');
  });

  it('knows JSON, JSON streams, CRLF and a byte order mark', () => {
    expect(at('{\n\t"a": {\n\t\t"b": 1\n\t}\n}', 'a.b')).toBe('3:3');
    expect(at('{"a": 1}\n{"a":\n 1, "b": 2}', 'b', 1)).toBe('3:5');
    expect(at('{"a": 1} {"b": 2}', 'b', 1)).toBe('1:11');
    expect(at('\ufeffa: 1, b', 'a')).toBe('1:1');
    expect(at('\ufeffa: 1\r\nb:\r\n  c: 1\r\n', 'b.c')).toBe('3:3');
  });

  it('has an answer where there is none', () => {
    expect(at('a: [\n', 'a')).toBe('1:1');
    expect(at('', 'a', 3)).toBe('1:1');
    expect(at('a: 1\n', 'a', 3)).toBe('1:1');
  });
});

/** Every path of a value. */
function* paths(value: JsonValue, path: Path = []): Iterable<Path> {
  yield path;
  if (isArray(value)) {
    const field = path.at(-1);
    for (const [index, item] of value.entries())
      yield* paths(item, [...path, elementStep(typeof field === 'string' ? field : '', value, index)]);
  } else if (isObject(value)) for (const [key, inner] of Object.entries(value)) yield* paths(inner, [...path, key]);
}

describe.skipIf(globSync(`${CORPUS}/kube-prometheus/*.yaml`).length === 0)('on real manifests', () => {
  it('every field leads to the line that names it', () => {
    let checked = 0;
    for (const file of globSync(`${CORPUS}/{kube-prometheus,microservices-demo}/**/*.yaml`).slice(0, 40)) {
      const text = readFileSync(file, 'utf8');
      if (text.length > 20_000) continue;
      const lines = text.split('\n');
      for (const document of readYaml(text).documents) {
        for (const path of paths(document.value)) {
          const key = path.at(-1);
          if (typeof key !== 'string') continue;
          const { line, column } = locate(text, document.index, path);
          expect(
            lines[line - 1]
              ?.slice(column - 1)
              .replace(/^["']/, '')
              .startsWith(key),
            `${file}: ${JSON.stringify(path)}`,
          ).toBe(true);
          checked += 1;
        }
      }
    }
    expect(checked).toBeGreaterThan(500);
  });
});
