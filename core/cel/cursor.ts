import type { Token } from './lexer.ts';
import { IssueError } from './source.ts';

/** Deeper nesting is refused (cel-go's default, parser.MaxRecursionDepth). */
export const MAX_DEPTH = 250;

export const tooDeep = (offset: number): IssueError =>
  new IssueError(`the expression is nested more than ${MAX_DEPTH} levels deep`, offset);

/**
 * The rules of cel-go's grammar (parser/gen/CEL.g4) that can be open within themselves. It counts each by itself, and the right
 * operand of a binary operator opens its rule once more.
 */
export type NestingRule = 'expression' | 'relation' | 'sum';

/** A place in a list of tokens, which ends with an `end` token. */
export class Cursor {
  readonly #tokens: readonly Token[];
  #at = 0;
  readonly #depths: Record<NestingRule, number> = { expression: 0, relation: 0, sum: 0 };

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** The token so many after the next one. */
  peekAhead(by = 1): Token | undefined {
    return this.#tokens[this.#at + by];
  }

  /** Goes on by so many tokens. */
  skip(count: number): void {
    this.#at += count;
  }

  peek(): Token {
    return this.#tokens[this.#at] as Token;
  }

  take(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  isOp(text: string): boolean {
    const token = this.peek();
    return token.kind === 'op' && token.text === text;
  }

  /** `[,]` and `{,}` are empty: the grammar allows a comma before every closing bracket. */
  closesNext(bracket: string): boolean {
    const next = this.#tokens[this.#at + 1];
    return next?.kind === 'op' && next.text === bracket;
  }

  accept(text: string): boolean {
    if (!this.isOp(text)) return false;
    this.#at++;
    return true;
  }

  expect(text: string, why: string): Token {
    if (!this.isOp(text)) throw this.unexpected(`'${text}' ${why}`);
    return this.take();
  }

  unexpected(wanted: string, cure = ''): IssueError {
    const token = this.peek();
    const found =
      token.kind === 'end' ? 'the expression ends' : `found ${token.kind === 'string' ? 'a string' : `'${token.text}'`}`;
    return new IssueError(`expected ${wanted}, but ${found}${cure}`, token.start);
  }

  deeper<T>(rule: NestingRule, read: () => T): T {
    if (++this.#depths[rule] > MAX_DEPTH) throw tooDeep(this.peek().start);
    const result = read();
    this.#depths[rule]--;
    return result;
  }
}
