import { CelError, children, describe, type Expr, type Frame, type Program } from '#core/cel/index.ts';
import type { TraceStep } from '#core/cel/program.ts';

export interface ExplainedPart {
  readonly indent: number;
  readonly source: string;
  readonly value: string;
}

/** Rounds of a comprehension whose values are shown. */
const MOST_ROUNDS = 6;

/** The value of every part of an expression on a frame, from the whole to its parts. Literals speak for themselves. */
export function explainLines(program: Program, frame: Frame): readonly ExplainedPart[] {
  const { steps, value } = program.evaluateCounted(frame, { trace: true });
  const byPlace = new Map<string, TraceStep['value'][]>();
  for (const step of steps) {
    const place = `${step.start}:${step.end}`;
    byPlace.set(place, [...(byPlace.get(place) ?? []), step.value]);
  }
  const root = program.ast;
  byPlace.set(`${root.start}:${root.end}`, [value]);
  const out: ExplainedPart[] = [];
  const visit = (node: Expr, indent: number): void => {
    const shown = node.kind !== 'literal' && !(node.kind === 'ident' && indent > 0 && GLOBAL.has(node.name));
    if (shown) {
      const values = byPlace.get(`${node.start}:${node.end}`);
      out.push({ indent, source: program.source.slice(node.start, node.end).replaceAll(/\s+/g, ' '), value: valuesText(values) });
    }
    // Of has(a.b) only `a` is evaluated.
    for (const child of node.kind === 'has' ? [node.select.operand] : children(node)) visit(child, indent + 1);
  };
  visit(root, 0);
  return out;
}

/** Whole objects, too large to say anything. */
const GLOBAL = new Set(['object', 'oldObject', 'request', 'namespaceObject', 'params', 'variables']);

function valuesText(values: readonly TraceStep['value'][] | undefined): string {
  if (values === undefined) return '(not evaluated)';
  const shown = values
    .slice(0, MOST_ROUNDS)
    .map((value) => (value instanceof CelError ? `error: ${value.message}` : describe(value)));
  return `${shown.join(' | ')}${values.length > MOST_ROUNDS ? ` | ... (${values.length} rounds)` : ''}`;
}
