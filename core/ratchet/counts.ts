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

const grouped = new Intl.NumberFormat('en-GB');

/** `1 object`, `2,143 objects`. */
export const counted = (count: number, word: string): string => `${grouped.format(count)} ${word}${count === 1 ? '' : 's'}`;
