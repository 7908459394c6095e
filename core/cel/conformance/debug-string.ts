import type { Call, Expr, Literal, Macro } from '../ast.ts';
import type { Checked } from '../checker.ts';
import { formatG } from '../go-number.ts';
import { quote, quoteBytes } from './go-quote.ts';
import { BOOL, DYN, formatType, INT, list, type Type } from '../types.ts';

/**
 * A tree in the text of cel-go's `common/debug`, with each node's kind as cel-go's parser tests show it, or with each node's type
 * as its checker tests do. Macros stand expanded, chains of `&&` and `||` balanced, as in cel-go's trees.
 */
export function debugString(root: Expr, checked?: Checked): string {
  const writer = new Writer(checked);
  return writer.expr(root);
}

const KINDS: Readonly<Record<Literal['type'], string>> = {
  null: 'NullValue',
  bool: 'BoolValue',
  int: 'Int64Value',
  uint: 'Uint64Value',
  double: 'DoubleValue',
  string: 'StringValue',
  bytes: 'BytesValue',
};

/** The macros of cel-go's parser; the others belong to libraries, which its tests do not load. */
const STANDARD: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

const ACCUMULATOR = '@result';

const indent = (text: string): string => text.replaceAll('\n', '\n  ');

class Writer {
  readonly #checked: Checked | undefined;

  constructor(checked: Checked | undefined) {
    this.#checked = checked;
  }

  expr(node: Expr): string {
    const name = this.#checked?.names.get(node);
    if (name !== undefined) return this.#marked(name, 'Expr_IdentExpr', this.#typeOf(node));
    switch (node.kind) {
      case 'literal':
        return this.#marked(literalText(node), `Constant_${KINDS[node.type]}`, this.#typeOf(node));
      case 'ident':
        return this.#marked(`${node.absolute ? '.' : ''}${node.name}`, 'Expr_IdentExpr', this.#typeOf(node));
      case 'select':
        return this.#select(node);
      case 'has':
        return this.#marked(
          `${this.expr(node.select.operand)}.${node.select.field}~test-only~`,
          'Expr_SelectExpr',
          this.#typeOf(node),
        );
      case 'index':
        return this.#call(node.optional ? '_[?_]' : '_[_]', [this.expr(node.operand), this.expr(node.index)], this.#typeOf(node));
      case 'call':
        return this.#anyCall(node);
      case 'list':
        return this.#block(
          '[',
          node.elements.map((each) => this.expr(each.value)),
          ']',
          'Expr_ListExpr',
          this.#typeOf(node),
        );
      case 'map':
        return this.#block(
          '{',
          node.entries.map(({ key, value, optional }) => this.#entry(optional, this.expr(key), value)),
          '}',
          'Expr_StructExpr',
          this.#typeOf(node),
        );
      case 'struct':
        return this.#block(
          `${node.name}{`,
          node.fields.map(({ name: field, value, optional }) => this.#entry(optional, field, value)),
          '}',
          'Expr_StructExpr',
          this.#typeOf(node),
        );
      case 'macro':
        return STANDARD.has(node.writtenName) && node.variables.length === 1 ? this.#loop(node) : this.#unexpanded(node);
    }
  }

  #typeOf(node: Expr): Type {
    return this.#checked?.types.get(node) ?? DYN;
  }

  #marked(text: string, kind: string, type: Type): string {
    return this.#checked === undefined ? `${text}^#*expr.${kind}#` : `${text}~${formatType(type)}`;
  }

  #entry(optional: boolean, key: string, value: Expr): string {
    const text = `${optional ? '?' : ''}${key}:${this.expr(value)}`;
    return this.#checked === undefined ? `${text}^#*expr.Expr_CreateStruct_Entry#` : text;
  }

  #block(open: string, parts: readonly string[], close: string, kind: string, type: Type): string {
    const inner = parts.length === 0 ? '' : `${indent(`\n${parts.join(',\n')}`)}\n`;
    return this.#marked(`${open}${inner}${close}`, kind, type);
  }

  #call(name: string, args: readonly string[], type: Type): string {
    return this.#block(`${name}(`, args, ')', 'Expr_CallExpr', type);
  }

  #select(node: Extract<Expr, { kind: 'select' }>): string {
    const operand = this.expr(node.operand);
    if (!node.optional) return this.#marked(`${operand}.${node.field}`, 'Expr_SelectExpr', this.#typeOf(node));
    const field = `${quote(node.field)}`;
    return this.#call('_?._', [operand, this.#marked(field, 'Constant_StringValue', DYN)], this.#typeOf(node));
  }

  #anyCall(node: Call): string {
    const { target, name } = node;
    const args = node.args.map((arg) => this.expr(arg));
    const type = this.#typeOf(node);
    if (name === '_&&_' || name === '_||_') return this.#balanced(name, args, 0, args.length - 2);
    if (target === undefined) return this.#call(this.#checked === undefined ? name : name.replace(/^\./, ''), args, type);
    const resolved = this.#checked?.calls.get(node);
    if (resolved?.member === false) return this.#call(resolved.name, args, type);
    return this.#call(`${this.expr(target)}.${name}`, args, type);
  }

  #balanced(name: string, terms: readonly string[], from: number, to: number): string {
    const middle = (from + to + 1) >> 1;
    const left = middle === from ? terms[middle] : this.#balanced(name, terms, from, middle - 1);
    const right = middle === to ? terms[middle + 1] : this.#balanced(name, terms, middle + 1, to);
    return this.#call(name, [left ?? '', right ?? ''], BOOL);
  }

  #unexpanded(node: Macro): string {
    const args = [...node.variables, ...(node.filter === undefined ? [] : [node.filter]), node.body];
    return this.#call(
      `${this.expr(node.target)}.${node.writtenName}`,
      args.map((arg) => this.expr(arg)),
      this.#typeOf(node),
    );
  }

  #loop(node: Macro): string {
    const whole = this.#typeOf(node);
    const { type, init, condition, step, result } = this.#parts(node, this.expr(node.body), whole);
    const accumulator = this.#accumulator(type);
    const lines: readonly (readonly [string, string])[] = [
      ['Variable', node.variables[0]?.name ?? ''],
      ['Target', this.expr(node.target)],
      ['Accumulator', ACCUMULATOR],
      ['Init', init],
      ['LoopCondition', condition],
      ['LoopStep', step],
      ['Result', result ?? accumulator],
    ];
    const text = lines.map(([title, part]) => `// ${title}\n${part}`).join(',\n');
    return this.#marked(`__comprehension__(${indent(`\n${text}`)})`, 'Expr_ComprehensionExpr', whole);
  }

  #accumulator(type: Type): string {
    return this.#marked(ACCUMULATOR, 'Expr_IdentExpr', type);
  }

  /** cel-go's expansion (parser/macro.go). */
  #parts(node: Macro, body: string, whole: Type): LoopParts {
    const truth = (value: boolean): string => this.#marked(String(value), 'Constant_BoolValue', BOOL);
    const number = (value: number): string => this.#marked(String(value), 'Constant_Int64Value', INT);
    const type = node.name === 'existsOne' ? INT : node.name === 'all' || node.name === 'exists' ? BOOL : whole;
    const held = this.#accumulator(type);
    const choose = (condition: string, value: string): string => this.#call('_?_:_', [condition, value, held], type);
    switch (node.name) {
      case 'all':
        return {
          type,
          init: truth(true),
          condition: this.#call('@not_strictly_false', [held], BOOL),
          step: this.#call('_&&_', [held, body], BOOL),
        };
      case 'exists': {
        const not = this.#call('!_', [held], BOOL);
        return {
          type,
          init: truth(false),
          condition: this.#call('@not_strictly_false', [not], BOOL),
          step: this.#call('_||_', [held, body], BOOL),
        };
      }
      case 'existsOne':
        return {
          type,
          init: number(0),
          condition: truth(true),
          step: choose(body, this.#call('_+_', [held, number(1)], INT)),
          result: this.#call('_==_', [held, number(1)], BOOL),
        };
      default: {
        const added = node.name === 'filter' ? this.expr(node.variables[0] as Expr) : body;
        const one = this.#block('[', [this.#variable(node, added)], ']', 'Expr_ListExpr', type);
        const joined = this.#call('_+_', [held, one], type);
        const condition = node.name === 'filter' ? body : node.filter === undefined ? undefined : this.expr(node.filter);
        return {
          type,
          init: this.#block('[', [], ']', 'Expr_ListExpr', type),
          condition: truth(true),
          step: condition === undefined ? joined : choose(condition, joined),
        };
      }
    }
  }

  /** What filter() adds is its variable, which the checker saw no node of. */
  #variable(node: Macro, text: string): string {
    if (node.name !== 'filter' || this.#checked === undefined) return text;
    const type = this.#typeOf(node);
    return `${node.variables[0]?.name ?? ''}~${formatType(type.kind === 'list' ? type.element : list(DYN))}`;
  }
}

interface LoopParts {
  readonly type: Type;
  readonly init: string;
  readonly condition: string;
  readonly step: string;
  readonly result?: string;
}

function literalText({ type, value }: Literal): string {
  switch (type) {
    case 'null':
      return 'null';
    case 'uint':
      return `${String(value)}u`;
    case 'double':
      return formatG(value as number);
    case 'string':
      return quote(value as string);
    case 'bytes':
      return `b${quoteBytes(value as string)}`;
    default:
      return String(value);
  }
}
