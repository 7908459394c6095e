import { safeText } from '#core/report/safe-text.ts';

/** Rows in columns of equal width; the last one runs free. A first row in capitals is no more than that. */
export function columns(rows: readonly (readonly string[])[]): string {
  const safe = rows.map((row) => row.map(safeText));
  const widths: number[] = [];
  for (const row of safe) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
  return safe
    .map(
      (row) =>
        `${row
          .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
