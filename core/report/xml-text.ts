import { safeLines } from '#core/report/safe-text.ts';

/**
 * Text as XML 1.0 holds it: what no document may contain, and what plays with a terminal, is replaced; what has a meaning is
 * written as a reference.
 */
export const xmlText = (text: string): string =>
  safeLines(text.toWellFormed())
    .replaceAll(FORBIDDEN, '\uFFFD')
    .replaceAll(/[&<>"'\r]/g, (character) => REFERENCES[character] ?? character);

/** The same in an attribute, where a parser would turn line breaks into spaces. */
export const xmlAttribute = (text: string): string =>
  xmlText(text).replaceAll(/[\t\n]/g, (character) => (character === '\t' ? '&#9;' : '&#10;'));

/** Names and values are ours, or they are escaped here. */
export const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${xmlAttribute(String(value))}"`)
    .join('');

// oxlint-disable-next-line no-control-regex -- characters that XML 1.0, 2.2 leaves out
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\r': '&#13;',
};
