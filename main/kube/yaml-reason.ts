import type { ErrorCode } from 'yaml';

/** The YAML library's own messages quote the text around an error, and so tokens and keys: only the code is used. */
const REASONS: Readonly<Partial<Record<ErrorCode, string>>> = {
  BAD_ALIAS: 'an alias names no anchor',
  BAD_DIRECTIVE: 'a % directive is not valid',
  BAD_DQ_ESCAPE: 'a double-quoted text has an escape that YAML does not know',
  BAD_INDENT: 'the indentation does not fit',
  BAD_SCALAR_START: 'a text starts with a character that needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a nested mapping stands where a single value must (often a missing line break or quote)',
  BLOCK_IN_FLOW: 'a block stands inside brackets or braces',
  DUPLICATE_KEY: 'a key is given twice in one mapping',
  MISSING_CHAR: 'a closing quote, bracket or colon is missing (a half-written file?)',
  MULTILINE_IMPLICIT_KEY: 'a key spans several lines (a half-written file?)',
  MULTIPLE_DOCS: 'it holds more than one YAML document',
  RESOURCE_EXHAUSTION: 'it is nested too deeply',
  TAB_AS_INDENT: 'a tab is used for indentation',
  TAG_RESOLVE_FAILED: 'a tag is not known',
  UNEXPECTED_TOKEN: 'something stands where YAML does not allow it',
};

/** What is wrong in a YAML text, in words, without a character of the text. */
export const yamlReason = (code: ErrorCode): string => `it is not valid YAML: ${REASONS[code] ?? `the parser says ${code}`}`;
