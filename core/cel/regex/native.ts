import type { Alphabet } from './alphabet.ts';
import type { Assertion, Node } from './ast.ts';
import type { Automaton } from './automaton.ts';
import type { CodePoints } from './code-points.ts';
import { hasFewWays } from './ways.ts';

/** Others might be met within a character of two units. */
const ASSERTIONS: ReadonlyMap<Assertion, string> = new Map([
  ['textStart', '^'],
  ['textEnd', '$'],
  ['boundary', String.raw`\b`],
]);

/** Longer texts are left to the table: for each place that it may come back to V8 keeps a note. */
const MAX_LENGTH = 100_000;
/** Of so short a text the places where a match can begin are few, though every one is tried for itself. */
const SHORT = 128;

/** A pattern as an expression of the platform. */
export interface Native {
  readonly expression: RegExp;
  /** For texts of this length at most. */
  readonly longest: number;
}

/**
 * Undefined where it might take more than linear time. The expression is written anew from what was parsed, every set as its code
 * points, so that no flag, class or escape means anything else than in RE2.
 */
export function nativeOf(node: Node, automaton: Automaton, alphabet: Alphabet): Native | undefined {
  if (automaton.states.some((state) => state.type === 'assert' && !ASSERTIONS.has(state.what))) return undefined;
  const longest = hasFewWays(automaton, alphabet, 'anywhere')
    ? MAX_LENGTH
    : hasFewWays(automaton, alphabet, 'at the start')
      ? SHORT
      : undefined;
  return longest === undefined ? undefined : { expression: new RegExp(written(node), 'u'), longest };
}

function written(node: Node): string {
  switch (node.type) {
    case 'set':
      return writtenSet(node.set);
    case 'assert':
      return ASSERTIONS.get(node.what) ?? '';
    case 'sequence':
      return node.parts.map(written).join('');
    case 'choice':
      return `(?:${node.branches.map(written).join('|')})`;
    case 'repeat':
      return (node.body.type === 'set' ? writtenSet(node.body.set) : `(?:${written(node.body)})`) + times(node);
  }
}

const times = ({ least, most }: Extract<Node, { type: 'repeat' }>): string =>
  least === most ? `{${least}}` : `{${least},${most === Infinity ? '' : most}}`;

const point = (value: number): string => `\\u{${value.toString(16)}}`;
const range = (from: number, to: number): string => (from === to ? point(from) : `${point(from)}-${point(to)}`);

function writtenSet(set: CodePoints): string {
  if (set.length === 2 && set[0] === set[1]) return point(set[0] as number);
  const ranges: string[] = [];
  for (let i = 0; i < set.length; i += 2) ranges.push(range(set[i] as number, set[i + 1] as number));
  return `[${ranges.join('')}]`;
}
