import { noCounts, VERDICTS } from '#core/model.ts';
import type { VerdictCounts } from '#core/model.ts';

export function addCounts(all: readonly (VerdictCounts | undefined)[]): VerdictCounts {
  const sum = noCounts();
  for (const counts of all) {
    if (counts === undefined) continue;
    for (const verdict of VERDICTS) sum[verdict] += counts[verdict];
  }
  return sum;
}

/** `1 object`, `2 objects`. */
export const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
