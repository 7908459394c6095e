/**
 * Text of a cluster or a file as a terminal or a screen may show it: C0 and C1 controls, bidirectional overrides and invisible
 * separators are replaced, so that no name can move the cursor, hide itself or reorder its line.
 */
export const safeText = (text: string): string => text.replaceAll(UNSAFE, '\uFFFD');

/**
 * JSON, indented by two, with the same characters escaped (C0 controls are by JSON itself): the values stay as they are, and a
 * report may be shown on a terminal.
 */
export const safeJson = (value: unknown): string => escapeUnsafe(JSON.stringify(value, null, 2));

/** Text in which such characters stand between double quotes only, as JSON and YAML write them there. */
export const escapeUnsafe = (text: string): string =>
  text.replaceAll(UNSAFE_IN_JSON, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** As `safeText`, but tabs and line breaks (and what else of C0 a grammar refuses by itself) stay. */
export const safeLines = (text: string): string => text.replaceAll(UNSAFE_IN_JSON, '\uFFFD');

/** Whether a text has such a character, line breaks and other C0 controls aside. */
export const isUnsafe = (text: string): boolean => text.search(UNSAFE_IN_JSON) !== -1;

// oxlint-disable-next-line no-control-regex -- these are the characters to take out
const UNSAFE = /[\u0000-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g;

/** Without C0: the line breaks of the indentation stay. */
const UNSAFE_IN_JSON = /[\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g;
