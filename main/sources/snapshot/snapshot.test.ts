import { readdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Redacted } from '#core/json.ts';
import { ended, evaluated, openAt, rulesOf, scan, startScan, temporaryFolder, unwrap } from '#test/store.ts';
import type { SnapshotItem } from './format.ts';
import { readSnapshot } from './read.ts';
import { writeSnapshot } from './write.ts';

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function itemsOf(file: string): Promise<SnapshotItem[]> {
  const snapshot = unwrap(await readSnapshot(file));
  return collect(snapshot.items);
}

/** A snapshot of some objects; the folder goes with the test. */
async function sample(folder: string, count = 3): Promise<string> {
  const store = openAt(folder);
  const run = scan(
    store,
    Array.from({ length: count }, (_, index) => ({ name: `o${index}`, content: `x${index}`, fails: [index % 3] })),
  );
  const file = path.join(folder, 'a.plimsoll.gz');
  unwrap(await writeSnapshot(store, run.id, file));
  store.close();
  return file;
}

/** Lines of a snapshot, changed and packed again. */
function edit(file: string, change: (lines: string[]) => string[]): void {
  writeFileSync(file, gzipSync(change(gunzipSync(readFileSync(file)).toString('utf8').split('\n')).join('\n')));
}

describe('a snapshot file', () => {
  it('gives back the run and every object with its facts, key and redacted body', async () => {
    using folder = temporaryFolder();
    const store = openAt(folder.path);
    const coverage = [
      { group: '', version: 'v1', kind: 'Pod', resource: 'pods', verb: 'list', status: 'complete', objects: 2 } as const,
    ];
    const { run, writer } = startScan(store, rulesOf('a', 'b'), {
      kubernetesMinor: '1.36',
      server: 'h:1',
      labels: { env: 'prod' },
    });
    const web = {
      ...evaluated(
        { name: 'web', fails: [1], body: { apiVersion: 'v1', kind: 'Pod', big: 9007199254740993n, env: new Redacted('env') } },
        2,
      ),
      waivers: { b: 'why' },
      declared: [{ manager: 'helm', apiVersion: 'v1' }],
      owner: { kind: 'ReplicaSet', name: 'rs', uid: 'u' },
    };
    unwrap(writer.add([web, { ...evaluated({ name: 'db' }, 2), place: { file: 'a.yaml', line: 3, document: 2 } }]));
    unwrap(writer.finish(ended({ coverage })));
    const file = path.join(folder.path, 'a.plimsoll.gz');
    expect(unwrap(await writeSnapshot(store, run.id, file))).toEqual({ objects: 2, bytes: statSync(file).size });
    store.close();

    const snapshot = unwrap(await readSnapshot(file));
    expect(snapshot.header).toMatchObject({
      source: { kind: 'cluster', name: 'kind-kind', identity: 'uid-1', provisional: false },
      run: { id: run.id, startedAt: '2026-11-24T08:00:00.000Z', finishedAt: '2026-11-24T08:01:00.000Z', labels: { env: 'prod' } },
      kubernetesMinor: '1.36',
      server: 'h:1',
      coverage,
      libraryHash: 'library',
      ruleset: rulesOf('a', 'b'),
      objects: 2,
    });
    const [first, second, ...rest] = await collect(snapshot.items);
    expect(rest).toEqual([]);
    const { body: _, bodyHash: __, resourceVersion: ___, key, ...facts } = web;
    expect(first).toMatchObject({ type: 'object', object: { ...facts, key: new Uint8Array(key) } });
    expect(first?.type === 'object' ? first.object.body : undefined).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      big: 9007199254740993n,
      env: new Redacted('env'),
    });
    expect(second).toMatchObject({ object: { name: 'db', place: { file: 'a.yaml', line: 3, document: 2 } } });
  });

  it('is its owner’s alone, replaces an older one whole, and follows no link', async () => {
    using folder = temporaryFolder();
    const file = await sample(folder.path);
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    const precious = path.join(folder.path, 'precious');
    writeFileSync(precious, 'precious');
    const link = path.join(folder.path, 'link.gz');
    symlinkSync(precious, link);
    const store = openAt(folder.path);
    const [run] = store.runs.list().runs;
    unwrap(await writeSnapshot(store, run?.id ?? '', link));
    expect(readFileSync(precious, 'utf8')).toBe('precious');
    expect(await itemsOf(link)).toHaveLength(3);
    expect(await writeSnapshot(store, run?.id ?? '', path.join(folder.path, 'no', 'such'))).toMatchObject({
      ok: false,
      error: { code: 'unreadable' },
    });
    expect(await writeSnapshot(store, '01JD0000000000000000000000', file)).toMatchObject({
      ok: false,
      error: { code: 'notFound' },
    });
    expect(readdirSync(folder.path).filter((name) => name.endsWith('.part'))).toEqual([]);
    store.close();
  });

  it('lets nothing unredacted in, whoever wrote it', async () => {
    using folder = temporaryFolder();
    const file = await sample(folder.path);
    edit(file, ([header = '', first = '', ...rest]) => [
      header,
      first.replace('"spec":{', '"spec":{"adminPassword":"CANARY",'),
      ...rest,
    ]);
    const [item] = await itemsOf(file);
    expect(item).toMatchObject({ object: { body: { spec: { adminPassword: new Redacted('secret') } } } });
  });
});

describe('a snapshot file that is not as it should be', () => {
  const opening = async (content: Uint8Array | string): Promise<string> => {
    using folder = temporaryFolder();
    const file = path.join(folder.path, 'x.gz');
    writeFileSync(file, content);
    const opened = await readSnapshot(file);
    expect(opened).toMatchObject({ ok: false, error: { code: 'unreadable', where: file } });
    return opened.ok ? '' : opened.error.why;
  };

  it('is refused where its header cannot be used', async () => {
    expect(await opening('plain text')).toContain('not gzip');
    expect(await opening('')).toMatch(/empty|cut short/);
    expect(await opening(gzipSync(''))).toContain('empty');
    expect(await opening(gzipSync('{"kind":"other"}\n'))).toContain('header of a snapshot');
    expect(await opening(gzipSync('{"kind":"plimsoll-snapshot","schemaVersion":2}\n'))).toContain('newer Plimsoll');
    expect(await opening(gzipSync('{"kind":"plimsoll-snapshot","schemaVersion":1}\n'))).toContain('damaged');
    expect(await opening(gzipSync(Buffer.alloc(20_000_000, 'x')))).toContain('longer');
    expect(await readSnapshot('/no/such/file')).toMatchObject({ ok: false, error: { why: 'There is no such file.' } });
    expect(await readSnapshot('/tmp')).toMatchObject({ ok: false, error: { why: 'It is a folder.' } });
  });

  it('gives its good beginning and then the problem, wherever it was cut', async () => {
    using folder = temporaryFolder();
    const file = await sample(folder.path, 400);
    const whole = readFileSync(file);
    const names = (items: readonly SnapshotItem[]): string[] =>
      items.flatMap((item) => (item.type === 'object' ? [item.object.name] : []));
    for (const share of [0.999, 0.9, 0.6, 0.3]) {
      writeFileSync(file, whole);
      truncateSync(file, Math.floor(whole.length * share));
      const items = await itemsOf(file);
      const last = items.at(-1);
      const good = names(items);
      expect(last).toMatchObject({ type: 'problem', read: good.length, error: { code: 'unreadable' } });
      expect(good.length).toBeGreaterThan(400 * share - 200);
      expect(good).toEqual(Array.from({ length: good.length }, (_, index) => `o${index}`));
      expect(last?.type === 'problem' ? last.error.what : '').toContain(`${good.length} of 400 objects`);
    }
  });

  it.each([
    ['a line that is no JSON', (lines: string[]) => lines.toSpliced(2, 1, '{"key":'), 1, 'Line 3'],
    ['an object without its parts', (lines: string[]) => lines.toSpliced(2, 1, '{"key":"aa"}'), 1, 'Line 3'],
    [
      'verdicts that do not fit the rules',
      (lines: string[]) => lines.map((line) => line.replace('"verdicts":"', '"verdicts":"1')),
      0,
      'Line 2',
    ],
    ['an object missing', (lines: string[]) => lines.toSpliced(2, 1), 2, 'holds 3 objects'],
    ['its end missing', (lines: string[]) => lines.slice(0, 3), 2, 'cut short'],
  ])('says so: %s', async (_, change, read, why) => {
    using folder = temporaryFolder();
    const file = await sample(folder.path);
    edit(file, change);
    const items = await itemsOf(file);
    expect(items).toHaveLength(read + 1);
    expect(items.at(-1)).toMatchObject({ type: 'problem', read, error: { why: expect.stringContaining(why) as string } });
  });

  it('is noticed where a byte was changed on its way', async () => {
    using folder = temporaryFolder();
    const file = await sample(folder.path, 2000);
    const bytes = readFileSync(file);
    bytes[bytes.length - 6] = (bytes[bytes.length - 6] ?? 0) ^ 0xff;
    writeFileSync(file, bytes);
    const items = await itemsOf(file);
    expect(items.at(-1)).toMatchObject({ type: 'problem' });
  });
});
