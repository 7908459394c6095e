import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ExportFile } from '#core/enforce/files.ts';
import type { AppError } from '#core/model.ts';
import { err, ok } from '#core/result.ts';
import type { Result } from '#core/result.ts';
import { exportText, isExport } from '#main/enforce/yaml.ts';
import { invalidInput } from '#main/services/errors.ts';

/** Writes an export into a folder and gives the files' paths. A file that is not ours is never written over: nothing is written then. */
export function writeExport(files: readonly ExportFile[], folder: string, version: string): Result<readonly string[], AppError> {
  try {
    const texts = files.map((file) => [join(folder, file.name), exportText(file, version)] as const);
    const foreign = texts.find(([path]) => existsSync(path) && !isExport(readFileSync(path, 'utf8')));
    if (foreign !== undefined) return err(notOurs(foreign[0]));
    for (const [path, text] of texts) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.part`, text);
      renameSync(`${path}.part`, path);
    }
    return ok(texts.map(([path]) => path));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return err(invalidInput('The export cannot be written.', folder, why, 'Name a folder that you may write to.'));
  }
}

const notOurs = (path: string): AppError => ({
  code: 'conflict',
  what: 'The folder has a file of this name that Plimsoll did not make.',
  where: path,
  why: 'It would be written over.',
  next: 'Name another folder, or move the file.',
});
