import type { Token } from './lexer.ts';
import { IssueError } from './source.ts';

/** Deeper nesting is refused (cel-go's default, parser.MaxRecursionDepth). */
export const MAX_DEPTH = 250;

/** A place in a list of tokens, which ends with an `end` token. */
export class Cursor {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

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

  unexpected(wanted: string): IssueError {
    const token = this.peek();
    const found =
      token.kind === 'end' ? 'the expression ends' : `found ${token.kind === 'string' ? 'a string' : `'${token.text}'`}`;
    return new IssueError(`expected ${wanted}, but ${found}`, token.start);
  }

  deeper<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH)
      throw new IssueError(`the expression is nested more than ${MAX_DEPTH} levels deep`, this.peek().start);
    const result = read();
    this.#depth--;
    return result;
  }
}
