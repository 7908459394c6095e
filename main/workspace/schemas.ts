import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DOCUMENT_KINDS } from '#core/workspace/schema.ts';
import type { DocumentKind } from '#core/workspace/schema.ts';
import { resourcePath } from '#main/resources.ts';
import type { FileChange } from '#main/store/index.ts';

/** Where a workspace keeps the JSON Schemas of its files, so that editors check them without a network. */
const FOLDER = '.plimsoll/schemas';

export const schemaName = (kind: DocumentKind): string => `${kind.toLowerCase()}.schema.json`;

/** What an editor's hint in a file says: the way from the file to its schema. */
export const schemaHint = (file: string, kind: DocumentKind): string =>
  path.posix.relative(path.posix.dirname(file), `${FOLDER}/${schemaName(kind)}`);

/** The schemas as they shipped, where the folder lacks them or has those of another version. */
export function schemaFiles(contentOf: (file: string) => string | undefined): readonly FileChange[] {
  return DOCUMENT_KINDS.flatMap((kind) => {
    const file = `${FOLDER}/${schemaName(kind)}`;
    const after = readFileSync(resourcePath('schemas', schemaName(kind)), 'utf8');
    const before = contentOf(file);
    return before === after ? [] : [{ file, ...(before === undefined ? {} : { before }), after }];
  });
}
