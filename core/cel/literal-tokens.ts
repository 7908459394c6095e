import type { Literal } from './ast.ts';
import type { Token } from './lexer.ts';
import { IssueError } from './source.ts';

const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

/** The literal of a token; `start` is that of its sign, if it has one. Throws an IssueError where a number is out of range. */
export function literal(token: Token, start: number, negative: boolean): Literal {
  const { end, text } = token;
  const sign = negative ? -1 : 1;
  switch (token.kind) {
    case 'int': {
      const value = BigInt(text) * BigInt(sign);
      if (value > MAX_INT || value < -MAX_INT - 1n) throw new IssueError(`the integer ${value} does not fit into 64 bits`, start);
      return { kind: 'literal', type: 'int', value, start, end };
    }
    case 'uint': {
      const value = BigInt(text);
      if (value > MAX_UINT) throw new IssueError(`the unsigned integer ${text} does not fit into 64 bits`, start);
      return { kind: 'literal', type: 'uint', value, start, end };
    }
    case 'double': {
      const value = Number(text) * sign;
      if (!Number.isFinite(value)) throw new IssueError(`the number ${text} is too large`, start);
      return { kind: 'literal', type: 'double', value, start, end };
    }
    default:
      return { kind: 'literal', type: token.kind === 'bytes' ? 'bytes' : 'string', value: text, start, end };
  }
}
