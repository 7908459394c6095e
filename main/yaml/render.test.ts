import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Double, Redacted, type JsonValue } from '#core/json.ts';
import { parsePath } from '#core/path.ts';
import { readYaml } from './read.ts';
import { renderYaml } from './render.ts';

const POD: JsonValue = {
  status: { phase: null },
  spec: {
    containers: [
      {
        image: 'a:1',
        name: 'web',
        env: [
          { name: 'A', value: new Redacted('env') },
          { value: 'yes', name: 'B' },
        ],
        args: [],
      },
      { name: 'log', weight: new Double(1), size: 9223372036854775807n, text: 'a\n\nb\n' },
    ],
  },
  metadata: { labels: { 'a.b/c': '08' }, namespace: 'shop', name: 'x' },
  kind: 'Pod',
  apiVersion: 'v1',
};

describe('renderYaml', () => {
  it('has one order, exact numbers and readable redactions', () => {
    expect(renderYaml(POD).lines.join('\n')).toBe(`apiVersion: v1
kind: Pod
metadata:
  name: x
  namespace: shop
  labels:
    a.b/c: '08'
spec:
  containers:
    - name: web
      args: []
      env:
        - name: A
          value: !redacted environment value
        - name: B
          value: 'yes'
      image: a:1
    - name: log
      size: 9223372036854775807
      text: |
        a

        b
      weight: 1.0
status:
  phase: null`);
  });

  it.each([
    ['', 1, 26],
    ['spec', 8, 24],
    ['spec.containers[name=web]', 10, 17],
    ['spec.containers[name=web].env', 12, 16],
    ['spec.containers[name=web].env[name=A]', 13, 14],
    ['spec.containers[name=web].env[name=A].value', 14, 14],
    ['spec.containers[name=log].text', 20, 23],
    ['spec.containers[name=web].resources.limits', 10, 10],
    ['spec.nope', 8, 8],
  ])('%s is on lines %i to %i', (text, first, last) => {
    const path = parsePath(text);
    expect(path.ok && renderYaml(POD).locate(path.value)).toEqual({ first, last });
  });

  it('reads back as what it was', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(...'01_.exobXnNyY:-+~ #\n\t"\'{}[]|>&*!%@`,?') }),
      fc.constantFrom(
        'yes',
        '0X1F',
        '0b-1',
        '<<',
        '---',
        '...',
        '1e3',
        '.5_0',
        '=',
        'a: b',
        ' a',
        'a ',
        'a\n',
        '\na',
        '- a',
        'é\u2028',
        '\u0085',
        '\ufeff',
        'a\r\nb',
        '\u0000',
        '__proto__',
      ),
    );
    const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.constantFrom<JsonValue>(null, true, 1, -5, 0.25, 1e-7, 2n ** 60n, new Double(1e21)),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.array(fc.tuple(text, tie('tree')), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const object = { spec: value };
        const { documents, errors } = readYaml(`${renderYaml(object).lines.join('\n')}\n`);
        expect(errors).toEqual([]);
        expect(isDeepStrictEqual(documents[0]?.value, object)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});
