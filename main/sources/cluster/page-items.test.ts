import { describe, expect, it } from 'vitest';
import { textsOf } from '#main/scan/page-text.ts';
import { parseJson } from '#main/yaml/json.ts';
import { readPageItems } from './page-items.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const page = (...items: readonly unknown[]): string =>
  JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '9', continue: 'x' }, items });

const pod = (name: string, more: object = {}) => ({
  metadata: { name, uid: `uid-${name}`, resourceVersion: '41', ...more },
  spec: { containers: [{ name: 'web', image: 'web:1' }] },
});

const whoIn = (text: string) => readPageItems(bytesOf(text))?.items.map(({ uid, resourceVersion }) => ({ uid, resourceVersion }));

describe('the items of a page', () => {
  it('are found with who they are, in order', () => {
    const text = page(pod('a'), pod('b'));
    expect(whoIn(text)).toEqual([
      { uid: 'uid-a', resourceVersion: '41' },
      { uid: 'uid-b', resourceVersion: '41' },
    ]);
    const [first] = readPageItems(bytesOf(text))?.items ?? [];
    expect(JSON.parse(textOf(bytesOf(text).subarray(first?.from, first?.to)))).toEqual(pod('a'));
  });

  it('are found whatever stands before and after them, with spaces or without', () => {
    const custom = { apiVersion: 'x/v1', items: [pod('a')], kind: 'XList', metadata: { resourceVersion: '9' } };
    expect(whoIn(JSON.stringify(custom))).toHaveLength(1);
    expect(whoIn(JSON.stringify(custom, null, 2))).toEqual([{ uid: 'uid-a', resourceVersion: '41' }]);
    expect(whoIn(page())).toEqual([]);
    expect(whoIn('{"items": [ ]}')).toEqual([]);
  });

  it('are not taken for another by what stands in their texts, or deeper', () => {
    const sly = pod('sly', {
      annotations: { note: '"uid":"uid-a"},{"metadata":{"uid":"uid-b\\', uid: 'uid-c', resourceVersion: '1' },
      ownerReferences: [{ uid: 'uid-d', metadata: { uid: 'uid-e' } }],
    });
    expect(whoIn(page({ uid: 'uid-f', ...sly, status: { metadata: { uid: 'uid-g' } } }))).toEqual([
      { uid: 'uid-sly', resourceVersion: '41' },
    ]);
  });

  it('may be without uid or resourceVersion', () => {
    expect(whoIn(page({ metadata: { name: 'a' } }, { spec: 1 }, {}))).toEqual([{}, {}, {}]);
  });

  it.each([
    ['a text that is cut off', page(pod('a')).slice(0, -20)],
    ['something behind the page', `${page(pod('a'))} {}`],
    ['no list', '{"kind":"Pod"}'],
    ['items that are no list', '{"items":{}}'],
    ['an item that is no object', '{"items":[1]}'],
    ['two lists of items', '{"items":[],"items":[]}'],
    ['two uids', '{"items":[{"metadata":{"uid":"a","uid":"b"}}]}'],
    ['two metadata', '{"items":[{"metadata":{"uid":"a"},"metadata":{"uid":"b"}}]}'],
    ['a key with an escape', '{"items":[{"metadata":{"\\u0075id":"a"}}]}'],
    ['a uid with an escape', '{"items":[{"metadata":{"uid":"\\u0061"}}]}'],
    ['no JSON', '<html>'],
  ])('are left to the parser: %s', (_name, text) => {
    expect(readPageItems(bytesOf(text))).toBeUndefined();
  });

  it.each([
    ['1.0', true],
    ['-0', true],
    ['1e3', true],
    ['9007199254740993', true],
    ['123456789012345', true],
    ['0.5', true],
    ['-17', false],
    ['2147483647', false],
    ['"1.0"', false],
    ['{"a":[1,2,{"b":3}]}', false],
  ])('tell whether a number needs care: %s', (value, delicate) => {
    const text = `{"items":[{"metadata":{"name":"a"},"spec":{"v":${value}}}]}`;
    expect(readPageItems(bytesOf(text))?.delicate).toBe(delicate);
    if (!delicate) expect(JSON.parse(text)).toEqual(parseJson(text));
  });
});

describe('texts of some of the items', () => {
  it('are these items, without the fields that nobody reads', () => {
    const managed = [
      { manager: 'kubectl', operation: 'Update', fieldsV1: { 'f:spec': { '.': {}, 'k:{"name":"a"}': {} } }, apiVersion: 'v1' },
      { manager: 'x', fieldsV1: {} },
      { manager: 'y', fieldsV1: 'odd' },
    ];
    const bytes = bytesOf(page(pod('a'), pod('b', { managedFields: managed, labels: { fieldsV1: '{"ü":1}' } }), pod('c')));
    const items = readPageItems(bytes)?.items ?? [];
    const smaller = textsOf(bytes, items.slice(1));
    expect(smaller.bytes.byteLength).toBe(smaller.bytes.buffer.byteLength);
    const kept = [
      { manager: 'kubectl', operation: 'Update', fieldsV1: {}, apiVersion: 'v1' },
      { manager: 'x', fieldsV1: {} },
      { manager: 'y', fieldsV1: 'odd' },
    ];
    const [first = 0, second] = smaller.ends;
    expect([...smaller.ends].at(-1)).toBe(smaller.bytes.length);
    expect(JSON.parse(textOf(smaller.bytes.subarray(0, first)))).toEqual(
      pod('b', { managedFields: kept, labels: { fieldsV1: '{"ü":1}' } }),
    );
    expect(JSON.parse(textOf(smaller.bytes.subarray(first, second)))).toEqual(pod('c'));
    expect(textsOf(bytes, [])).toEqual({ bytes: new Uint8Array(), ends: new Uint32Array() });
  });
});
