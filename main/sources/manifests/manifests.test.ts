import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Double } from '#core/json.ts';
import { formatPath } from '#core/path.ts';
import { readManifests, type ManifestFile, type ManifestNote } from './files.ts';
import { splitManifest } from './split.ts';

const CORPUS = `${process.env['PLIMSOLL_SHARED'] ?? '../shared'}/corpus`;

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n';

describe('splitManifest', () => {
  it('gives the objects of every document with their lines', () => {
    const { objects, errors, notes } = splitManifest(`# c\n${POD}---\n# d\n${POD}`, 'a.yaml');
    expect(errors).toEqual([]);
    expect(notes).toEqual([]);
    expect(objects).toMatchObject([
      { file: 'a.yaml', documentIndex: 0, prefix: [], line: 2, value: { kind: 'Pod' } },
      { documentIndex: 1, line: 7 },
    ]);
  });

  it('unwraps Lists, typed Lists and Lists in Lists; items keep their place', () => {
    const text = `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  spec: {a: 1}
- apiVersion: v1
  kind: PodList
  items:
  - metadata:
      name: b
- {kind: Pod}
`;
    const { objects, notes } = splitManifest(text, 'a.yaml');
    expect(objects.map(({ prefix, line, value }) => [formatPath(prefix), line, value['apiVersion'], value['kind']])).toEqual([
      ['items[0]', 4, 'v1', 'Pod'],
      ['items[1].items[0]', 10, 'v1', 'Pod'],
    ]);
    expect(notes).toMatchObject([{ kind: 'notManifest', line: 12, message: 'no manifest: without apiVersion' }]);
    const [first, second] = objects;
    expect(first?.locate(['spec', 'a'])).toEqual({ line: 6, column: 10 });
    expect(second?.locate(['metadata', 'name'])).toEqual({ line: 11, column: 7 });
  });

  it('leaves kinds that only end in List alone', () => {
    expect(splitManifest('apiVersion: x/v1\nkind: AllowList\nspec: {}\n', 'a').objects).toHaveLength(1);
    expect(splitManifest('apiVersion: v1\nkind: List\nitems: []\n', 'a')).toEqual({ objects: [], errors: [], notes: [] });
  });

  it('reads JSON, several values too, and keeps its numbers', () => {
    const { objects } = splitManifest('{"apiVersion":"v1","kind":"A","x":1.0}\n{"apiVersion":"v1","kind":"B"}', 'a.json');
    expect(objects.map(({ value }) => value)).toEqual([
      { apiVersion: 'v1', kind: 'A', x: new Double(1) },
      { apiVersion: 'v1', kind: 'B' },
    ]);
    expect(objects[1]?.line).toBe(2);
  });

  it('notes what is no manifest', () => {
    const { objects, errors, notes } = splitManifest('image:\n  tag: 1\n---\n- a\n---\ntext\n---\nkind: Chart\n', 'values.yaml');
    expect({ objects, errors }).toEqual({ objects: [], errors: [] });
    expect(notes.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      '1: no manifest: without apiVersion and kind',
      '4: no manifest: a list',
      '6: no manifest: no mapping',
      '8: no manifest: without apiVersion',
    ]);
  });

  it('notes keys that stand twice, in YAML and JSON', () => {
    expect(splitManifest(`${POD}spec:\n  a: 1\n  a: 2\n`, 'a').notes).toMatchObject([
      { kind: 'duplicateKey', line: 6, column: 3 },
    ]);
    expect(splitManifest('{"apiVersion":"v1","kind":"A","kind":"B"}', 'a')).toMatchObject({
      objects: [{ value: { kind: 'B' } }],
      notes: [{ kind: 'duplicateKey' }],
    });
  });

  it('judges the rest where one document is broken', () => {
    const { objects, errors } = splitManifest(`${POD}---\nkind: [\n---\n${POD}`, 'a.yaml');
    expect(objects).toHaveLength(2);
    expect(errors).toEqual([{ file: 'a.yaml', line: 6, column: 1, message: 'a bracket is not closed', expected: "']' or '}'" }]);
  });

  it.each([
    '{{- if .Values.x }}\nkind: Pod\n{{- end }}\n',
    'kind: Pod\nmetadata:\n  name: {{ .Values.name }}\n',
    'kind: Pod\nmetadata:\n  {{- include "labels" . | nindent 4 }}\n',
    'kind: Pod\nname: {{ template "x" . }}-b\n',
  ])('says that %j looks like a Helm template', (text) => {
    const { errors, objects } = splitManifest(`${POD}---\n${text}`, 'a.yaml');
    expect(objects).toHaveLength(1);
    expect(errors).toMatchObject([{ message: expect.stringContaining('looks like a Helm template') }]);
  });

  it('judges templates that are YAML as they stand', () => {
    expect(splitManifest(`${POD}spec: {image: "{{ .Values.image }}"}\n`, 'a.yaml').objects).toHaveLength(1);
  });
});

describe('readManifests', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'plimsoll-manifests-'));
    for (const folder of ['b/c', 'node_modules/x', '.git', 'empty']) mkdirSync(join(dir, folder), { recursive: true });
    const files: Record<string, string | Buffer> = {
      'a.yaml': POD,
      'b/c/z.yml': POD,
      'b/b.JSON': '{}',
      'b/readme.txt': 'kind: text',
      'node_modules/x/a.yaml': POD,
      '.git/a.yaml': POD,
      'binary.yaml': Buffer.from([0x61, 0, 0x62]),
      'latin.yaml': Buffer.from([0x61, 0x3a, 0xe4, 0x0a]),
      'utf16.yaml': Buffer.from('\ufeffa: 1\n', 'utf16le'),
      'huge.yaml': '',
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
    truncateSync(join(dir, 'huge.yaml'), 33 * 1024 * 1024);
    symlinkSync('..', join(dir, 'b', 'loop'));
    symlinkSync('nowhere.yaml', join(dir, 'b', 'dangling.yaml'));
    symlinkSync('../a.yaml', join(dir, 'b', 'link.yaml'));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const read = async (paths: readonly string[], stdin?: AsyncIterable<string>): Promise<(ManifestFile | ManifestNote)[]> => {
    const entries: (ManifestFile | ManifestNote)[] = [];
    const options = stdin === undefined ? {} : { stdin };
    for await (const entry of readManifests(paths, { ...options, signal: new AbortController().signal })) entries.push(entry);
    return entries;
  };
  const names = async (paths: readonly string[]): Promise<string[]> =>
    (await read(paths)).map(({ type, name }) => `${type} ${name.replace(`${dir}/`, '')}`);

  it('walks folders in order, follows links once, and says what it left out', async () => {
    expect(await names([dir])).toEqual([
      'skipped .git',
      'file a.yaml',
      'file b/b.JSON',
      'file b/c/z.yml',
      'failed b/dangling.yaml',
      'skipped binary.yaml',
      'skipped huge.yaml',
      'failed latin.yaml',
      'skipped node_modules',
      'file utf16.yaml',
    ]);
  });

  it('reads a file once, however often it is named, and whatever its extension where it is named', async () => {
    expect(
      await names([
        join(dir, 'a.yaml'),
        join(dir, 'b/readme.txt'),
        join(dir, 'b/../a.yaml'),
        join(dir, 'b/link.yaml'),
        join(dir, 'b/c'),
      ]),
    ).toEqual(['file a.yaml', 'file b/readme.txt', 'file b/c/z.yml']);
  });

  it('expands globs', async () => {
    expect(await names([join(dir, 'b/**/*.{yml,JSON}')])).toEqual(['file b/b.JSON', 'file b/c/z.yml']);
    expect(await names([join(dir, '*.nothing')])).toEqual(['failed *.nothing']);
  });

  it('says what does not exist, as an error with what to do', async () => {
    expect(await read([join(dir, 'nope')])).toMatchObject([
      { type: 'failed', error: { code: 'notFound', where: join(dir, 'nope') } },
    ]);
  });

  it('reads standard input', async () => {
    const stdin = (async function* () {
      yield 'a: ';
      yield '1\n';
    })();
    expect(await read(['-'], stdin)).toEqual([{ type: 'file', name: 'stdin', text: 'a: 1\n' }]);
    expect(await read(['-'])).toMatchObject([{ type: 'failed', name: 'stdin' }]);
  });

  it('decodes UTF-16 with a byte order mark', async () => {
    expect(await read([join(dir, 'utf16.yaml')])).toMatchObject([{ text: 'a: 1\n' }]);
  });

  it('finds nothing in an empty folder', async () => {
    expect(await read([join(dir, 'empty')])).toEqual([]);
  });

  it('stops when told so', async () => {
    const controller = new AbortController();
    controller.abort();
    const entries: unknown[] = [];
    for await (const entry of readManifests([dir], { signal: controller.signal })) entries.push(entry);
    expect(entries).toEqual([]);
  });
});

describe.skipIf(!existsSync(CORPUS))('the corpus of real manifests', () => {
  it('is read without an unexplained error', async () => {
    let objects = 0;
    const errors: string[] = [];
    for await (const entry of readManifests([CORPUS], { signal: new AbortController().signal })) {
      if (entry.type !== 'file') throw new Error(`not read: ${entry.name}`);
      const split = splitManifest(entry.text, entry.name);
      objects += split.objects.length;
      errors.push(...split.errors.map(({ message }) => message));
    }
    expect(objects).toBe(493);
    // Five files of kubernetes/examples are sed templates: `name: {{cell}}`.
    expect(errors).toHaveLength(5);
    expect(errors.every((message) => message.includes('template'))).toBe(true);
  });
});
