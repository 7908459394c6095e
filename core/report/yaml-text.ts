import { Document, stringify, visit } from 'yaml';
import { escapeUnsafe, isUnsafe } from '#core/report/safe-text.ts';

/** YAML 1.1 quotes what an old parser takes for a boolean. */
const STYLE = { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false } as const;

/** A value as YAML, without a line break at its end. What plays with a terminal is quoted and escaped, as `safeJson` does. */
export function yamlText(value: unknown): string {
  if (!isUnsafe(JSON.stringify(value))) return stringify(value, STYLE).trimEnd();
  const document = new Document(value, STYLE);
  visit(document, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value === 'string' && isUnsafe(scalar.value)) scalar.type = 'QUOTE_DOUBLE';
    },
  });
  return escapeUnsafe(document.toString(STYLE)).trimEnd();
}
