import { EMPTY, type Node } from './ast.ts';
import { ANY, complement, foldAscii, isAscii, NEWLINE, PERL, type CodePoints } from './code-points.ts';
import { parseClass } from './parse-class.ts';
import { escapedPoint, PatternReader, Unsupported } from './reader.ts';

/** RE2 refuses more, nested repeats multiplied. */
const MAX_REPEAT = 1000;
/** RE2 allows 1000; a pattern anywhere near that is not worth the speed. */
const MAX_DEPTH = 100;

interface Flags {
  readonly fold: boolean;
  readonly multiLine: boolean;
  readonly dotNewline: boolean;
}

const NO_FLAGS: Flags = { fold: false, multiLine: false, dotNewline: false };

/** Where RE2 would refuse a pattern, or its syntax is rare, there is no tree: RE2JS then decides. */
export function parsePattern(source: string): Node | undefined {
  try {
    const parser = new Parser(source);
    return parser.parse();
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
}

class Parser {
  readonly #in: PatternReader;
  #depth = 0;

  constructor(source: string) {
    this.#in = new PatternReader(source);
  }

  parse(): Node {
    const [node] = this.#choice(NO_FLAGS);
    if (!this.#in.atEnd()) throw new Unsupported();
    if (repeats(node) > MAX_REPEAT) throw new Unsupported();
    return node;
  }

  /** Flags set within a group hold to its end, across its branches: they are handed back for what follows. */
  #choice(flags: Flags): readonly [Node, Flags] {
    const branches: Node[] = [];
    let now = flags;
    do {
      const [branch, after] = this.#sequence(now);
      branches.push(branch);
      now = after;
    } while (this.#in.take('|'));
    return [branches.length === 1 ? (branches[0] as Node) : { type: 'choice', branches }, now];
  }

  #sequence(flags: Flags): readonly [Node, Flags] {
    const parts: Node[] = [];
    let now = flags;
    while (!this.#in.atEnd() && !this.#in.sees('|') && !this.#in.sees(')')) {
      const set = this.#flagsAlone(now);
      if (set !== undefined) {
        now = set;
        // A repeat has nothing to repeat here.
        if (this.#in.seesRepeat()) throw new Unsupported();
        continue;
      }
      parts.push(this.#repeated(this.#atom(now)));
    }
    return [parts.length === 1 ? (parts[0] as Node) : { type: 'sequence', parts }, now];
  }

  #repeated(body: Node): Node {
    const bounds = this.#in.repeat();
    if (bounds === undefined) return body;
    this.#in.take('?');
    // `a**` is an error for RE2, and what `^*` means is left to it.
    if (this.#in.seesRepeat() || body.type === 'assert') throw new Unsupported();
    return { type: 'repeat', body, least: bounds[0], most: bounds[1] };
  }

  /** `(?i)`, `(?s-m)`: flags up to the end of the group. */
  #flagsAlone(flags: Flags): Flags | undefined {
    const read = this.#in.flags();
    if (read === undefined || read.group) return undefined;
    this.#in.skip(read.length);
    return withFlags(flags, read.on, read.off);
  }

  #atom(flags: Flags): Node {
    const { fold, multiLine, dotNewline } = flags;
    const char = this.#in.next();
    switch (char) {
      case '(':
        return this.#group(flags);
      case '[':
        return { type: 'set', set: parseClass(this.#in, fold) };
      case '.':
        return { type: 'set', set: dotNewline ? ANY : complement(NEWLINE) };
      case '^':
        return { type: 'assert', what: multiLine ? 'lineStart' : 'textStart' };
      case '$':
        return { type: 'assert', what: multiLine ? 'lineEnd' : 'textEnd' };
      case '\\':
        return this.#escape(fold);
      case '*':
      case '+':
      case '?':
      case '{':
        throw new Unsupported();
      default:
        return single(char.codePointAt(0) as number, fold);
    }
  }

  #group(flags: Flags): Node {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new Unsupported();
    let inner = flags;
    if (this.#in.sees('?')) {
      this.#in.back();
      const read = this.#in.flags();
      if (read === undefined) throw new Unsupported();
      this.#in.skip(read.length);
      inner = withFlags(flags, read.on, read.off);
    }
    const [node] = this.#in.sees(')') ? [EMPTY] : this.#choice(inner);
    if (!this.#in.take(')')) throw new Unsupported();
    this.#depth -= 1;
    return node;
  }

  #escape(fold: boolean): Node {
    const char = this.#in.next();
    switch (char) {
      case 'A':
        return { type: 'assert', what: 'textStart' };
      case 'z':
        return { type: 'assert', what: 'textEnd' };
      case 'b':
        return { type: 'assert', what: 'boundary' };
      case 'B':
        return { type: 'assert', what: 'noBoundary' };
      default: {
        const named = PERL.get(char.toLowerCase());
        if (named === undefined) return single(escapedPoint(this.#in, char), fold);
        const set = fold ? foldAscii(named) : named;
        return { type: 'set', set: char === char.toLowerCase() ? set : complement(set) };
      }
    }
  }
}

function single(point: number, fold: boolean): Node {
  const set: CodePoints = [point, point];
  if (!fold) return { type: 'set', set };
  if (!isAscii(set)) throw new Unsupported();
  return { type: 'set', set: foldAscii(set) };
}

function withFlags(flags: Flags, on: string, off: string): Flags {
  const value = (letter: string, before: boolean): boolean => (on.includes(letter) || before) && !off.includes(letter);
  return {
    fold: value('i', flags.fold),
    multiLine: value('m', flags.multiLine),
    dotNewline: value('s', flags.dotNewline),
  };
}

/** The most repeats that nest within each other, multiplied, as RE2 counts them (an open end counts by its start). */
function repeats(node: Node): number {
  switch (node.type) {
    case 'set':
    case 'assert':
      return 1;
    case 'sequence':
      return Math.max(1, ...node.parts.map(repeats));
    case 'choice':
      return Math.max(1, ...node.branches.map(repeats));
    case 'repeat':
      return Math.max(1, node.most === Infinity ? node.least : node.most) * repeats(node.body);
  }
}
