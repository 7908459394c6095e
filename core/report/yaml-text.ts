import { escapeUnsafe } from '#core/report/safe-text.ts';

/**
 * A JSON value as YAML, without a line break at its end: what JSON would say of it, in block style. Text that is more than words,
 * or that some YAML takes for another type, stands in double quotes as JSON writes it, which YAML reads alike; what plays with a
 * terminal is escaped there. Ten times as fast as a library that takes every value: a report of a cluster has megabytes.
 */
export function yamlText(value: unknown): string {
  const lines: string[] = [];
  block(JSON.parse(JSON.stringify(value)) as Json, '', '', lines);
  return lines.join('\n');
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** `head` is what stands on the first line before the value: `key:`, `-`, or nothing at the top. */
function block(value: Json, head: string, indent: string, lines: string[]): void {
  const entries = entriesOf(value);
  if (entries === undefined) {
    lines.push(head === '' ? scalar(value) : `${head} ${scalar(value)}`);
    return;
  }
  const isItem = head.endsWith('-');
  if (head !== '' && !isItem) lines.push(head);
  entries.forEach(({ key, inner }, at) => {
    // The first field of a list element stands behind its dash.
    const before = isItem && at === 0 ? `${head} ` : indent;
    block(inner, `${before}${key}`, `${indent}  `, lines);
  });
}

interface Entry {
  /** `-`, or the key with its colon. */
  readonly key: string;
  readonly inner: Json;
}

/** What stands below a map or a list; undefined for what fits its line. */
function entriesOf(value: Json): readonly Entry[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Array.isArray(value)
    ? (value as readonly Json[]).map((inner) => ({ key: '-', inner }))
    : Object.entries(value).map(([key, inner]) => ({ key: `${scalar(key)}:`, inner }));
  return entries.length === 0 ? undefined : entries;
}

function scalar(value: Json): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[]' : '{}';
  if (typeof value !== 'string') return String(value);
  return value.length < 200 && WORDS.test(value) && !OTHER_TYPE.test(value)
    ? value
    : escapeUnsafe(JSON.stringify(value.toWellFormed()));
}

const WORDS = /^[A-Za-z][\w./-]*(?: [\w./(][\w./()-]*)*$/;
/** Of YAML 1.1: a letter in front leaves only words. */
const OTHER_TYPE = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
