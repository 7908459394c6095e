import { isObject } from '#core/json.ts';
import type { FileProblem } from '#core/api/workspace.ts';
import type { JsonObject } from '#core/json.ts';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { API_VERSION } from '#core/rules/schema.ts';
import type { DocumentKind } from '#core/workspace/schema.ts';
import type { FileChange } from '#main/store/index.ts';
import { parseDocuments, textField } from './documents.ts';
import { editText } from './edit-text.ts';
import { readPart } from './parts.ts';
import type { DocumentPlace, ReadWorkspace } from './read-workspace.ts';
import { changedMeanwhile } from './save.ts';
import { schemaHint } from './schemas.ts';
import { newFileText } from './yaml-text.ts';

/** What a change does to one document; its file follows from that. */
export type DocumentEdit =
  | {
      readonly type: 'put';
      readonly kind: DocumentKind;
      readonly name: string;
      /** The file that a new document gets. */
      readonly file: string;
      /** Fields below apiVersion and kind: `raw` as the file has them, empty for a new document. */
      readonly next: (raw: JsonObject) => JsonObject;
      /** The file's hash that the change was made from; '' for one that was not there. Absent: whatever it says now. */
      readonly hash?: string;
    }
  | { readonly type: 'remove'; readonly kind: DocumentKind; readonly name: string; readonly hash?: string }
  /** A file that is no document of ours, kept as it is. */
  | { readonly type: 'keep'; readonly file: string; readonly text: string };

/** The files that edits change, each with what it said and will say. Several edits of one file are one change. */
export function fileChanges(read: ReadWorkspace, edits: readonly DocumentEdit[]): Result<readonly FileChange[], AppError> {
  const texts = new Map<string, string | undefined>();
  const now = (file: string): string | undefined => (texts.has(file) ? texts.get(file) : read.files.get(file)?.text);
  for (const edit of edits) {
    const edited = edit.type === 'keep' ? ok({ file: edit.file, text: edit.text }) : editOne(read, edit, now);
    if (!edited.ok) return edited;
    const wrong = edit.type === 'put' ? wrongWith(edit, edited.value) : undefined;
    if (wrong !== undefined) return err(wrong);
    texts.set(edited.value.file, edited.value.text);
  }
  return ok(
    [...texts].flatMap(([file, after]) => {
      const before = read.files.get(file)?.text;
      return before === after
        ? []
        : [{ file, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
    }),
  );
}

/** Why the document would not count once it is written: then it is not written. */
function wrongWith(edit: Extract<DocumentEdit, { type: 'put' }>, { file, text = '' }: Edited): AppError | undefined {
  const read = parseDocuments({ file, hash: '', text }).documents.map((document) => readPart(document));
  const broken = read.find(({ read: one }) => one?.kind === edit.kind && one.name === edit.name && one.part === undefined);
  const [problem] = broken?.problems ?? [];
  return problem === undefined ? undefined : wouldNotCount(edit.kind, edit.name, problem);
}

interface Edited {
  readonly file: string;
  readonly text: string | undefined;
}

function editOne(
  read: ReadWorkspace,
  edit: Exclude<DocumentEdit, { type: 'keep' }>,
  now: (file: string) => string | undefined,
): Result<Edited, AppError> {
  const broken = read.broken.find(({ kind, name }) => kind === edit.kind && name === edit.name);
  if (broken !== undefined) return err(brokenDocument(edit.kind, edit.name, broken.problem));
  const place = read.places.find(({ kind, name }) => kind === edit.kind && name === edit.name);
  if (edit.hash !== undefined && edit.hash !== (place?.hash ?? '')) return err(changedMeanwhile(place?.file ?? edit.name));
  if (place === undefined) return edit.type === 'put' ? created(edit, now) : err(noDocument(edit.kind, edit.name));
  const text = now(place.file) ?? '';
  return edit.type === 'put' ? changed(text, place, edit.next) : removed(text, place);
}

function created(
  edit: Extract<DocumentEdit, { type: 'put' }>,
  now: (file: string) => string | undefined,
): Result<Edited, AppError> {
  const file = freeName(edit.file, (name) => now(name) === undefined);
  const value = { apiVersion: API_VERSION, kind: edit.kind, ...edit.next({}) };
  return ok({ file, text: newFileText(schemaHint(file, edit.kind), value) });
}

/** `x.yaml`, else `x-2.yaml` ... */
function freeName(file: string, isFree: (file: string) => boolean): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? file : file.replace(/(\.ya?ml)$/, `-${number}$1`);
    if (isFree(name)) return name;
  }
}

function changed(text: string, place: DocumentPlace, next: (raw: JsonObject) => JsonObject): Result<Edited, AppError> {
  const raw = rawOf(text, place);
  const { apiVersion, kind, ...fields } = raw;
  const edited = editText(text, place.index, {
    apiVersion: apiVersion ?? API_VERSION,
    kind: kind ?? place.kind,
    ...next(fields),
  });
  return edited === undefined ? err(notEditable(place)) : ok({ file: place.file, text: edited });
}

/** The document as its file has it; empty where it cannot be read. */
export function rawOf(text: string, place: Pick<DocumentPlace, 'file' | 'hash' | 'index'>): JsonObject {
  const value = parseDocuments({ file: place.file, hash: place.hash, text }).documents[place.index]?.value;
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}

/** Fields below apiVersion and kind of the document of this name in a text; empty where it has none. */
export function readRaw(text: string, kind: DocumentKind, name: string): JsonObject {
  const { documents } = parseDocuments({ file: name, hash: '', text });
  const found = documents.find(({ value }) => textField(value, 'kind') === kind && textField(value, 'name') === name);
  if (found === undefined || !isObject(found.value)) return {};
  const { apiVersion: _apiVersion, kind: _kind, ...fields } = found.value;
  return fields;
}

/** The file goes with its last document; of several only the one. */
function removed(text: string, place: DocumentPlace): Result<Edited, AppError> {
  const { documents } = parseDocuments({ file: place.file, hash: place.hash, text });
  if (documents.filter(({ value }) => value !== null).length < 2) return ok({ file: place.file, text: undefined });
  const parts = text.split(/^---(?=\s)/m);
  // A separator before the first document makes an empty part.
  const at = place.index + (parts.length - documents.length);
  if (parts[at] === undefined) return err(notEditable(place));
  const rest = parts.toSpliced(at, 1).join('---');
  return ok({ file: place.file, text: rest.replace(/^---\r?\n/, '') });
}

/** How a document is spoken of. */
export const titleOf = (kind: DocumentKind, name: string): string =>
  name === '' ? kind.toLowerCase() : `${kind.toLowerCase()} '${name}'`;

const noDocument = (kind: DocumentKind, name: string): AppError => ({
  code: 'notFound',
  what: `The ${titleOf(kind, name)} is not there.`,
  where: 'the workspace',
  why: 'No file of the workspace folder has it.',
  next: 'It may have been removed in the meantime: look again.',
});

const notEditable = ({ file, line }: DocumentPlace): AppError => ({
  code: 'unsupported',
  what: 'The file is written in a way that cannot be changed from here.',
  where: `${file}:${line}`,
  why: 'With the change something else in it would change too, as behind an anchor that is used twice.',
  next: 'Change it in an editor; it is picked up from there.',
});

const wouldNotCount = (kind: DocumentKind, name: string, { path, message }: FileProblem): AppError => ({
  code: 'invalidInput',
  what: `The ${titleOf(kind, name)} would not be right.`,
  where: path === '' ? titleOf(kind, name) : path,
  why: message,
  next: 'Correct it and save again. Nothing was written.',
});

export const brokenDocument = (
  kind: DocumentKind,
  name: string,
  problem: { readonly file: string; readonly line?: number | undefined; readonly message: string },
): AppError => ({
  code: 'unreadable',
  what: `The ${titleOf(kind, name)} is not right and does not count.`,
  where: problem.line === undefined ? problem.file : `${problem.file}:${problem.line}`,
  why: problem.message,
  next: 'Correct the file; it is picked up from there.',
});
