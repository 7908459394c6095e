import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPageFrame } from './page.ts';

const frame = (text: string) => readPageFrame(new TextEncoder().encode(text));

const HOSTILE = [
  '"metadata":{"continue":"evil","remainingItemCount":9}}',
  ']},"metadata":{"continue":"evil"}}',
  '\\"],"kind":"EvilList","metadata":{"continue":"evil"}}\\',
  '\\\\',
  '"',
  '}]}',
  '{"items":[',
];

describe('the frame of a List page', () => {
  it('is read where metadata stands before items, as built-in kinds are written', () => {
    const text =
      '{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"1","continue":"abc","remainingItemCount":12},"items":[{"a":1}]}\n';
    expect(frame(text)).toEqual({ kind: 'PodList', continue: 'abc', remaining: 12 });
  });

  it('is read where metadata stands after items, as custom resources are written', () => {
    const text =
      '{"apiVersion":"x/v1","items":[{"metadata":{"continue":"no"}}],"kind":"XList","metadata":{"continue":"abc","remainingItemCount":1,"resourceVersion":"1"}}\n';
    expect(frame(text)).toEqual({ kind: 'XList', continue: 'abc', remaining: 1 });
  });

  it.each([
    ['empty items', '{"metadata":{},"items":[]}', ''],
    ['null items first', '{"items":null,"kind":"A"}', 'A'],
    ['null items last', '{"kind":"A","items":null}', 'A'],
    ['indented', '{\n  "kind": "A",\n  "items": [\n    {\n      "a": "}"\n    }\n  ]\n}\n', 'A'],
    ['indented, metadata last', '{\n  "items": [ { } ] ,\n  "kind" : "A" ,\n  "metadata" : { "continue" : "" }\n}', 'A'],
  ])('%s', (_name, text, kind) => {
    expect(frame(text)).toEqual({ kind, continue: '', remaining: 0 });
  });

  it.each([
    ['nothing', ''],
    ['HTML', '<html></html>'],
    ['a Status', '{"kind":"Status","status":"Failure"}'],
    ['cut off in an item', '{"kind":"A","metadata":{},"items":[{"a":1},{"b":'],
    ['cut off after an object of an item', '{"kind":"A","metadata":{},"items":[{"a":{"b":1}'],
    ['cut off after a nested list', '{"kind":"A","metadata":{},"items":[{"a":[1]'],
    ['cut off in the metadata', '{"kind":"A","metadata":{"continue":"x'],
    ['cut off in trailing metadata', '{"items":[{"a":1}],"kind":"A","metadata":{"continue":"abc"'],
    ['a list of lists', '[]'],
  ])('%s is no page', (_name, text) => {
    expect(frame(text)).toBeUndefined();
  });

  it('reads the whole page where the frame stands in another order', () => {
    expect(frame('{"items":[1],"metadata":{"continue":"x"},"kind":"A","more":[2]}')).toEqual({
      kind: '',
      continue: 'x',
      remaining: 0,
    });
  });

  it('is not fooled by anything inside the items', () => {
    const value = fc.jsonValue({ maxDepth: 4 });
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom(...HOSTILE),
      fc.string({ unit: fc.constantFrom('\\', '"', '{', '}', '[', ']', ',', ':', 'a') }),
    );
    const item = fc.record({ metadata: fc.dictionary(text, fc.oneof(text, value)), data: fc.array(text), more: value });
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 4 }),
        text,
        fc.nat(),
        fc.constantFrom(undefined, 2),
        (items, token, remaining, indent) => {
          const metadata = { resourceVersion: '1', continue: token, remainingItemCount: remaining };
          const expected = { kind: 'AList', continue: token, remaining };
          expect(frame(JSON.stringify({ kind: 'AList', apiVersion: 'v1', metadata, items }, null, indent))).toEqual(expected);
          expect(frame(JSON.stringify({ apiVersion: 'v1', items, kind: 'AList', metadata }, null, indent))).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('costs next to nothing on a large page', () => {
    const items = JSON.stringify(
      Array.from({ length: 20_000 }, (_, i) => ({ metadata: { name: `p-${i}`, labels: { a: 'b'.repeat(100) } } })),
    );
    const page = new TextEncoder().encode(`{"items":${items},"kind":"AList","metadata":{"continue":"x"}}`);
    const started = performance.now();
    for (let i = 0; i < 1000; i += 1) readPageFrame(page);
    expect((performance.now() - started) / 1000).toBeLessThan(1);
  });
});
