import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { isUntouched } from '#core/enforce/drift/drift.ts';
import { isOurs } from '#core/enforce/drift/engines.ts';
import { isObject, textAt } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { isExport } from '#main/enforce/yaml.ts';
import { invalidInput } from '#main/services/errors.ts';

/** How a file of an export stands against the one that would be written now. */
export interface CheckedFile {
  readonly name: string;
  /**
   * `stale`: as it was exported, of an earlier state of policy, waivers, library or Plimsoll. `changed`: by hand, or made with other
   * options. `expired`: it carries a waiver that has ended. `extra`: of an earlier export, and not of this one.
   */
  readonly state: 'same' | 'stale' | 'changed' | 'missing' | 'expired' | 'extra';
  readonly detail: string;
}

/** Files that are looked through for those of earlier exports. */
const MOST_FILES = 2000;

/** A file as it would be written now. */
export interface WantedFile {
  readonly name: string;
  readonly text: string;
}

/** Compares a folder with an export. `bundle`: its bundle digest; `today`: `YYYY-MM-DD` in UTC. */
export function checkExport(
  files: readonly WantedFile[],
  folder: string,
  { bundle, today }: { readonly bundle: string; readonly today: string },
): Result<readonly CheckedFile[], AppError> {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return err(noFolder(folder));
  const wanted = files.map((file) => {
    const path = join(folder, file.name);
    if (!existsSync(path)) return { name: file.name, state: 'missing' as const, detail: 'is not there' };
    return { name: file.name, ...stateOf(readFileSync(path, 'utf8'), file.text, bundle, today) };
  });
  const names = new Set(files.map(({ name }) => name));
  const extra = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ya?ml|tpl|txt)$/.test(entry.name))
    .slice(0, MOST_FILES)
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.endsWith('/') ? folder.length : folder.length + 1))
    .filter((name) => !names.has(name) && isExport(readFileSync(join(folder, name), 'utf8')))
    .toSorted()
    .map((name) => ({ name, state: 'extra' as const, detail: 'is of an earlier export, and not of this one' }));
  return ok([...wanted, ...extra]);
}

type State = Omit<CheckedFile, 'name'>;

function stateOf(found: string, wanted: string, bundle: string, today: string): State {
  if (!isExport(found)) return { state: 'changed', detail: 'was not made by Plimsoll' };
  const objects = objectsOf(found);
  const touched = (objects ?? []).filter((object) => isOurs(object) && !isUntouched(object));
  if (objects === undefined) return { state: 'changed', detail: 'is no YAML any more' };
  if (touched.length > 0)
    return {
      state: 'changed',
      detail: `was changed by hand: ${touched
        .map((object) => textAt(object, 'metadata', 'name') ?? '')
        .slice(0, 3)
        .join(', ')}`,
    };
  const ended = objects.flatMap((object) => textAt(object, 'metadata', 'annotations', 'plimsoll.dev/waiver-expires') ?? []);
  const first = ended.toSorted()[0];
  if (first !== undefined && first < today) return { state: 'expired', detail: `carries a waiver that ended on ${first}` };
  if (withoutFirstLine(found) === withoutFirstLine(wanted)) return { state: 'same', detail: 'is up to date' };
  const other = [...found.matchAll(/plimsoll\.dev\/bundle: (\w+)/g)].find(([, digest]) => digest !== bundle);
  if (other !== undefined)
    return { state: 'stale', detail: `is of the bundle ${other[1]?.slice(0, 12) ?? ''}, now it is ${bundle.slice(0, 12)}` };
  if (lineOf(found) !== lineOf(wanted)) return { state: 'stale', detail: 'was made by another version of Plimsoll' };
  return { state: 'changed', detail: 'was made with other options, or changed by hand' };
}

/** The version of Plimsoll stands in it; the same files of two versions are the same. */
const withoutFirstLine = (text: string): string => text.slice(text.indexOf('\n') + 1);
const lineOf = (text: string): string => text.slice(0, text.indexOf('\n'));

/** Undefined where it is no YAML. Templates of charts have braces that are none, and no digest to compare either. */
function objectsOf(text: string): readonly JsonObject[] | undefined {
  if (text.includes('{{')) return [];
  const documents = parseAllDocuments(text, { version: '1.1', logLevel: 'silent' });
  if (documents.some(({ errors }) => errors.length > 0)) return undefined;
  return [...documents].map((document) => document.toJS() as JsonValue).filter((value) => isObject(value));
}

const noFolder = (folder: string): AppError =>
  invalidInput(
    'There is no such folder.',
    folder,
    'Files of an export are looked for in it.',
    "Name the folder of 'enforce export --out'.",
  );
