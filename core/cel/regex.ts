import { RE2JS } from 're2js';
import type { Effort } from './effort.ts';
import { metered } from './regex/effort.ts';
import { Matcher } from './regex/matcher.ts';
import type { Native } from './regex/native.ts';

/** A compiled pattern: RE2's syntax and semantics, in time linear in the text. Throws TooMuchWork where `effort` runs out. */
export interface Pattern {
  test(text: string, effort: Effort): boolean;
  /** As the platform searches for it, where that is safe; for whoever asks often: it takes a while to make sure of. */
  readonly native: Native | undefined;
  /**
   * Matches from the left, at most `limit`, as Go's FindAllString gives them. To find them all may take quadratic time, in Go as
   * here: each search may look to the end of the text and find something short.
   */
  findAll(text: string, limit: number, effort: Effort): string[];
}

class ComparedPattern implements Pattern {
  readonly native = undefined;
  readonly #re: RE2JS;
  readonly #states: number;
  constructor(re: RE2JS) {
    this.#re = re;
    this.#states = re.programSize();
  }

  test(text: string, effort: Effort): boolean {
    return this.#re.test(metered(text, effort, this.#states));
  }

  findAll(text: string, limit: number, effort: Effort): string[] {
    const found: string[] = [];
    const matcher = this.#re.matcher(metered(text, effort, this.#states));
    let end = -1;
    while (found.length < limit && matcher.find()) {
      // Go leaves out an empty match that touches the one before it.
      const start = matcher.start();
      const stop = matcher.end();
      if (stop > start || start !== end) found.push(text.slice(start, stop));
      end = stop;
    }
    return found;
  }
}

/** A pattern of the common syntax: whether it is found is told by a table, and RE2JS is only asked what was found. */
class TabledPattern implements Pattern {
  readonly #source: string;
  readonly #matcher: Matcher;
  #whole: ComparedPattern | undefined;

  constructor(source: string, matcher: Matcher) {
    this.#source = source;
    this.#matcher = matcher;
  }

  get native(): Native | undefined {
    return this.#matcher.native;
  }

  test(text: string, effort: Effort): boolean {
    return this.#matcher.test(text, effort);
  }

  findAll(text: string, limit: number, effort: Effort): string[] {
    if (!this.#matcher.test(text, effort)) return [];
    this.#whole ??= new ComparedPattern(RE2JS.compile(this.#source));
    return this.#whole.findAll(text, limit, effort);
  }
}

/** Compiles a pattern, or says what is wrong with it. */
export function compilePattern(source: string): Pattern | string {
  const matcher = Matcher.of(source);
  if (matcher !== undefined) return new TabledPattern(source, matcher);
  try {
    return new ComparedPattern(RE2JS.compile(source));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const CACHE_SIZE = 200;
const cache = new Map<string, Pattern | string>();

/** As `compilePattern`; the last ones used are kept, so that rules and the two back ends share them. */
export function cachedPattern(source: string): Pattern | string {
  const known = cache.get(source);
  if (known !== undefined) {
    cache.delete(source);
    cache.set(source, known);
    return known;
  }
  const compiled = compilePattern(source);
  if (cache.size >= CACHE_SIZE)
    for (const oldest of cache.keys()) {
      cache.delete(oldest);
      break;
    }
  cache.set(source, compiled);
  return compiled;
}
