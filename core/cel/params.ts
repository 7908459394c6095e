import { err, ok, type Result } from './result.ts';
import { isArray, isObject, Double, type JsonValue } from './json.ts';
import { children, mapChildren, type Expr, type Literal } from './ast.ts';
import { toLiteral } from './literal.ts';
import { parse } from './parser.ts';
import { issueAt, type CelIssue, IssueError, type Span } from './source.ts';
import { hint } from './suggest.ts';
import { isInt } from './values.ts';

export type Constants = Readonly<Record<string, JsonValue>>;

const NAME = 'params';

/** A place in an expression that reads a parameter. */
interface Use {
  readonly node: Expr;
  /** undefined in `has(params.x)` where there is no such parameter. */
  readonly value: JsonValue;
  /** What follows reads from the value, so that a number needs parentheses. */
  readonly followed: boolean;
}

/**
 * The use of a parameter that a node is, if any: `params.x`, `params['x']` or `has(params.x)`. Throws an IssueError for a
 * parameter that does not exist and for `params` in any other place.
 */
function useOf(node: Expr, constants: Constants): JsonValue | undefined {
  if (node.kind === 'has') {
    const { operand, field } = node.select;
    return isParams(operand) ? Object.hasOwn(constants, field) : undefined;
  }
  if (node.kind === 'select' && isParams(node.operand) && !node.optional) return valueOf(node.field, constants, node.fieldStart);
  if (
    node.kind === 'index' &&
    isParams(node.operand) &&
    !node.optional &&
    node.index.kind === 'literal' &&
    typeof node.index.value === 'string'
  )
    return valueOf(node.index.value, constants, node.index.start);
  if (isParams(node)) throw new IssueError('parameters are read one by one, as in params.limit', node.start);
  return undefined;
}

const isParams = (node: Expr): boolean => node.kind === 'ident' && node.name === NAME;

function valueOf(name: string, constants: Constants, at: number): JsonValue {
  const value = Object.hasOwn(constants, name) ? constants[name] : undefined;
  if (value !== undefined) return value;
  const known = Object.keys(constants);
  throw new IssueError(
    `there is no parameter '${name}'${hint(name, known) || (known.length === 0 ? '' : `; known: ${known.join(', ')}`)}`,
    at,
  );
}

/** A variable of a comprehension named `params` hides the parameters inside it. */
const hides = (node: Expr): boolean => node.kind === 'macro' && node.variables.some((variable) => variable.name === NAME);

function collect(node: Expr, constants: Constants, uses: Use[], parent: Expr | undefined): void {
  const value = useOf(node, constants);
  if (value !== undefined) {
    const followed =
      parent !== undefined &&
      (parent.kind === 'select' || parent.kind === 'index' || (parent.kind === 'call' && parent.target === node));
    uses.push({ node, value, followed });
    return;
  }
  if (node.kind === 'macro' && hides(node)) return collect(node.target, constants, uses, node);
  for (const child of children(node)) collect(child, constants, uses, node);
}

/**
 * The source text with each `params.x` replaced by its value as a CEL literal, everything else as written. An error where the
 * text does not parse, where a parameter is unknown, and where `params` is used as a whole.
 */
export function substituteParams(source: string, params: Constants): Result<string, CelIssue> {
  const parsed = parse(source);
  if (!parsed.ok) return parsed;
  const uses: Use[] = [];
  try {
    collect(parsed.value, params, uses, undefined);
  } catch (error) {
    if (error instanceof IssueError) return err(issueAt(source, error.offset, error.message));
    throw error;
  }
  let out = '';
  let at = 0;
  for (const { node, value, followed } of uses.toSorted((a, b) => a.node.start - b.node.start)) {
    const text = toLiteral(value);
    out += source.slice(at, node.start) + (text.startsWith('-') || (followed && /^\d/.test(text)) ? `(${text})` : text);
    at = node.end;
  }
  return ok(out + source.slice(at));
}

/** The tree with each use of a parameter replaced by its value. Throws an IssueError, as `substituteParams` reports. */
export function bindParams(node: Expr, constants: Constants): Expr {
  const value = useOf(node, constants);
  if (value !== undefined) return literalTree(value, node);
  const bind = (child: Expr): Expr => bindParams(child, constants);
  return node.kind === 'macro' && hides(node) ? { ...node, target: bind(node.target) } : mapChildren(node, bind);
}

/** A value as the tree that its literal would parse to. */
function literalTree(value: JsonValue, { start, end }: Span): Expr {
  const leaf = (type: Literal['type'], content: Literal['value']): Literal => ({
    kind: 'literal',
    type,
    value: content,
    start,
    end,
  });
  if (value === null) return leaf('null', null);
  if (typeof value === 'boolean') return leaf('bool', value);
  if (typeof value === 'string') return leaf('string', value);
  if (isInt(value)) return leaf('int', BigInt(value));
  if (typeof value === 'number') return leaf('double', value);
  if (value instanceof Double) return leaf('double', value.value);
  if (isArray(value))
    return {
      kind: 'list',
      elements: value.map((each) => ({ value: literalTree(each, { start, end }), optional: false })),
      start,
      end,
    };
  if (isObject(value)) {
    const entries = Object.entries(value).map(([key, each]) => ({
      key: leaf('string', key),
      value: literalTree(each, { start, end }),
      optional: false,
    }));
    return { kind: 'map', entries, start, end };
  }
  throw new IssueError('a redacted value cannot be a parameter', start);
}
