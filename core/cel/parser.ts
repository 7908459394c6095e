import { err, ok, type Result } from './result.ts';
import type { Expr, Ident } from './ast.ts';
import { readList, readMap, readStruct } from './brackets.ts';
import { Cursor } from './cursor.ts';
import { refuseDeepTree } from './depth.ts';
import { tokenize, type Token } from './lexer.ts';
import { literal } from './literal-tokens.ts';
import { expandMacro } from './macros.ts';
import { issueAt, IssueError, type CelIssue } from './source.ts';

/** Longer expressions are refused, as by the API server (cel-go, parser.ExpressionSizeCodePointLimit). */
export const MAX_CODE_POINTS = 100_000;

const RESERVED: ReadonlySet<string> = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);
const KEYWORDS: ReadonlySet<string> = new Set(['true', 'false', 'null', 'in']);
const RELATIONS: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '==', '!=']);
const SUMS: ReadonlySet<string> = new Set(['+', '-']);
const PRODUCTS: ReadonlySet<string> = new Set(['*', '/', '%']);

/** Parses one expression; the issue names the place and what was expected. */
export function parse(source: string): Result<Expr, CelIssue> {
  if (source.length > MAX_CODE_POINTS && [...source].length > MAX_CODE_POINTS)
    return err(issueAt(source, 0, `the expression is longer than ${MAX_CODE_POINTS} characters`));
  try {
    const expr = new Parser(tokenize(source)).whole();
    refuseDeepTree(expr);
    return ok(expr);
  } catch (error) {
    if (error instanceof IssueError) return err(issueAt(source, error.offset, error.message));
    throw error;
  }
}

/** A parser by precedence, one method per level of the grammar (cel-spec, doc/langdef.md). */
class Parser extends Cursor {
  readonly #next = (): Expr => this.#expression();

  whole(): Expr {
    const expr = this.#expression();
    if (this.peek().kind !== 'end') throw this.unexpected('an operator or the end of the expression');
    return expr;
  }

  #expression(): Expr {
    return this.deeper('expression', () => {
      const condition = this.#chain('||');
      const question = this.peek();
      if (!this.accept('?')) return condition;
      const yes = this.#chain('||');
      this.expect(':', 'and the other branch of ?:');
      const no = this.#expression();
      return call('_?_:_', question.start, [condition, yes, no]);
    });
  }

  /** A chain of && or of ||, kept flat: both are associative, also in what they absorb. */
  #chain(operator: '||' | '&&'): Expr {
    const next = (): Expr => (operator === '||' ? this.#chain('&&') : this.#relation());
    const first = next();
    if (!this.isOp(operator)) return first;
    const nameStart = this.peek().start;
    const operands = [first];
    while (this.accept(operator)) operands.push(next());
    return call(`_${operator}_`, nameStart, operands);
  }

  #relation(): Expr {
    return this.deeper('relation', () => {
      let left = this.#sum();
      for (;;) {
        const token = this.peek();
        const isIn = token.kind === 'ident' && token.text === 'in';
        if (!isIn && !(token.kind === 'op' && RELATIONS.has(token.text))) return left;
        this.take();
        const right = this.deeper('relation', () => this.#sum());
        left = call(isIn ? '@in' : `_${token.text}_`, token.start, [left, right]);
      }
    });
  }

  #sum(): Expr {
    return this.deeper('sum', () =>
      this.#leftAssociative(this.#product(), SUMS, () => this.deeper('sum', () => this.#product())),
    );
  }

  #product(): Expr {
    return this.#leftAssociative(this.#unary(), PRODUCTS, () => this.deeper('sum', () => this.#unary()));
  }

  #leftAssociative(first: Expr, operators: ReadonlySet<string>, operand: () => Expr): Expr {
    let left = first;
    for (;;) {
      const token = this.peek();
      if (token.kind !== 'op' || !operators.has(token.text)) return left;
      this.take();
      left = call(`_${token.text}_`, token.start, [left, operand()]);
    }
  }

  #unary(): Expr {
    const token = this.peek();
    if (token.kind !== 'op' || (token.text !== '!' && token.text !== '-')) return this.#member();
    const operator = token.text;
    // One minus before a number belongs to the literal, so that the smallest integer can be written; of several none does.
    const following = this.peekAhead()?.kind;
    if (operator === '-' && (following === 'int' || following === 'double')) return this.#member();
    const signs: Token[] = [];
    while (this.isOp(operator)) signs.push(this.take());
    const operand = this.#member();
    if (signs.length % 2 === 0) return operand;
    const start = signs[0]?.start ?? operand.start;
    return {
      kind: 'call',
      name: operator === '!' ? '!_' : '-_',
      nameStart: start,
      target: undefined,
      args: [operand],
      start,
      end: operand.end,
    };
  }

  #member(): Expr {
    let expr = this.#primary();
    for (;;) {
      if (this.accept('.')) expr = this.#afterDot(expr);
      else if (this.accept('[')) {
        const optional = this.accept('?');
        const index = this.#expression();
        const close = this.expect(']', 'after the index');
        expr = { kind: 'index', operand: expr, index, optional, start: expr.start, end: close.end };
      } else return expr;
    }
  }

  #afterDot(operand: Expr): Expr {
    const optional = this.accept('?');
    const name = this.peek();
    if ((name.kind !== 'ident' && name.kind !== 'quoted') || (name.kind === 'ident' && KEYWORDS.has(name.text)))
      throw this.unexpected(
        "a field or function name after '.'",
        name.kind === 'ident' ? `; the field of that name is ['${name.text}']` : '',
      );
    this.take();
    if (!optional && name.kind === 'ident' && this.isOp('(')) {
      const { args, end } = this.#arguments();
      return expandMacro({
        kind: 'call',
        name: name.text,
        nameStart: name.start,
        target: operand,
        args,
        start: operand.start,
        end,
      });
    }
    return {
      kind: 'select',
      operand,
      field: name.text,
      fieldStart: name.start,
      quoted: name.kind === 'quoted',
      optional,
      start: operand.start,
      end: name.end,
    };
  }

  #arguments(): { readonly args: Expr[]; readonly end: number } {
    this.expect('(', '');
    const args: Expr[] = [];
    if (!this.isOp(')')) {
      do args.push(this.#expression());
      while (this.accept(','));
    }
    return { args, end: this.expect(')', 'after the arguments').end };
  }

  #primary(): Expr {
    const token = this.peek();
    switch (token.kind) {
      case 'op':
        return this.#bracketed(token);
      case 'ident':
        return this.#named(token.start, false);
      case 'end':
      case 'quoted':
        throw this.unexpected('a value');
      case 'int':
      case 'uint':
      case 'double':
      case 'string':
      case 'bytes':
        this.take();
        return literal(token, token.start, false);
    }
  }

  #bracketed(token: Token): Expr {
    if (token.text === '(') {
      this.take();
      const inner = this.#expression();
      this.expect(')', "to match '('");
      return inner;
    }
    if (token.text === '[') return readList(this, this.#next);
    if (token.text === '{') return readMap(this, this.#next);
    if (token.text === '-') {
      this.take();
      const number = this.peek();
      if (number.kind !== 'int' && number.kind !== 'double') throw this.unexpected('a number');
      this.take();
      return literal(number, token.start, true);
    }
    if (token.text === '.' && this.peekAhead()?.kind === 'ident') {
      this.take();
      return this.#named(token.start, true);
    }
    throw this.unexpected('a value');
  }

  #named(start: number, absolute: boolean): Expr {
    const token = this.take();
    const { text, end } = token;
    if (!absolute && (text === 'true' || text === 'false'))
      return { kind: 'literal', type: 'bool', value: text === 'true', start, end };
    if (!absolute && text === 'null') return { kind: 'literal', type: 'null', value: null, start, end };
    const struct = readStruct(this, this.#next, start, absolute ? `.${text}` : text);
    if (struct !== undefined) return struct;
    if (RESERVED.has(text) || KEYWORDS.has(text))
      throw new IssueError(`'${text}' is a reserved word and cannot be a name here`, token.start);
    if (!this.isOp('(')) return { kind: 'ident', name: text, absolute, start, end } satisfies Ident;
    const { args, end: close } = this.#arguments();
    return expandMacro({
      kind: 'call',
      name: absolute ? `.${text}` : text,
      nameStart: start,
      target: undefined,
      args,
      start,
      end: close,
    });
  }
}

function call(name: string, nameStart: number, args: readonly Expr[]): Expr {
  const first = args[0] as Expr;
  const last = args.at(-1) as Expr;
  return { kind: 'call', name, nameStart, target: undefined, args, start: first.start, end: last.end };
}
