import { namespacePattern } from '#core/policy/scope.ts';

/** Patterns of namespaces compared with each other; `*` stands for any run of characters. */

/** Whether a pattern matches everything that another matches. A `*` of the other is a character that only a `*` can take. */
export const coversPattern = (wide: string, narrow: string): boolean => namespacePattern(wide)(narrow);

/** Names of Kubernetes are no longer: what asks for more letters matches nothing. It also bounds the time below. */
const LONGEST = 253;

/** Whether some namespace matches both. */
export function patternsMeet(left: string, right: string): boolean {
  const [ones, others] = [left.replaceAll(/\*+/g, '*'), right.replaceAll(/\*+/g, '*')];
  if (letters(ones) > LONGEST || letters(others) > LONGEST) return false;
  // row[j]: what is left of `ones` from i on meets what is left of `others` from j on.
  let below: readonly boolean[] = [];
  for (let i = ones.length; i >= 0; i--) {
    const row: boolean[] = [];
    for (let j = others.length; j >= 0; j--) row[j] = meet(ones[i], others[j], below, row, j);
    below = row;
  }
  return below[0] ?? false;
}

function meet(
  one: string | undefined,
  other: string | undefined,
  below: readonly boolean[],
  row: readonly boolean[],
  j: number,
): boolean {
  if (one === undefined && other === undefined) return true;
  // A star ends, or takes one more character of the other pattern.
  if (one === '*' || other === '*') return (below[j] ?? false) || (row[j + 1] ?? false);
  return one === other && (below[j + 1] ?? false);
}

const letters = (pattern: string): number => pattern.replaceAll('*', '').length;
