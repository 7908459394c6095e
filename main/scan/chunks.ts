import { isArray, isObject, own, Redacted, textAt } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import { parsePath } from '#core/path.ts';
import type { ReadProblem } from '#core/report/report.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { BrokenLibrary } from '#main/scan/judge.ts';
import type { JudgeInput, ObjectJudge } from '#main/scan/judge.ts';
import type { Batch, Chunk, Judged } from '#main/scan/messages.ts';
import { isNamespaced } from '#main/scan/scope.ts';
import { slimPage } from '#main/scan/page-text.ts';
import { splitManifest } from '#main/sources/manifests/split.ts';
import type { ManifestObject } from '#main/sources/manifests/split.ts';
import { parseJson } from '#main/yaml/json.ts';

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
function judgePage(judge: Judge, page: Extract<Chunk, { type: 'page' }>): Batch {
  const { kind } = page;
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  const where = `${kind.resource}.${kind.group || 'core'}`;
  const list = readPage(page);
  const items = isObject(list) ? own(list, 'items') : undefined;
  if (!isArray(items))
    return { judged: [], errors: [{ file: where, message: 'a page of the list is not a Kubernetes list' }], notes: [] };
  const judged: Judged[] = [];
  const errors: ReadProblem[] = [];
  for (const item of items) {
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

function readPage(page: Extract<Chunk, { type: 'page' }>): JsonValue {
  try {
    const { bytes, numbers } = slimPage(page);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    return numbers === 'plain' ? (JSON.parse(text) as JsonValue) : parseJson(text);
  } catch {
    return null;
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
  const assumed = isNamespaced(value) && textAt(value, 'metadata', 'namespace') === undefined;
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
