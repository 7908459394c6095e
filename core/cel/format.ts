import { SORT_BY_KEYS } from './macros.ts';
import type { Call, Entry, Expr, Literal, Macro, Select } from './ast.ts';
import { doubleText, quoteBytes, quoteText } from './literal.ts';

/** How tightly a form binds; an operand that binds less stands in parentheses (cel-spec, doc/langdef.md, "Syntax"). */
const TERNARY = 1;
const OR = 2;
const AND = 3;
const RELATION = 4;
const SUM = 5;
const PRODUCT = 6;
const UNARY = 7;
const MEMBER = 8;

const BINARY: ReadonlyMap<string, readonly [string, number]> = new Map([
  ['@in', ['in', RELATION]],
  ...['<', '<=', '>', '>=', '==', '!='].map((text): [string, [string, number]] => [`_${text}_`, [text, RELATION]]),
  ...['+', '-'].map((text): [string, [string, number]] => [`_${text}_`, [text, SUM]]),
  ...['*', '/', '%'].map((text): [string, [string, number]] => [`_${text}_`, [text, PRODUCT]]),
]);

const CHAINS: ReadonlyMap<string, readonly [string, number]> = new Map([
  ['_||_', ['||', OR]],
  ['_&&_', ['&&', AND]],
]);

const PREFIX: ReadonlyMap<string, string> = new Map([
  ['!_', '!'],
  ['-_', '-'],
]);

/**
 * A tree as the text of an expression, on one line, with the parentheses it needs and no others. Parsing the text gives the same
 * tree; comments and the spelling of literals (`0xff`, `r'...'`) are not kept.
 */
export function format(node: Expr): string {
  switch (node.kind) {
    case 'literal':
      return literal(node);
    case 'ident':
      return `${node.absolute ? '.' : ''}${node.name}`;
    case 'select':
      return select(node);
    case 'has':
      return `has(${select(node.select)})`;
    case 'index':
      return `${owner(node.operand)}[${node.optional ? '?' : ''}${format(node.index)}]`;
    case 'call': {
      // `list.sortBy(x, key)`, as the parser expands it: the keys come from the same list.
      const [keys] = node.args;
      return node.name === SORT_BY_KEYS && keys !== undefined ? format(keys) : call(node);
    }
    case 'list':
      return `[${node.elements.map(({ value, optional }) => `${optional ? '?' : ''}${format(value)}`).join(', ')}]`;
    case 'map':
      return `{${node.entries.map(entry).join(', ')}}`;
    case 'struct':
      return `${node.name}{${node.fields
        .map(({ name, value, optional }) => `${optional ? '?' : ''}${name}: ${format(value)}`)
        .join(', ')}}`;
    case 'macro':
      return macro(node);
  }
}

function literal({ type, value }: Literal): string {
  switch (type) {
    case 'string':
      return quoteText(value as string);
    case 'bytes':
      return quoteBytes(value as string);
    case 'uint':
      return `${String(value)}u`;
    case 'double':
      return doubleText(value as number);
    default:
      return String(value);
  }
}

const isNumber = (node: Expr): boolean => node.kind === 'literal' && (node.type === 'int' || node.type === 'double');

/** What a field, an index or a call is taken of. A number stands in parentheses, as `1.a` would be read otherwise. */
const owner = (node: Expr): string => (isNumber(node) ? `(${format(node)})` : inside(node, MEMBER));

/** An operand, in parentheses where it binds less than `least`. */
const inside = (node: Expr, least: number): string => (strength(node) < least ? `(${format(node)})` : format(node));

function strength(node: Expr): number {
  if (node.kind !== 'call' || node.target !== undefined) return MEMBER;
  if (node.name === '_?_:_') return TERNARY;
  if (PREFIX.has(node.name)) return UNARY;
  return (BINARY.get(node.name) ?? CHAINS.get(node.name))?.[1] ?? MEMBER;
}

function select({ operand, field, optional, quoted }: Select): string {
  return `${owner(operand)}.${optional ? '?' : ''}${quoted ? `\`${field}\`` : field}`;
}

const entry = ({ key, value, optional }: Entry): string => `${optional ? '?' : ''}${format(key)}: ${format(value)}`;

function call(node: Call): string {
  const { name, target, args } = node;
  if (target !== undefined) return `${owner(target)}.${name}${list(args)}`;
  const [first, second, third] = args;
  if (name === '_?_:_' && first !== undefined && second !== undefined && third !== undefined)
    return `${inside(first, OR)} ? ${inside(second, OR)} : ${format(third)}`;
  const chain = CHAINS.get(name);
  // A chain inside a chain of its own kind was written in parentheses.
  if (chain !== undefined) return args.map((arg) => inside(arg, chain[1] + 1)).join(` ${chain[0]} `);
  const binary = BINARY.get(name);
  if (binary !== undefined && first !== undefined && second !== undefined)
    return `${inside(first, binary[1])} ${binary[0]} ${inside(second, binary[1] + 1)}`;
  const prefix = PREFIX.get(name);
  if (prefix === undefined || first === undefined) return `${name}${list(args)}`;
  // `-5` is a literal, so a minus before a number as a call has parentheses.
  return `${prefix}${prefix === '-' && isNumber(first) ? `(${format(first)})` : inside(first, MEMBER)}`;
}

const list = (args: readonly Expr[]): string => `(${args.map(format).join(', ')})`;

function macro({ target, writtenName, variables, filter, body }: Macro): string {
  const args = [...variables, ...(filter === undefined ? [] : [filter]), body];
  return `${owner(target)}.${writtenName}${list(args)}`;
}
