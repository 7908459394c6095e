import { stringify } from 'yaml';
import type { JsonValue } from '#core/json.ts';

/** How we write YAML: two spaces, long texts on one line, nothing quoted that need not be. */
const STYLE = { version: '1.2', indent: 2, lineWidth: 0, singleQuote: true, aliasDuplicateObjects: false } as const;

/** Whole lines, the last one ended. */
export const blockText = (value: JsonValue): string => stringify(value, STYLE);

/** In one line. */
export const flowText = (value: JsonValue): string =>
  stringify(value, { ...STYLE, collectionStyle: 'flow', flowCollectionPadding: false, blockQuote: false })
    .trimEnd()
    .replaceAll(/\n\s*/g, ' ');

/** One scalar in one line, in the quotes of the one it stands for; undefined for a text of several lines. */
export function scalarText(value: JsonValue, before: string | undefined): string | undefined {
  if (typeof value === 'string' && /[\r\n]/.test(value)) return undefined;
  const type = before === 'QUOTE_DOUBLE' || before === 'QUOTE_SINGLE' ? before : 'PLAIN';
  const text = stringify(value, {
    ...STYLE,
    defaultStringType: type,
    blockQuote: false,
    doubleQuotedMinMultiLineLength: 1_000_000,
  }).trimEnd();
  return text.includes('\n') ? undefined : text;
}

/** A new file: what it is, for editors that know JSON Schemas, then its content. */
export const newFileText = (schema: string, value: JsonValue): string =>
  `# yaml-language-server: $schema=${schema}\n${blockText(value)}`;
