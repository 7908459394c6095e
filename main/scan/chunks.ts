import { isArray, isObject, own, Redacted, textAt } from '#core/json.ts';
import { isNamespaced } from '#core/inventory/namespaced.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import { groupOf } from '#core/model.ts';
import { parsePath } from '#core/path.ts';
import type { ReadProblem } from '#core/report/report.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { BrokenLibrary } from '#main/scan/judge.ts';
import type { JudgeInput, ObjectJudge } from '#main/scan/judge.ts';
import type { Batch, Chunk, Judged } from '#main/scan/messages.ts';
import { slimPage } from '#main/scan/page-text.ts';
import { splitManifest } from '#main/sources/manifests/split.ts';
import type { ManifestObject } from '#main/sources/manifests/split.ts';
import { parseJson } from '#main/yaml/json.ts';

type Page = Extract<Chunk, { type: 'page' }>;

/** What judges single objects; a thread's may be stopped between two of them. */
export type Judge = Pick<ObjectJudge, 'judge'>;

/** Thrown by a judge that was asked to stop: nobody waits for the rest of the chunk. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** Parses a chunk and judges what is in it. Faults of the data become problems of the batch; nothing is lost silently. */
export function judgeChunk(judge: Judge, chunk: Chunk, defaultNamespace: string): Batch {
  switch (chunk.type) {
    case 'page':
      return judgePage(judge, chunk);
    case 'files':
      return merge(chunk.files.map(({ file, text }) => judgeFile(judge, file, text, defaultNamespace)));
  }
}

const merge = (batches: readonly Batch[]): Batch => ({
  judged: batches.flatMap((batch) => batch.judged),
  errors: batches.flatMap((batch) => batch.errors),
  notes: batches.flatMap((batch) => batch.notes),
});

/** One page of a list. Its items carry no apiVersion and kind of their own: the list's kind says them. */
function judgePage(judge: Judge, page: Page): Batch {
  const { kind } = page;
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  const where = `${kind.resource}.${kind.group || 'core'}`;
  const judged: Judged[] = [];
  const errors: ReadProblem[] = [];
  for (const item of itemsOf(page)) {
    if (item === undefined)
      return { judged: [], errors: [{ file: where, message: 'a page of the list is not a Kubernetes list' }], notes: [] };
    if (!isObject(item) || textAt(item, 'metadata', 'name') === undefined) {
      errors.push({ file: where, message: 'an item of the list is no object with a name' });
      continue;
    }
    const object: JsonObject = { ...item, apiVersion, kind: kind.kind };
    const outcome = judgeOne(judge, { object: kind.metadataOnly ? withHiddenFields(object) : object }, true);
    if (outcome.ok) judged.push(outcome.value);
    else errors.push({ file: where, message: `an object could not be judged: ${outcome.error}` });
  }
  return { judged, errors, notes: [] };
}

/** Whatever one object does to the judge (nesting without end, say), the others are judged. The text never quotes the object. */
function judgeOne(judge: Judge, input: JudgeInput, live: boolean): Result<Judged, string> {
  try {
    return ok(judge.judge(input, live));
  } catch (cause) {
    if (cause instanceof BrokenLibrary || cause instanceof Stopped) throw cause;
    const name = cause instanceof Error ? cause.name : 'error';
    return err(name === 'RangeError' ? 'it is nested too deeply' : `Plimsoll failed on it (${name}); please report it`);
  }
}

/**
 * The items of a page, or undefined where it is no list. Each is parsed when it is asked for and forgotten before the next: a whole
 * page outlives many collections of garbage, and was copied in each of them.
 */
function* itemsOf(page: Page): Generator<JsonValue | undefined> {
  const { bytes, items } = slimPage(page);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (items === undefined) {
    const list = parsed(buffer.toString('utf8'), true);
    const whole = list !== undefined && isObject(list) ? own(list, 'items') : undefined;
    if (whole !== undefined && isArray(whole)) yield* whole;
    else yield undefined;
    return;
  }
  let from = 0;
  for (const end of items.ends) {
    yield parsed(buffer.toString('utf8', from, end), items.delicate);
    from = end;
  }
}

function parsed(text: string, delicate: boolean): JsonValue | undefined {
  try {
    return delicate ? parseJson(text) : (JSON.parse(text) as JsonValue);
  } catch {
    return undefined;
  }
}

/** What a metadata-only read cannot know stands as redacted, so that no rule takes it for absent (decisions.md 10). */
function withHiddenFields(object: JsonObject): JsonObject {
  if (object['kind'] !== 'Secret') return object;
  const hidden = new Redacted('secret');
  return { ...object, data: hidden, stringData: hidden, type: hidden, immutable: hidden };
}

function judgeFile(judge: Judge, file: string, text: string, defaultNamespace: string): Batch {
  const split = splitManifest(text, file);
  const outcomes = split.objects.map((manifest) => ({
    line: manifest.line,
    outcome: judgeManifest(judge, manifest, defaultNamespace),
  }));
  return {
    judged: outcomes.flatMap(({ outcome }) => (outcome.ok ? [outcome.value] : [])),
    errors: [
      ...split.errors.map(({ line, column, message, expected }) => ({
        file,
        line,
        column,
        message: expected === undefined ? message : `${message} (expected ${expected})`,
      })),
      ...outcomes.flatMap(({ line, outcome }) =>
        outcome.ok ? [] : [{ file, line, message: `the object could not be judged: ${outcome.error}` }],
      ),
    ],
    notes: split.notes.map(({ line, column, message }) => ({ file, line, column, message })),
  };
}

function judgeManifest(judge: Judge, manifest: ManifestObject, defaultNamespace: string): Result<Judged, string> {
  const { value, file, documentIndex, line } = manifest;
  const isOwn = isNamespaced(groupOf(textAt(value, 'apiVersion') ?? ''), textAt(value, 'kind') ?? '');
  const assumed = isOwn && textAt(value, 'metadata', 'namespace') === undefined;
  return judgeOne(
    judge,
    {
      object: assumed ? inNamespace(value, defaultNamespace) : value,
      place: { file, line, document: documentIndex },
      assumedNamespace: assumed,
      locate: (path) => {
        const steps = parsePath(path);
        return steps.ok ? manifest.locate(steps.value) : undefined;
      },
    },
    false,
  );
}

function inNamespace(object: JsonObject, namespace: string): JsonObject {
  const metadata = own(object, 'metadata');
  return { ...object, metadata: { ...(isObject(metadata) ? metadata : {}), namespace } };
}
