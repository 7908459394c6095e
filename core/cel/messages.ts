import { children, mapChildren, qualifiedName, type Expr, type Literal, type StructExpr } from './ast.ts';
import { IssueError } from './source.ts';
import { hint } from './suggest.ts';

/**
 * Well-known messages of protocol buffers, such as `google.protobuf.Int64Value{value: 1}`: the only ones that the API server knows,
 * and each stands for a value of CEL's own. They become calls of hidden functions (libraries/messages.ts), so that nothing behind
 * the parser has to know of messages.
 */
interface Message {
  /** Fields in the order of the function's arguments, with what an absent one is; `undefined`: the function has a form without. */
  readonly fields: ReadonlyMap<string, Omit<Literal, 'start' | 'end'> | undefined>;
  /** One field at most, and the function is named after it. */
  readonly oneOf: boolean;
}

const PACKAGE = 'google.protobuf.';
const NULL_VALUE = `${PACKAGE}NullValue.NULL_VALUE`;

const literal = (type: Literal['type'], value: Literal['value']): Omit<Literal, 'start' | 'end'> => ({
  kind: 'literal',
  type,
  value,
});
const ZERO = literal('int', 0n);

const message = (fields: Readonly<Record<string, Omit<Literal, 'start' | 'end'> | undefined>>, oneOf = false): Message => ({
  fields: new Map(Object.entries(fields)),
  oneOf,
});
const wrapper = (type: Literal['type'], value: Literal['value']): Message => message({ value: literal(type, value) });

const MESSAGES: ReadonlyMap<string, Message> = new Map([
  ['BoolValue', wrapper('bool', false)],
  ['BytesValue', wrapper('bytes', '')],
  ['DoubleValue', wrapper('double', 0)],
  ['FloatValue', wrapper('double', 0)],
  ['Int32Value', wrapper('int', 0n)],
  ['Int64Value', wrapper('int', 0n)],
  ['StringValue', wrapper('string', '')],
  ['UInt32Value', wrapper('uint', 0n)],
  ['UInt64Value', wrapper('uint', 0n)],
  ['Timestamp', message({ seconds: ZERO, nanos: ZERO })],
  ['Duration', message({ seconds: ZERO, nanos: ZERO })],
  ['Struct', message({ fields: undefined })],
  ['ListValue', message({ values: undefined })],
  ['Empty', message({})],
  [
    'Value',
    message(
      {
        null_value: undefined,
        number_value: undefined,
        string_value: undefined,
        bool_value: undefined,
        struct_value: undefined,
        list_value: undefined,
      },
      true,
    ),
  ],
]);

const isMessage = (node: Expr): boolean => node.kind === 'struct' || (node.kind === 'select' && node.field === 'NULL_VALUE');

const holdsMessage = (node: Expr): boolean => isMessage(node) || children(node).some(holdsMessage);

/** The tree with every well-known message as a call; the same tree where there is none. Throws an IssueError on a wrong field. */
export const withoutMessages = (root: Expr): Expr => (holdsMessage(root) ? replace(root) : root);

function replace(node: Expr): Expr {
  if (node.kind === 'select' && qualifiedName(node) === NULL_VALUE) return { ...ZERO, start: node.start, end: node.end };
  const changed = mapChildren(node, replace);
  return changed.kind === 'struct' ? (asCall(changed) ?? changed) : changed;
}

/** undefined: no message that is known, which the checker says. */
function asCall(node: StructExpr): Expr | undefined {
  const name = node.name.replace(/^\./, '');
  const known = name.startsWith(PACKAGE) ? MESSAGES.get(name.slice(PACKAGE.length)) : undefined;
  if (known === undefined) return undefined;
  const { start, end } = node;
  const call = (suffix: string, args: readonly Expr[]): Expr => ({
    kind: 'call',
    name: `@${name}${suffix}`,
    nameStart: start,
    target: undefined,
    args,
    start,
    end,
  });
  const given = fieldsOf(node, name, known);
  const [only] = given;
  if (known.oneOf && given.size > 1) throw new IssueError(`${name} takes one field only`, start);
  if (known.oneOf) return only === undefined ? call('', []) : call(`.${only[0]}`, [only[1]]);
  const args = [...known.fields].flatMap(([field, absent]): readonly Expr[] => {
    const value = given.get(field);
    if (value !== undefined) return [value];
    return absent === undefined ? [] : [{ ...absent, start, end }];
  });
  return call('', args);
}

function fieldsOf(node: StructExpr, name: string, { fields }: Message): ReadonlyMap<string, Expr> {
  const given = new Map<string, Expr>();
  for (const { name: field, value, optional } of node.fields) {
    if (!fields.has(field)) {
      const known = [...fields.keys()];
      throw new IssueError(
        `${name} has no field '${field}'${hint(field, known) || `; known: ${known.join(', ') || 'none'}`}`,
        value.start,
      );
    }
    if (optional || given.has(field))
      throw new IssueError(optional ? 'optional fields of messages are not supported' : `'${field}' is given twice`, value.start);
    given.set(field, value);
  }
  return given;
}
