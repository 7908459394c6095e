import { createReadStream } from 'node:fs';
import { constants, createGunzip } from 'node:zlib';
import { isObject } from '#core/json.ts';
import type { JsonValue } from '#core/json.ts';
import type { AppError } from '#core/model.ts';
import { redactObject } from '#core/redact/redact.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { parseBody } from '#main/yaml/json.ts';
import { endLine, headerLine, MAX_LINE, objectLine, SNAPSHOT_KIND, SNAPSHOT_VERSION } from './format.ts';
import type { SnapshotHeader, SnapshotItem, SnapshotObject } from './format.ts';

export interface Snapshot {
  readonly header: SnapshotHeader;
  /** Object by object; read once. Ends after the last object of a whole file, or with the problem that ended it. */
  readonly items: AsyncIterable<SnapshotItem>;
  close(): Promise<void>;
}

/**
 * Opens a snapshot file and reads its header. What is no snapshot, or one of a newer Plimsoll, is an error here; what goes wrong
 * further on is an item, after every object that was read well.
 */
export async function readSnapshot(file: string): Promise<Result<Snapshot, AppError>> {
  const lines = readLines(file);
  try {
    const first = await lines.next();
    const header = first.done === true ? err('The file is empty.') : parseHeader(first.value);
    if (header.ok)
      return ok({
        header: header.value,
        items: readItems(file, lines, header.value),
        close: async () => void (await lines.return(undefined)),
      });
    await lines.return(undefined);
    return err(unusable(file, header.error));
  } catch (cause) {
    return err(unusable(file, reasonOf(cause)));
  }
}

async function* readItems(file: string, lines: AsyncGenerator<string>, header: SnapshotHeader): AsyncGenerator<SnapshotItem> {
  let read = 0;
  const broken = (why: string): SnapshotItem => ({ type: 'problem', read, error: damaged(file, why, read, header.objects) });
  try {
    for await (const line of lines) {
      const value = parseLine(line);
      const end = isObject(value) && Object.hasOwn(value, 'end') ? endLine.safeParse(value) : undefined;
      if (end?.success === true) {
        if (end.data.objects !== read) yield broken(`It says that it holds ${end.data.objects} objects.`);
        return;
      }
      const object = value === undefined ? undefined : parseObject(value, header.ruleset.rules.length);
      if (object === undefined) {
        yield broken(`Line ${read + 2} is cut short, or no object of a snapshot.`);
        return;
      }
      read++;
      yield { type: 'object', object };
    }
    yield broken('It ends without its last line: it was cut short.');
  } catch (cause) {
    yield broken(reasonOf(cause));
  }
}

function parseHeader(line: string): Result<SnapshotHeader, string> {
  const value = parseLine(line);
  if (!isObject(value) || value['kind'] !== SNAPSHOT_KIND) return err('It does not begin with the header of a snapshot.');
  const version = value['schemaVersion'];
  if (typeof version === 'number' && version > SNAPSHOT_VERSION) {
    return err(
      `It was written by a newer Plimsoll: its format is version ${version}, this one reads up to ${SNAPSHOT_VERSION}. Update Plimsoll.`,
    );
  }
  const header = headerLine.safeParse(value);
  if (!header.success)
    return err(`Its header is damaged: ${header.error.issues[0]?.path.join('.') ?? ''} ${header.error.issues[0]?.message ?? ''}`);
  const { kind: _, schemaVersion: __, rules, ...rest } = header.data;
  return ok({ ...rest, ruleset: { rules: rules.map(([id, factKey]) => ({ id, factKey })) } } as SnapshotHeader);
}

function parseLine(line: string): JsonValue | undefined {
  try {
    return parseBody(line);
  } catch {
    return undefined;
  }
}

function parseObject(value: JsonValue, rules: number): SnapshotObject | undefined {
  const parsed = objectLine.safeParse(value);
  if (!parsed.success || parsed.data.verdicts.length !== rules) return undefined;
  const { key, meta, declared, place, verdicts, findings, body } = parsed.data;
  if (findings.some((finding) => finding.rule >= rules)) return undefined;
  return {
    ...meta,
    key: new Uint8Array(Buffer.from(key, 'base64')),
    verdicts: Uint8Array.from(verdicts, Number),
    findings,
    declared,
    ...(place === undefined ? {} : { place }),
    // Another Plimsoll wrote it, or someone's editor did: nothing unredacted comes in on trust.
    body: redactObject(body, { dropEnvValues: false }),
  };
}

/** Lines of the decompressed file, of bounded length. Throws what the file system and zlib report. */
async function* readLines(file: string): AsyncGenerator<string> {
  const input = createReadStream(file, { highWaterMark: 256 * 1024 });
  // A sync flush at the end gives what can be had of a file that was cut short; that it was, its missing last line tells.
  const text = createGunzip({ chunkSize: 256 * 1024, finishFlush: constants.Z_SYNC_FLUSH });
  input.on('error', (cause) => text.destroy(cause));
  input.pipe(text);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  try {
    for await (const chunk of text) {
      const parts = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
      rest = parts.pop() ?? '';
      if (rest.length > MAX_LINE) throw new Error('a line is longer than any object can be');
      yield* parts;
    }
    if (rest !== '') yield rest;
  } finally {
    input.destroy();
    text.destroy();
  }
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  switch (code) {
    case 'Z_DATA_ERROR':
      return 'It is not gzip data, or was damaged on its way.';
    case 'ENOENT':
      return 'There is no such file.';
    case 'EISDIR':
      return 'It is a folder.';
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}

const unusable = (file: string, why: string): AppError => ({
  code: 'unreadable',
  what: 'The snapshot cannot be read',
  where: file,
  why,
  next: 'Check that it is a file written by `plimsoll snapshot`, and copy it again from where it was made.',
});

const damaged = (file: string, why: string, read: number, promised: number): AppError => ({
  code: 'unreadable',
  what: `The snapshot is damaged: ${read} of ${promised} objects could be read`,
  where: file,
  why,
  next: 'Copy the file again from where it was made; what could be read was judged, and the run is marked incomplete.',
});
