/** Texts as CEL sees them: sequences of code points. */

/** Whether code points and UTF-16 units differ in a text. */
export const hasSurrogates = (text: string): boolean => /[\ud800-\udfff]/.test(text);

export function textLength(text: string): number {
  if (!hasSurrogates(text)) return text.length;
  let length = 0;
  for (const _ of text) length++;
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
