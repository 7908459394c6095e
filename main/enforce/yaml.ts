import type { ExportFile } from '#core/enforce/files.ts';
import { plainObject } from '#core/plain-json.ts';
import { BlockYaml } from '#main/enforce/block-yaml.ts';

const MARK = '# Made by Plimsoll';

/** A file of an export as text: the same plan gives the same bytes. */
export function exportText(file: ExportFile, version: string): string {
  const lines = [`${MARK} ${version}: do not edit, export again.`, ...file.header.map((line) => comment(line))];
  return `${lines.join('\n')}\n${bodyText(file)}`;
}

/** What stands below the header. */
export function bodyText(file: ExportFile): string {
  if ('text' in file) return file.text;
  const yaml = new BlockYaml();
  return file.documents.map((document) => `---\n${yaml.document(plainObject(document))}`).join('');
}

const comment = (line: string): string => (line === '' ? '#' : `# ${line.replaceAll(/\s+$|[\r\n]+/g, ' ').trimEnd()}`);

/** Whether a text was made by `exportText`, so that it may be written over. */
export const isExport = (text: string): boolean => text.startsWith(MARK);
