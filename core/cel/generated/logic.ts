import { SHORT } from '../frame.ts';
import type { Node, Operation } from './graph.ts';
import { constantOf, type Parts } from './parts.ts';

/** A chain of `&&` or `||`, that ends with the part that decides. */
export function writeLogical(parts: Parts, operation: Extract<Operation, { kind: 'logical' }>): string {
  const { decides } = operation;
  const other = decides === 0 ? 1 : 0;
  const result = parts.fresh();
  const label = `b${result}`;
  parts.lines.line(`let ${result} = ${other};`);
  parts.lines.open(`${label}: {`);
  for (const part of operation.parts) {
    const skips = quick(parts, part, other);
    if (skips !== undefined) parts.lines.open(`if (!(${skips})) {`);
    const ends = quick(parts, part, decides);
    if (ends !== undefined) parts.lines.line(`if (${ends}) { ${result} = ${decides}; break ${label}; }`);
    const code = parts.code(part);
    parts.lines.line(`if (${code} === ${decides} || ${code} > ${result}) ${result} = ${code};`);
    parts.lines.line(`if (${result} === ${decides}) break ${label};`);
    if (skips !== undefined) parts.lines.close('}');
  }
  parts.lines.close('}');
  return result;
}

/** A condition that is only met where a test gives this answer, and cheaper than the test. */
function quick(parts: Parts, node: Node, answer: 0 | 1): string | undefined {
  const { operation } = node;
  switch (operation.kind) {
    case 'not':
      return quick(parts, operation.operand, answer === 0 ? 1 : 0);
    case 'has':
      return answer === 1
        ? `${parts.raw(operation.select)} !== undefined`
        : `${parts.raw(operation.select)} === undefined && ${parts.isData(operation.select)}`;
    case 'select':
      return `${parts.raw(node)} === ${answer === 1}`;
    case 'quantified':
      return `q${node.id} === ${answer}`;
    case 'equals': {
      const { left, right, negated } = operation;
      const isLiteral = right.operation.kind === 'constant' && ['string', 'boolean'].includes(typeof right.operation.value);
      const literal = constantOf(right);
      if (left.operation.kind !== 'select' || !isLiteral || (typeof literal === 'string' && literal.length > SHORT))
        return undefined;
      const raw = parts.raw(left);
      if ((answer === 1) !== negated) return `${raw} === ${parts.value(right)}`;
      return typeof literal === 'boolean'
        ? `${raw} === ${!literal}`
        : `typeof ${raw} === 'string' && ${raw} !== ${parts.value(right)}`;
    }
    default:
      return undefined;
  }
}
