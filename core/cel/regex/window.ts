import type { Node } from './ast.ts';
import type { CodePoints } from './code-points.ts';

/**
 * Text that stands in everything a pattern finds: one of `ways`, each a row of sets, one for each character. Where `exact`, a
 * text that holds one of them is found by the pattern; else it may be.
 */
interface Window {
  readonly ways: readonly (readonly CodePoints[])[];
  readonly exact: boolean;
}

const MAX_WAYS = 16;
const MAX_LENGTH = 10;
/** A window that more than one in 2^12 random places fit is not worth looking for. */
const MIN_BITS = 12;

const NOTHING: Window = { ways: [[]], exact: false };
const EMPTY: Window = { ways: [[]], exact: true };

export interface Prefilter {
  /** Without a match of it the pattern is not found. It has no loops, so that it is linear in V8 too. */
  readonly expression: RegExp;
  /** Where it matches the pattern is found. */
  readonly exact: boolean;
}

/** What to look for first, with the platform's expressions, which skip through text as fast as nothing else here. */
export function prefilterOf(node: Node): Prefilter | undefined {
  const { ways, exact } = best(node);
  if (bits({ ways, exact }) < MIN_BITS) return undefined;
  return { expression: new RegExp(ways.map((way) => way.map(printed).join('')).join('|')), exact };
}

/** The most telling of the windows that begin at some part of a sequence. */
function best(node: Node): Window {
  const parts = node.type === 'sequence' ? node.parts : [node];
  let found = NOTHING;
  for (let from = 0; from < parts.length; from++) {
    const part = parts[from] as Node;
    const window = sequence(parts.slice(from));
    const candidate = from === 0 ? window : { ...window, exact: false };
    if (bits(candidate) > bits(found)) found = candidate;
    const inner = part.type === 'sequence' ? best(part) : NOTHING;
    if (bits(inner) > bits(found)) found = { ...inner, exact: false };
  }
  return found;
}

/** What a match of the node begins with. */
function head(node: Node): Window {
  switch (node.type) {
    case 'set':
      // Beyond the basic plane a character is two units, and which is no question for a filter.
      return (node.set.at(-1) ?? Infinity) > 0xffff ? NOTHING : { ways: [[node.set]], exact: true };
    case 'assert':
      return { ways: [[]], exact: false };
    case 'sequence':
      return sequence(node.parts);
    case 'choice': {
      const branches = node.branches.map(head);
      const ways = branches.flatMap((branch) => branch.ways);
      return ways.length > MAX_WAYS ? NOTHING : { ways, exact: branches.every((branch) => branch.exact) };
    }
    case 'repeat': {
      const body = head(node.body);
      const least = sequence(Array.from({ length: Math.min(node.least, MAX_LENGTH) }, () => node.body));
      if (node.most === node.least) return { ways: least.ways, exact: least.exact && node.least <= MAX_LENGTH };
      if (node.least > 0 || node.most > 1 || !body.exact) return { ways: least.ways, exact: false };
      return body.ways.length < MAX_WAYS ? { ways: [...body.ways, []], exact: true } : NOTHING;
    }
  }
}

function sequence(parts: readonly Node[]): Window {
  let window = EMPTY;
  for (const part of parts) {
    const next = head(part);
    // An assertion only narrows what is found: looking goes on behind it.
    const goesOn = next.exact || part.type === 'assert';
    const ways = window.ways.flatMap((way) => next.ways.map((more) => [...way, ...more]));
    if (ways.length > MAX_WAYS || ways.some((way) => way.length > MAX_LENGTH)) return { ...window, exact: false };
    window = { ways, exact: window.exact && next.exact };
    if (!goesOn) return window;
  }
  return window;
}

/** How much the weakest of the ways tells, as if all characters were 256 and equally frequent. */
const bits = ({ ways }: Window): number =>
  Math.min(...ways.map((way) => way.reduce((sum, set) => sum + Math.log2(256 / Math.min(256, size(set))), 0)));

function size(set: CodePoints): number {
  let sum = 0;
  for (let i = 0; i < set.length; i += 2) sum += (set[i + 1] as number) - (set[i] as number) + 1;
  return sum;
}

function printed(set: CodePoints): string {
  const unit = (point: number): string => `\\u${point.toString(16).padStart(4, '0')}`;
  const [first] = set;
  if (set.length === 2 && first === set[1]) return unit(first as number);
  let inner = '';
  for (let i = 0; i < set.length; i += 2) inner += `${unit(set[i] as number)}-${unit(set[i + 1] as number)}`;
  return `[${inner}]`;
}
