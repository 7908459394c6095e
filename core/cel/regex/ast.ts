import type { CodePoints } from './code-points.ts';

/** Where in a text nothing is consumed: its ends, the ends of a line, and a change between word and other characters (ASCII). */
export type Assertion = 'textStart' | 'textEnd' | 'lineStart' | 'lineEnd' | 'boundary' | 'noBoundary';

/** A pattern as far as the question "is it found in the text?" needs it: groups capture nothing, and no repeat is greedy. */
export type Node =
  | { readonly type: 'set'; readonly set: CodePoints }
  | { readonly type: 'assert'; readonly what: Assertion }
  | { readonly type: 'sequence'; readonly parts: readonly Node[] }
  | { readonly type: 'choice'; readonly branches: readonly Node[] }
  /** `most` is Infinity where there is no limit. */
  | { readonly type: 'repeat'; readonly body: Node; readonly least: number; readonly most: number };

export const EMPTY: Node = { type: 'sequence', parts: [] };
