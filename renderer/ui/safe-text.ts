/**
 * Text from a cluster or a file is hostile: a name may carry characters that reorder or hide what stands beside it.
 * Each of them is shown as U+FFFD, so that two names that differ never look alike.
 *
 * Covered: C0 and C1 controls, the bidirectional controls (Unicode UAX #9: LRM, RLM, ALM, embeddings, overrides, isolates),
 * invisible joiners and separators, the byte order mark and the tag characters. React escapes the rest.
 */
const HOSTILE =
  // oxlint-disable-next-line no-control-regex -- controls are what this looks for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e007f}]/gu;

export const safe = (text: string): string => text.replace(HOSTILE, '\ufffd');

/** The same for text with lines and indentation (YAML, messages): tabs stay. */
export const safeLine = (text: string): string =>
  text.replace(HOSTILE, (character) => (character === '\t' ? character : '\ufffd'));

/** Cuts a long name in the middle: its start and its end tell most. `tail` characters stay at the end. */
export function splitMiddle(text: string, tail = 8): { readonly head: string; readonly tail: string } {
  const characters = Array.from(text);
  if (characters.length <= tail * 2) return { head: text, tail: '' };
  return { head: characters.slice(0, -tail).join(''), tail: characters.slice(-tail).join('') };
}
