import type { EvaluationFrame } from '../frame.ts';
import { define, type Library } from '../library.ts';
import { cachedPattern, type Pattern } from '../regex.ts';
import { TooMuchWork } from '../regex/effort.ts';
import { isInt, type CelValue, type Val } from '../values.ts';

const BAD_PATTERN = 'not a regular expression of RE2';

/** `text.matches(pattern)`: whether the pattern is found anywhere in the text. */
export function search(f: EvaluationFrame, text: CelValue, pattern: CelValue): Val {
  if (typeof text !== 'string' || typeof pattern !== 'string') return f.noOverload(text, pattern);
  const compiled = cachedPattern(pattern);
  return typeof compiled === 'string' ? f.fail(BAD_PATTERN, compiled) : searchWith(f, text, compiled);
}

export function searchWith(f: EvaluationFrame, text: string, pattern: Pattern): Val {
  if (!hasRoom(f, text)) return f.overBudget();
  try {
    return pattern.test(text, f);
  } catch (error) {
    return gaveUp(f, error);
  }
}

/** Where something absorbs the error of the search before, the next must not begin. */
const hasRoom = (f: EvaluationFrame, text: string): boolean => f.steps >= 0 && f.spendOn(text.length);

function gaveUp(f: EvaluationFrame, error: unknown): undefined {
  if (error instanceof TooMuchWork) return f.overBudget();
  throw error;
}

function findAll(f: EvaluationFrame, text: CelValue, pattern: CelValue, limit: CelValue): Val {
  if (typeof text !== 'string' || typeof pattern !== 'string' || !isInt(limit)) return f.noOverload(text, pattern, limit);
  const compiled = cachedPattern(pattern);
  if (typeof compiled === 'string') return f.fail(BAD_PATTERN, compiled);
  if (!hasRoom(f, text)) return f.overBudget();
  try {
    return compiled.findAll(text, limit < 0 ? Infinity : Number(limit), f);
  } catch (error) {
    return gaveUp(f, error);
  }
}

function find(f: EvaluationFrame, text: CelValue, pattern: CelValue): Val {
  const found = findAll(f, text, pattern, 1);
  return Array.isArray(found) ? ((found[0] as string | undefined) ?? '') : found;
}

/** Kubernetes' regular expressions: k8s.io/apiserver/pkg/cel/library/regex.go. */
export const regex: Library = {
  name: 'regex',
  functions: [
    define('find', 0, ['string.(string) string'], find),
    define('findAll', 0, ['string.(string) list(string)'], (f, text, pattern) =>
      findAll(f, text as CelValue, pattern as CelValue, -1),
    ),
    define('findAll', 0, ['string.(string, int) list(string)'], findAll),
  ],
};
