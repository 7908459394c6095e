import type { Call, Expr, Ident, Macro, MacroName } from './ast.ts';
import { IssueError } from './source.ts';

interface MacroShape {
  readonly name: MacroName;
  readonly variables: 1 | 2;
  readonly filter: boolean;
}

const shape = (name: MacroName, variables: 1 | 2 = 1, filter = false): MacroShape => ({ name, variables, filter });

/** By written name and number of arguments. A call with another number of arguments is a plain function call. */
const SHAPES: ReadonlyMap<string, MacroShape> = new Map([
  ['all/2', shape('all')],
  ['exists/2', shape('exists')],
  ['exists_one/2', shape('existsOne')],
  ['map/2', shape('map')],
  ['map/3', shape('map', 1, true)],
  ['filter/2', shape('filter')],
  ['optMap/2', shape('optMap')],
  ['optFlatMap/2', shape('optFlatMap')],
  ['all/3', shape('all', 2)],
  ['exists/3', shape('exists', 2)],
  ['existsOne/3', shape('existsOne', 2)],
  ['exists_one/3', shape('existsOne', 2)],
  ['transformList/3', shape('transformList', 2)],
  ['transformList/4', shape('transformList', 2, true)],
  ['transformMap/3', shape('transformMap', 2)],
  ['transformMap/4', shape('transformMap', 2, true)],
  ['transformMapEntry/3', shape('transformMapEntry', 2)],
  ['transformMapEntry/4', shape('transformMapEntry', 2, true)],
]);

/** What `list.sortBy(x, key)` is written as. */
export const SORT_BY_KEYS = '@sortByAssociatedKeys';

/** Names that only macros have, for suggestions. */
export const MACRO_NAMES: readonly string[] = [
  'has',
  'sortBy',
  ...new Set([...SHAPES.keys()].map((key) => key.slice(0, key.indexOf('/')))),
];

/** cel-go's accumulators: a variable of that name would overwrite them. */
const ACCUMULATORS: ReadonlySet<string> = new Set(['__result__', '@result']);

/** Turns the call of a macro into its own node; every other call comes back as it is. Throws an IssueError on a misused macro. */
export function expandMacro(call: Call): Expr {
  if (call.target === undefined) return call.name === 'has' && call.args.length === 1 ? expandHas(call) : call;
  if (call.name === 'sortBy' && call.args.length === 2) return expandSortBy(call, call.target);
  const found = SHAPES.get(`${call.name}/${call.args.length}`);
  return found === undefined ? call : expandLoop(call, call.target, found);
}

const SORTABLE_KINDS: ReadonlySet<Expr['kind']> = new Set(['list', 'select', 'ident', 'macro', 'has', 'call', 'index']);

/** `list.sortBy(x, key)` is a call with the list and the keys of its elements. */
function expandSortBy(call: Call, target: Expr): Expr {
  if (!SORTABLE_KINDS.has(target.kind))
    throw new IssueError('sortBy() goes over a list, or something that gives one', target.start);
  const keys = expandLoop(call, target, shape('map'));
  return { ...call, name: SORT_BY_KEYS, target, args: [keys] };
}

function expandHas(call: Call): Expr {
  const argument = call.args[0];
  if (argument?.kind !== 'select')
    throw new IssueError(
      `has() takes a field, as in has(object.spec): for a key or an index write 'key' in map`,
      argument?.start ?? call.start,
    );
  return { kind: 'has', select: argument, start: call.start, end: call.end };
}

function expandLoop(call: Call, target: Expr, { name, variables: count, filter: filtered }: MacroShape): Macro {
  const variables = call.args.slice(0, count).map((argument) => {
    if (argument.kind !== 'ident' || argument.absolute)
      throw new IssueError(`${call.name}() needs a simple name for its variable here`, argument.start);
    if (ACCUMULATORS.has(argument.name)) throw new IssueError(`'${argument.name}' cannot be a variable's name`, argument.start);
    return argument;
  });
  const [first, second] = variables as [Ident, Ident | undefined];
  if (second !== undefined && first.name === second.name)
    throw new IssueError(`the two variables of ${call.name}() have the same name '${first.name}'`, second.start);
  const filter = filtered ? call.args[count] : undefined;
  const body = call.args.at(-1) as Expr;
  return {
    kind: 'macro',
    name,
    writtenName: call.name,
    nameStart: call.nameStart,
    target,
    variables,
    filter,
    body,
    start: call.start,
    end: call.end,
  };
}
