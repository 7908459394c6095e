import { stringify } from 'yaml';
import { isObject } from '#core/json.ts';
import type { Plain, PlainObject } from '#core/plain-json.ts';

/** Expressions are read by people: what does not fit a line is folded. YAML 1.1 quotes what an old parser takes for a boolean. */
export const STYLE = { version: '1.1', indent: 2, lineWidth: 130, minContentWidth: 60, aliasDuplicateObjects: false } as const;

/** A key or a text that is written as it is: no reader takes it for anything else. */
const NAME = /^[A-Za-z][A-Za-z0-9_./-]*$/;
const TEXT = /^[A-Za-z](?:[ -~](?<![:#\\]))*(?<! )$/;
const WORDS = /^(?:y|yes|n|no|true|false|on|off|null|e[-+]?[0-9]+)$/i;
/** Of this length nothing is folded, at the depths of an export. */
const SHORT = 80;
const DEEPEST = 20;

const isName = (key: string): boolean => key.length <= SHORT && NAME.test(key) && !WORDS.test(key);
const isPlainText = (text: string): boolean => text.length <= SHORT && TEXT.test(text) && !WORDS.test(text);

/**
 * Writes documents as `stringify` of the package yaml does in this style, byte for byte. An export repeats most of its texts hundreds of
 * times: the package is asked once for each, and not at all for what needs neither quotes nor folding.
 */
export class BlockYaml {
  readonly #known = new Map<string, string>();

  document(value: PlainObject): string {
    return isUsual(value, 0) ? this.#map(value, '') : stringify(value, STYLE);
  }

  #map(value: PlainObject, indent: string): string {
    let text = '';
    for (const [key, inner] of Object.entries(value)) text += this.#pair(key, inner, indent);
    return text;
  }

  #pair(key: string, value: Plain, indent: string): string {
    if (typeof value === 'string') return this.#textOf(key, value, indent);
    if (value === null || typeof value !== 'object') return `${indent}${key}: ${String(value)}\n`;
    if (Array.isArray(value))
      return value.length === 0 ? `${indent}${key}: []\n` : `${indent}${key}:\n${this.#list(value, `${indent}  `)}`;
    return Object.keys(value).length === 0 ? `${indent}${key}: {}\n` : `${indent}${key}:\n${this.#map(value, `${indent}  `)}`;
  }

  #list(items: readonly Plain[], indent: string): string {
    let text = '';
    for (const item of items) {
      // The first line of a map stands behind the dash.
      if (isObject(item)) text += `${indent}- ${this.#map(item, `${indent}  `).slice(indent.length + 2)}`;
      else text += `${indent}- ${typeof item === 'string' ? item : JSON.stringify(item)}\n`;
    }
    return text;
  }

  #textOf(key: string, text: string, indent: string): string {
    if (isPlainText(text)) return `${indent}${key}: ${text}\n`;
    const asked = `${indent.length} ${key} ${text}`;
    const known = this.#known.get(asked) ?? written(key, text, indent);
    this.#known.set(asked, known);
    return known;
  }
}

/** As it stands in a document at this depth. */
function written(key: string, text: string, indent: string): string {
  let around: PlainObject = { [key]: text };
  for (let depth = 0; depth < indent.length; depth += 2) around = { a: around };
  const whole = stringify(around, STYLE);
  let start = 0;
  for (let depth = 0; depth < indent.length; depth += 2) start = whole.indexOf('\n', start) + 1;
  return whole.slice(start);
}

/** Whether a value has only what is written here: maps of names, lists of maps, names or numbers, no fractions. */
function isUsual(value: Plain, depth: number): boolean {
  if (depth > DEEPEST) return false;
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0);
  if (value === null || typeof value !== 'object') return true;
  if (!Array.isArray(value)) return Object.entries(value).every(([key, inner]) => isName(key) && isUsual(inner, depth + 1));
  return value.every((item) => {
    if (typeof item === 'string') return isPlainText(item);
    return isObject(item) && Object.keys(item).length > 0 && isUsual(item, depth + 1);
  });
}
