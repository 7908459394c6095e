import { children, type Expr } from './ast.ts';
import type { Resolved } from './checker.ts';
import { IssueError } from './source.ts';
import { parseFormat, type Verb } from './text-format.ts';
import { DYN, formatType, type Type } from './types.ts';

const INTEGERS = ['int', 'uint'];
/** Doubles also come as the texts of what JSON cannot say. */
const DOUBLES = ['double', 'string'];
const WORDS = ['string', 'bool', 'bytes', 'int', 'uint', 'double', 'null', 'type', 'duration', 'timestamp', 'list', 'map'];

const TAKES: Readonly<Record<Verb, readonly string[]>> = {
  s: WORDS,
  d: INTEGERS,
  f: DOUBLES,
  e: DOUBLES,
  b: [...INTEGERS, 'bool'],
  x: [...INTEGERS, 'string', 'bytes'],
  X: [...INTEGERS, 'string', 'bytes'],
  o: INTEGERS,
};

/**
 * Formats written as literals, on arguments written as a list, are refused where they do not fit (cel-go's validator of
 * string.format). Whatever is only known later fails when it is evaluated.
 */
export function requireFormats(root: Expr, types: ReadonlyMap<Expr, Type>, calls: ReadonlyMap<Expr, Resolved>): void {
  const resolved = calls.get(root);
  if (resolved?.name === 'format' && resolved.member) requireFormat(resolved.args, types);
  for (const child of children(root)) requireFormats(child, types, calls);
}

function requireFormat([text, list]: readonly Expr[], types: ReadonlyMap<Expr, Type>): void {
  if (text?.kind !== 'literal' || typeof text.value !== 'string' || list?.kind !== 'list') return;
  const pieces = parseFormat(text.value);
  if ('wrong' in pieces) throw new IssueError(`format(): ${pieces.wrong}`, text.start);
  const clauses = pieces.filter((piece) => typeof piece !== 'string');
  if (clauses.length !== list.elements.length)
    throw new IssueError(
      `format() has ${clauses.length} clauses and ${list.elements.length} arguments`,
      list.elements[clauses.length]?.value.start ?? list.start,
    );
  clauses.forEach(({ verb }, i) => requireFit(verb, list.elements[i]?.value ?? list, types));
}

/** Elements of lists and maps written as such are looked at one by one. */
function requireFit(verb: Verb, node: Expr, types: ReadonlyMap<Expr, Type>): void {
  const type = types.get(node) ?? DYN;
  if (type.kind === 'dyn' || type.kind === 'param' || type.kind === 'error') return;
  if (!TAKES[verb].includes(type.kind))
    throw new IssueError(`%${verb} does not take a value of type ${formatType(type)}`, node.start);
  if (node.kind === 'list') for (const { value } of node.elements) requireFit(verb, value, types);
  if (node.kind === 'map')
    for (const { key, value } of node.entries) {
      requireFit(verb, key, types);
      requireFit(verb, value, types);
    }
}
