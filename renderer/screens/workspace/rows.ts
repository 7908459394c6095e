/** How a value of the workspace stands in a field, and how a field is read. */

export const listText = (values: readonly string[] | undefined): string => (values ?? []).join(', ');
/** Names never hold commas. */
export const readList = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

export const linesText = (values: readonly string[]): string => values.join('\n');
export const readLines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

export const labelsText = (labels: Readonly<Record<string, string>> | undefined): string =>
  Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');

/** `key=value` pairs; undefined where one of them is none. */
export function readLabels(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  for (const part of readList(text)) {
    const at = part.indexOf('=');
    if (at < 1) return undefined;
    labels[part.slice(0, at).trim()] = part.slice(at + 1).trim();
  }
  return labels;
}
