/** What the parser's findings mean to a person: what is wrong, in one clause, and what should have stood there. */
export interface Problem {
  readonly message: string;
  readonly expected?: string;
}

const TABLE: ReadonlyMap<string, Problem> = new Map<string, Problem>([
  [
    'end of the stream or a document separator is expected',
    {
      message: 'the document goes on behind its end',
      expected: 'the indentation of the first key, or a line --- before another document',
    },
  ],
  [
    'bad indentation of a mapping entry',
    {
      message: 'this is no key of the mapping around it',
      expected: "one 'key: value' a line, aligned with the other keys; text with ': ' in quotes",
    },
  ],
  [
    'bad indentation of a sequence entry',
    { message: 'this is no item of the list around it', expected: "'- ' aligned with the other items" },
  ],
  [
    'deficient indentation',
    {
      message: 'a value in brackets or quotes goes on with too little indentation',
      expected: 'more indentation, or the closing bracket or quote',
    },
  ],
  ["expected ':' after a mapping key", { message: 'a key has no value', expected: "':' and a space behind the key" }],
  [
    'a whitespace character is expected after the key-value separator within a block mapping',
    { message: "':' is followed by text", expected: "a space behind ':'" },
  ],
  [
    'missed comma between flow collection entries',
    { message: 'two values in brackets are not separated', expected: "',' or the closing bracket" },
  ],
  ["expected the node content, but found ','", { message: 'a value is missing', expected: "a value before ','" }],
  ['unexpected end of the stream within a flow collection', { message: 'a bracket is not closed', expected: "']' or '}'" }],
  ['unexpected end of the stream within a double quoted scalar', { message: 'a double quote is not closed', expected: "'\"'" }],
  ['unexpected end of the stream within a single quoted scalar', { message: 'a single quote is not closed', expected: '"\'"' }],
  ['unexpected end of the document within a double quoted scalar', { message: 'a double quote is not closed', expected: "'\"'" }],
  ['unexpected end of the document within a single quoted scalar', { message: 'a single quote is not closed', expected: '"\'"' }],
  ['tab characters must not be used in indentation', { message: 'a tab is used as indentation', expected: 'spaces' }],
  [
    'unknown escape sequence',
    { message: 'unknown escape in double quotes', expected: 'a known escape such as \\n, or \\\\ for a backslash' },
  ],
  ['expected hexadecimal character', { message: 'an escape is cut short', expected: 'hexadecimal digits' }],
  ['a line break is expected', { message: "text follows '|' or '>' on its line", expected: 'a line break' }],
  [
    'the stream contains non-printable characters',
    { message: 'there is a control character', expected: 'printable text; control characters as escapes in double quotes' },
  ],
  ['null byte is not allowed in input', { message: 'there is a null byte', expected: 'text' }],
  ['expected valid JSON character', { message: 'there is a control character in quotes', expected: 'an escape such as \\u0001' }],
  [
    'directives end mark is expected',
    { message: 'a line begins with %', expected: "'---' behind directives, or quotes around a value that begins with %" },
  ],
  [
    'can not read a document',
    {
      message: 'this is no YAML value',
      expected: 'a mapping, a list or text; text that begins with one of @ ` % & * ! | > in quotes',
    },
  ],
  ['duplication of an anchor property', { message: 'a value has two anchors', expected: 'one anchor' }],
  ['duplication of a tag property', { message: 'a value has two tags', expected: 'one tag' }],
]);

/** The problem behind a reason of the parser; an unknown reason stays as it is. */
export function problemOf(reason: string): Problem {
  const known = TABLE.get(reason);
  if (known !== undefined) return known;
  if (reason.startsWith('can not read a block mapping entry'))
    return { message: 'a line is no key with a value', expected: "'key: value'" };
  if (reason.startsWith('nesting exceeded')) return { message: 'it is nested too deeply' };
  return { message: reason };
}
