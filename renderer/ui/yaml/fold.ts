/** Which stretch of an object matters: its marked lines, what they stand in, and a little around them. Pure. */

export interface Line {
  readonly number: number;
  readonly text: string;
  readonly marks: readonly string[];
}

export type Part =
  | { readonly type: 'line'; readonly line: Line }
  /** Left-out lines: where, and what stands in them. */
  | { readonly type: 'fold'; readonly from: number; readonly to: number; readonly holds: readonly string[] };

const AROUND = 2;
/** Shorter gaps are shown: a fold takes a line of its own. */
const SMALLEST_FOLD = 3;
const NAMED = 3;

const blank = (text: string): boolean => text.trim() === '';
const indentOf = (text: string): number => text.length - text.trimStart().length;

/** `- name: x` belongs to the list above it: its key stands two columns further in than its dash. */
const keyOf = (text: string): string | undefined => /^\s*(?:- )*([A-Za-z0-9_./-]+):(?:\s|$)/.exec(text)?.[1];

/** Lines whose block holds the line at `index`. */
function ancestors(lines: readonly Line[], index: number): readonly number[] {
  const found: number[] = [];
  let indent = indentOf(lines[index]?.text ?? '');
  for (let above = index - 1; above >= 0 && indent > 0; above -= 1) {
    const text = lines[above]?.text ?? '';
    if (blank(text) || indentOf(text) >= indent) continue;
    found.push(above);
    indent = indentOf(text);
  }
  return found;
}

/** A list may stand at its key's own column (`containers:` over `- name`): the key is then no smaller in indent, yet it holds it. */
function listKey(lines: readonly Line[], index: number): number | undefined {
  const indent = indentOf(lines[index]?.text ?? '');
  if (!(lines[index]?.text.trimStart().startsWith('- ') ?? false)) return undefined;
  for (let above = index - 1; above >= 0; above -= 1) {
    const text = lines[above]?.text ?? '';
    if (blank(text) || indentOf(text) > indent || (indentOf(text) === indent && text.trimStart().startsWith('- '))) continue;
    return indentOf(text) === indent ? above : undefined;
  }
  return undefined;
}

/** Parts to draw: kept lines and folds between them. `opened` holds the first line number of folds that were opened. */
export function relevant(lines: readonly Line[], opened: ReadonlySet<number> = new Set()): readonly Part[] {
  const keep = new Set<number>();
  lines.forEach((line, index) => {
    if (line.marks.length === 0) return;
    keep.add(index);
    // Around it, but not into blocks that are none of its own: what leads to it is no deeper, what follows no shallower.
    for (let near = 1; near <= AROUND; near += 1) {
      const indent = indentOf(line.text);
      const above = lines[index - near];
      const below = lines[index + near];
      if (above !== undefined && indentOf(above.text) <= indent) keep.add(index - near);
      if (below !== undefined && indentOf(below.text) >= indent) keep.add(index + near);
    }
    for (const above of ancestors(lines, index)) {
      keep.add(above);
      const key = listKey(lines, above);
      if (key !== undefined) keep.add(key);
    }
    const key = listKey(lines, index);
    if (key !== undefined) keep.add(key);
  });
  if (keep.size === 0) return lines.map((line) => ({ type: 'line', line }));
  const parts: Part[] = [];
  let index = 0;
  while (index < lines.length) {
    const line = lines[index];
    if (line === undefined) break;
    if (keep.has(index)) {
      parts.push({ type: 'line', line });
      index += 1;
      continue;
    }
    let end = index;
    while (end < lines.length && !keep.has(end)) end += 1;
    const folded = lines.slice(index, end);
    if (folded.length < SMALLEST_FOLD || opened.has(line.number))
      parts.push(...folded.map((one): Part => ({ type: 'line', line: one })));
    else parts.push({ type: 'fold', from: line.number, to: folded.at(-1)?.number ?? line.number, holds: names(folded) });
    index = end;
  }
  return parts;
}

/** The outermost keys of a stretch, as far as there is room to name them. */
function names(lines: readonly Line[]): readonly string[] {
  const outermost = Math.min(...lines.filter((line) => !blank(line.text)).map((line) => indentOf(line.text)));
  const outer = lines.filter((line) => indentOf(line.text) === outermost);
  // Items of a list stand at the column of its key, but belong to it.
  const own = outer.filter((line) => !line.text.trimStart().startsWith('- '));
  const keys = (own.length === 0 ? outer : own).map((line) => keyOf(line.text));
  const unique = [...new Set(keys.filter((key) => key !== undefined))];
  return unique.length <= NAMED ? unique : [...unique.slice(0, NAMED), '…'];
}
