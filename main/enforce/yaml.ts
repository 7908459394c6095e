import { stringify } from 'yaml';
import type { ExportFile } from '#core/enforce/files.ts';
import { plainJson } from '#core/plain-json.ts';

const MARK = '# Made by Plimsoll';

/** Expressions are read by people: what does not fit a line is folded. YAML 1.1 quotes what an old parser takes for a boolean. */
const STYLE = { version: '1.1', indent: 2, lineWidth: 130, minContentWidth: 60, aliasDuplicateObjects: false } as const;

/** A file of an export as text: the same plan gives the same bytes. */
export function exportText(file: ExportFile, version: string): string {
  const lines = [`${MARK} ${version}: do not edit, export again.`, ...file.header.map((line) => comment(line))];
  return `${lines.join('\n')}\n${bodyText(file)}`;
}

/** What stands below the header. */
export const bodyText = (file: ExportFile): string =>
  'text' in file ? file.text : file.documents.map((document) => `---\n${stringify(plainJson(document), STYLE)}`).join('');

const comment = (line: string): string => (line === '' ? '#' : `# ${line.replaceAll(/\s+$|[\r\n]+/g, ' ').trimEnd()}`);

/** Whether a text was made by `exportText`, so that it may be written over. */
export const isExport = (text: string): boolean => text.startsWith(MARK);
