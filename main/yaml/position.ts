import type { DocumentText } from './documents.ts';

/** A position in a file, both from 1; columns count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The position in the file of an offset in the text of a document. */
export function positionIn(document: DocumentText, offset: number): Position {
  const { text } = document;
  let line = document.line;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
    lineStart = at + 1;
  }
  return { line, column: offset - lineStart + 1 + (lineStart === 0 ? document.column : 0) };
}

/** `positionIn` for many offsets of one document. */
export function positionsIn(document: DocumentText): (offset: number) => Position {
  const { text } = document;
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: document.line + low, column: offset - (starts[low] ?? 0) + 1 + (low === 0 ? document.column : 0) };
  };
}
