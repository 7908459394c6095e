/**
 * Rows as CSV (RFC 4180, CRLF). Names come from clusters, and a spreadsheet runs a cell that begins like a formula:
 * such a cell gets an apostrophe in front (OWASP, "CSV Injection"), also where
 * spaces stand before it or it is written in full width.
 */
const FORMULA = /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/;

function cell(value: string): string {
  const defused = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(defused) || defused !== defused.trim() ? `"${defused.replaceAll('"', '""')}"` : defused;
}

export const csv = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n');
