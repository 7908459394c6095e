/** Words of a command as a POSIX shell reads them: what is not plainly harmless stands in single quotes. */
export const shellWord = (word: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

export const shellLine = (words: readonly string[]): string => words.map((word) => shellWord(word)).join(' ');
