/** Texts as CEL sees them: sequences of code points. */

/** Whether code points and UTF-16 units differ in a text. */
export const hasSurrogates = (text: string): boolean => /[\ud800-\udfff]/.test(text);

export function textLength(text: string): number {
  if (text.length > LONG) return lengthOfLong(text);
  return hasSurrogates(text) ? countCodePoints(text) : text.length;
}

function countCodePoints(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

const LONG = 1000;
const KEPT = 16;
/** Of the long texts that were asked for last: loops ask again and again. */
const lengths = new Map<string, number>();

function lengthOfLong(text: string): number {
  const known = lengths.get(text);
  if (known !== undefined) return known;
  const length = hasSurrogates(text) ? countCodePoints(text) : text.length;
  if (lengths.size === KEPT) lengths.clear();
  lengths.set(text, length);
  return length;
}

/** The code points of a text, each as a string. */
export const codePoints = (text: string): readonly string[] => Array.from(text);

/** Position in UTF-16 units to position in code points. */
export const toCodePoint = (text: string, unit: number): number => (hasSurrogates(text) ? textLength(text.slice(0, unit)) : unit);

/** Position in code points to position in UTF-16 units; undefined past the end. */
export function toUnit(text: string, position: number): number | undefined {
  if (!hasSurrogates(text)) return position <= text.length ? position : undefined;
  let unit = 0;
  for (let i = 0; i < position; i++) {
    if (unit >= text.length) return undefined;
    unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
  }
  return unit;
}
