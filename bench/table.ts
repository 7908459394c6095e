/** What a benchmark hands back: the first row holds the headings. */
export interface BenchTable {
  readonly name: string;
  readonly rows: readonly (readonly string[])[];
}

const NUMERIC = /^[<>]?\s?-?[\d.,]+\s?\S{0,6}$/;

/** The table as plain text: columns of numbers to the right, all others to the left. */
export function formatTable({ name, rows }: BenchTable): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const right = head.map(
    (_, column) => body.length > 0 && body.every((row) => (row[column] ?? '') === '' || NUMERIC.test(row[column] ?? '')),
  );
  const line = (row: readonly string[]): string =>
    widths
      .map((width, column) => (right[column] === true ? (row[column] ?? '').padStart(width) : (row[column] ?? '').padEnd(width)))
      .join('  ')
      .trimEnd();
  return [name, line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...body.map(line)].join('\n');
}

/** The middle of an odd number of measurements; the mean of the middle two of an even number. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return (low + high) / 2;
}

export const seconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} s`;
export const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
/** `1.84 x`; a goal is named beside it: `1.84 x (goal 2.5)`. */
export const ratio = (value: number, goal?: number): string =>
  `${value.toFixed(2)} x${goal === undefined ? '' : ` (goal ${goal})`}`;
export const perSecond = (count: number, time: number): string => `${Math.round(count / time).toLocaleString('en')}/s`;
