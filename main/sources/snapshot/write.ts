import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { ScanObject } from '#core/inventory/model.ts';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { stringifyBody } from '#main/yaml/json.ts';
import { StoreFailure } from '#main/store/errors.ts';
import type { Store, StoredRun } from '#main/store/index.ts';
import { SNAPSHOT_KIND, SNAPSHOT_VERSION } from './format.ts';

/**
 * Writes a stored run as a snapshot file, readable by its owner only. The file appears whole or not at all: it is written aside
 * and then takes the place of whatever had its name (a link is replaced, not followed).
 */
export async function writeSnapshot(
  store: Store,
  runId: string,
  file: string,
): Promise<Result<{ readonly objects: number; readonly bytes: number }, AppError>> {
  const run = store.runs.get(runId);
  if (run === undefined)
    return err(
      problem('notFound', `Run ${runId} is not known`, file, 'It may have been deleted.', 'List the runs with: plimsoll history'),
    );
  const objects = store.scans.size(runId);
  if (objects === undefined)
    return err(
      problem(
        'invalidInput',
        `Run ${runId} has no objects to write`,
        file,
        `It is ${run.status}.`,
        'Take a run that was finished.',
      ),
    );
  const aside = `${file}.${process.pid}.part`;
  try {
    await pipeline(
      Readable.from(blocks(lines(store, run, objects))),
      createGzip({ level: 6 }),
      createWriteStream(aside, { flags: 'wx', mode: 0o600 }),
    );
    await rename(aside, file);
    return ok({ objects, bytes: (await stat(file)).size });
  } catch (cause) {
    await rm(aside, { force: true });
    if (cause instanceof StoreFailure) return err(cause.error);
    const why = cause instanceof Error ? cause.message : String(cause);
    return err(
      problem(
        'unreadable',
        'The snapshot could not be written',
        file,
        why,
        'Check the folder, its permissions and the space left; an older file of that name is untouched.',
      ),
    );
  }
}

const problem = (code: AppError['code'], what: string, where: string, why: string, next: string): AppError => ({
  code,
  what,
  where,
  why,
  next,
});

function* lines(store: Store, run: StoredRun, objects: number): Generator<string> {
  yield header(store, run, objects);
  let places = 0;
  for (const object of store.scans.objects(run.id)) {
    places++;
    yield objectText(store, object);
  }
  yield JSON.stringify({ end: true, objects: places });
}

function header(store: Store, run: StoredRun, objects: number): string {
  const { rules } = run.rulesetId === undefined ? { rules: [] } : store.rulesets.get(run.rulesetId);
  return JSON.stringify({
    kind: SNAPSHOT_KIND,
    schemaVersion: SNAPSHOT_VERSION,
    source: { kind: run.source.kind, name: run.source.name, ...store.sources.identity(run.source.id) },
    run: { id: run.id, startedAt: run.startedAt, finishedAt: run.finishedAt, toolVersion: run.toolVersion, labels: run.labels },
    server: run.server,
    user: run.user,
    kubernetesMinor: run.kubernetesMinor,
    coverage: store.runs.coverage(run.id),
    libraryHash: run.libraryHash,
    rules: rules.map((rule) => [rule.id, rule.factKey]),
    objects,
  });
}

/** The body is taken over as text: what was stored is what travels. */
function objectText(store: Store, object: ScanObject): string {
  const { id, verdicts, findings, place, positions: _, ...meta } = object;
  const parts = [
    `"key":"${Buffer.from(store.scans.key(id)).toString('base64')}"`,
    `"meta":${stringifyBody(JSON.parse(JSON.stringify(meta)))}`,
    `"declared":${JSON.stringify(store.scans.declared(id))}`,
    ...(place === undefined ? [] : [`"place":${JSON.stringify(place)}`]),
    `"verdicts":"${verdicts.join('')}"`,
    `"findings":${JSON.stringify(findings)}`,
    `"body":${store.scans.bodyText(id)}`,
  ];
  return `{${parts.join(',')}}`;
}

/** Lines in blocks: a stream that is fed line by line spends its time on the feeding. */
function* blocks(source: Iterable<string>): Generator<string> {
  let block = '';
  for (const line of source) {
    block += `${line}\n`;
    if (block.length < 65_536) continue;
    yield block;
    block = '';
  }
  yield block;
}
