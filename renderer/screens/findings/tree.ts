/** Groups and the rows of those that are open as one numbered list, without holding a single row. */
export type Place =
  | { readonly type: 'group'; readonly group: number }
  | { readonly type: 'row'; readonly group: number; readonly offset: number };

export interface Tree {
  readonly count: number;
  readonly at: (index: number) => Place;
  readonly indexOfGroup: (group: number) => number;
  readonly indexOfRow: (group: number, offset: number) => number;
}

interface Sized {
  readonly key: string;
  readonly rows: number;
}

export function treeOf(groups: readonly Sized[], open: ReadonlySet<string>): Tree {
  const starts: number[] = [];
  let count = 0;
  for (const group of groups) {
    starts.push(count);
    count += 1 + (open.has(group.key) ? group.rows : 0);
  }
  const startOf = (group: number): number => starts[group] ?? count;
  return {
    count,
    at: (index) => {
      // The last group that starts at or before the index.
      let low = 0;
      let high = groups.length - 1;
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if (startOf(middle) <= index) low = middle;
        else high = middle - 1;
      }
      const offset = index - startOf(low) - 1;
      return offset < 0 ? { type: 'group', group: low } : { type: 'row', group: low, offset };
    },
    indexOfGroup: startOf,
    indexOfRow: (group, offset) => startOf(group) + 1 + offset,
  };
}
