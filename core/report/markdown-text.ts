import { safeText } from '#core/report/safe-text.ts';

/** Text as Markdown shows it and nothing else: no link, no mention, no tag, no cell or heading of its own. */
export const markdownText = (text: string): string =>
  safeText(text.toWellFormed())
    .replaceAll(/[\\`*_[\]|~#]|^[-+=]|(?<=^\d+)[.)](?=\s|$)/g, String.raw`\$&`)
    // Tags and entities; mentions and addresses, which become links without any bracket.
    .replaceAll(/[&<>@]|:(?=\/\/)|(?<=www)\./gi, (character) => ENTITIES[character] ?? character);

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '@': '&#64;',
  ':': '&#58;',
  '.': '&#46;',
};

/** A table; cells are text. */
export const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  line(head),
  line(head.map(() => '---')),
  ...rows.map((row) => line(row.map(markdownText))),
];

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Bytes of a text in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const isPair = code >= 0xd800 && code < 0xdc00 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00;
    if (isPair) index += 1;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : isPair ? 4 : 3;
  }
  return bytes;
}
