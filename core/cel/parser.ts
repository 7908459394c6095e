import { err, ok, type Result } from './result.ts';
import { children, type Element, type Entry, type Expr, type Ident, type Literal } from './ast.ts';
import { Cursor, MAX_DEPTH } from './cursor.ts';
import { tokenize, type Token } from './lexer.ts';
import { expandMacro } from './macros.ts';
import { issueAt, IssueError, type CelIssue } from './source.ts';

/** Longer expressions are refused, as by the API server (cel-go, parser.ExpressionSizeCodePointLimit). */
export const MAX_CODE_POINTS = 100_000;

const RESERVED: ReadonlySet<string> = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);
const KEYWORDS: ReadonlySet<string> = new Set(['true', 'false', 'null', 'in']);
const RELATIONS: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '==', '!=']);
const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

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

/** Long chains of operators, fields and calls nest as well, though no parenthesis shows it. */
function refuseDeepTree(root: Expr): void {
  let level: readonly Expr[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH)
      throw new IssueError(`the expression is nested more than ${MAX_DEPTH} levels deep`, level[0]?.start ?? 0);
    level = level.flatMap(children);
  }
}

/** A parser by precedence, one method per level of the grammar (cel-spec, doc/langdef.md). */
class Parser extends Cursor {
  whole(): Expr {
    const expr = this.#expression();
    if (this.peek().kind !== 'end') throw this.unexpected('an operator or the end of the expression');
    return expr;
  }

  #expression(): Expr {
    return this.deeper(() => {
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
    let left = this.#additive();
    for (;;) {
      const token = this.peek();
      const isIn = token.kind === 'ident' && token.text === 'in';
      if (!isIn && !(token.kind === 'op' && RELATIONS.has(token.text))) return left;
      this.take();
      left = call(isIn ? '@in' : `_${token.text}_`, token.start, [left, this.#additive()]);
    }
  }

  #additive(): Expr {
    return this.#leftAssociative(['+', '-'], () => this.#leftAssociative(['*', '/', '%'], () => this.#unary()));
  }

  #leftAssociative(operators: readonly string[], operand: () => Expr): Expr {
    let left = operand();
    for (;;) {
      const token = this.peek();
      if (token.kind !== 'op' || !operators.includes(token.text)) break;
      this.take();
      left = call(`_${token.text}_`, token.start, [left, operand()]);
    }
    return left;
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
      throw this.unexpected("a field or function name after '.'");
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
    if (token.text === '[') return this.#list();
    if (token.text === '{') return this.#map();
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

  #list(): Expr {
    const open = this.take();
    const elements: Element[] = [];
    if (this.isOp(',') && this.closesNext(']')) this.take();
    while (!this.isOp(']')) {
      const optional = this.accept('?');
      elements.push({ value: this.#expression(), optional });
      if (!this.accept(',')) break;
    }
    const close = this.expect(']', 'at the end of the list');
    return { kind: 'list', elements, start: open.start, end: close.end };
  }

  #map(): Expr {
    const open = this.take();
    const entries: Entry[] = [];
    if (this.isOp(',') && this.closesNext('}')) this.take();
    while (!this.isOp('}')) {
      const optional = this.accept('?');
      const key = this.#expression();
      this.expect(':', 'after the key of the map');
      entries.push({ key, value: this.#expression(), optional });
      if (!this.accept(',')) break;
    }
    const close = this.expect('}', 'at the end of the map');
    return { kind: 'map', entries, start: open.start, end: close.end };
  }

  #named(start: number, absolute: boolean): Expr {
    const token = this.take();
    const { text, end } = token;
    if (!absolute && (text === 'true' || text === 'false'))
      return { kind: 'literal', type: 'bool', value: text === 'true', start, end };
    if (!absolute && text === 'null') return { kind: 'literal', type: 'null', value: null, start, end };
    const struct = this.#struct(start, text);
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

  /** `a.b.C{field: value}`, looked for ahead of time: a name, dots and names, then a brace. */
  #struct(start: number, first: string): Expr | undefined {
    let ahead = 0;
    let name = first;
    for (;;) {
      const dot = this.peekAhead(ahead);
      const part = this.peekAhead(ahead + 1);
      if (dot?.kind !== 'op' || dot.text !== '.' || part?.kind !== 'ident') break;
      name += `.${part.text}`;
      ahead += 2;
    }
    const brace = this.peekAhead(ahead);
    if (brace?.kind !== 'op' || brace.text !== '{') return undefined;
    this.skip(ahead + 1);
    const fields: { name: string; value: Expr; optional: boolean }[] = [];
    while (!this.isOp('}')) {
      const optional = this.accept('?');
      const field = this.peek();
      if (field.kind !== 'ident' && field.kind !== 'quoted') throw this.unexpected('a field name');
      this.take();
      this.expect(':', 'after the field name');
      fields.push({ name: field.text, value: this.#expression(), optional });
      if (!this.accept(',')) break;
    }
    const close = this.expect('}', 'at the end of the message');
    return { kind: 'struct', name, fields, start, end: close.end };
  }
}

function call(name: string, nameStart: number, args: readonly Expr[]): Expr {
  const first = args[0] as Expr;
  const last = args.at(-1) as Expr;
  return { kind: 'call', name, nameStart, target: undefined, args, start: first.start, end: last.end };
}

function literal(token: Token, start: number, negative: boolean): Literal {
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
