/**
 * Text of a cluster or a file as a terminal or a screen may show it: C0 and C1 controls, bidirectional overrides and invisible
 * separators are replaced, so that no name can move the cursor, hide itself or reorder its line.
 */
export const safeText = (text: string): string => text.replaceAll(UNSAFE, '\uFFFD');

/**
 * JSON, indented by two, with the same characters escaped (C0 controls are by JSON itself): the values stay as they are, and a
 * report may be shown on a terminal.
 */
export const safeJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replaceAll(
    UNSAFE_IN_JSON,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

// oxlint-disable-next-line no-control-regex -- these are the characters to take out
const UNSAFE = /[\u0000-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g;

/** Without C0: the line breaks of the indentation stay. */
const UNSAFE_IN_JSON = /[\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g;
