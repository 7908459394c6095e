/**
 * Text of a cluster or a file as a terminal or a screen may show it: C0 and C1 controls, bidirectional overrides and invisible
 * separators are replaced, so that no name can move the cursor, hide itself or reorder its line.
 */
export const safeText = (text: string): string => text.replaceAll(UNSAFE, '\uFFFD');

// oxlint-disable-next-line no-control-regex -- these are the characters to take out
const UNSAFE = /[\u0000-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g;
