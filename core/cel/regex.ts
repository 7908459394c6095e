import { RE2JS } from 're2js';

/** A compiled pattern: RE2's syntax and semantics in linear time, whatever the input (reference/cel.md 5). */
export interface Pattern {
  test(text: string): boolean;
  /** Matches from the left, at most `limit`, as Go's FindAllString gives them. */
  findAll(text: string, limit: number): string[];
}

class CompiledPattern implements Pattern {
  readonly #re: RE2JS;
  constructor(re: RE2JS) {
    this.#re = re;
  }

  test(text: string): boolean {
    return this.#re.test(text);
  }

  findAll(text: string, limit: number): string[] {
    const found: string[] = [];
    const matcher = this.#re.matcher(text);
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

/** Compiles a pattern, or says what is wrong with it. */
export function compilePattern(source: string): Pattern | string {
  try {
    return new CompiledPattern(RE2JS.compile(source));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const CACHE_SIZE = 200;
const cache = new Map<string, Pattern | string>();

/** As `compilePattern`, for patterns that are only known at run time: the last ones used are kept. */
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
