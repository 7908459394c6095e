import type { CelValue } from '../values.ts';
import type { Node } from './graph.ts';
import type { Lines } from './lines.ts';

/** What code for a node is made of: names and expressions for other nodes, after the lines that compute them. */
export interface Parts {
  readonly lines: Lines;
  /** What a plain read of the data gives, as a name. */
  raw(select: Node): string;
  /** Whether what a field is read of is data for certain, as an expression; where it is, and nothing was read, there is no such field. */
  isData(select: Node): string;
  value(node: Node): string;
  /** As `value`, but always a name. */
  name(node: Node): string;
  /** The code of a test as a name. */
  code(node: Node): string;
  literal(value: CelValue): string;
  /** A name of ours for a thing that code needs. */
  constant(thing: unknown): string;
  /** A name that nothing has. */
  fresh(): string;
}

export const constantOf = ({ operation }: Node): CelValue | undefined =>
  operation.kind === 'constant' ? operation.value : undefined;
