import { children, parse } from '#core/cel/index.ts';
import type { Expr } from '#core/cel/index.ts';
import type { ComposedVariable } from '#core/evaluate/variables.ts';
import { oncePer } from '#core/once.ts';
import type { OneExpression } from '#core/evaluate/one-expression.ts';

/** Which parts of an object decide what an expression gives. */
export interface Reads {
  readonly podSpec: boolean;
  readonly podAnnotations: boolean;
  /** Fields from the object's root; none contains another. Fields that no update can change are left out. */
  readonly paths: readonly (readonly string[])[];
  /** The object is read as a whole, so that nothing less decides. */
  readonly whole: boolean;
}

const FIXED = ['apiVersion', 'kind', 'metadata.name', 'metadata.generateName', 'metadata.namespace'];

interface Found {
  podSpec: boolean;
  podAnnotations: boolean;
  whole: boolean;
  readonly values: string[];
  /** Only asked whether it is there. */
  readonly presence: string[];
}

/** Undefined: the expression cannot be read. */
export function readsOf({ expression, variables }: OneExpression): Reads | undefined {
  const found: Found = { podSpec: false, podAnnotations: false, whole: false, values: [], presence: [] };
  const others = variables.filter(({ name }) => name !== 'podSpec' && name !== 'podAnnotations');
  for (const parsed of [parse(expression), ...others.map(treeOf)]) {
    if (!parsed.ok) return undefined;
    visit(parsed.value, found);
  }
  // Whether a field is there shows in what is read below it.
  const bare = found.presence.filter((path) => !found.values.some((value) => isBelow(value, path)));
  const all = [...new Set([...found.values, ...bare])].filter((path) => !FIXED.includes(path));
  const paths = all.filter((path) => !all.some((other) => isBelow(path, other))).toSorted();
  return {
    podSpec: found.podSpec,
    podAnnotations: found.podAnnotations,
    whole: found.whole,
    paths: paths.map((path) => path.split('.')),
  };
}

/** Many rules read the same variables. */
const treeOf = oncePer((variable: ComposedVariable) => parse(variable.expression));

const isBelow = (path: string, above: string): boolean => path.startsWith(`${above}.`);

function visit(node: Expr, found: Found): void {
  if (node.kind === 'has') {
    const path = pathOf(node.select);
    if (path !== undefined) note(path, found, found.presence);
    else visit(node.select.operand, found);
    return;
  }
  const key = keyInObject(node);
  if (key !== undefined) {
    found.presence.push(key);
    return;
  }
  const path = pathOf(node);
  if (path !== undefined) note(path, found, found.values);
  else for (const child of children(node)) visit(child, found);
}

function note([root, ...fields]: readonly string[], found: Found, list: string[]): void {
  if (root === 'object' && fields.length === 0) found.whole = true;
  else if (root === 'object') list.push(fields.join('.'));
  else if (fields[0] === 'podSpec') found.podSpec = true;
  else if (fields[0] === 'podAnnotations') found.podAnnotations = true;
}

/** `object.a.b` or `variables.x.a` as its names; other variables are read where they are defined. */
function pathOf(node: Expr): readonly string[] | undefined {
  if (node.kind === 'ident') return node.name === 'object' || node.name === 'variables' ? [node.name] : undefined;
  if (node.kind !== 'select') return undefined;
  const above = pathOf(node.operand);
  return above === undefined ? undefined : [...above, node.field];
}

/** `'spec' in object` */
function keyInObject(node: Expr): string | undefined {
  if (node.kind !== 'call' || node.name !== '@in') return undefined;
  const [key, map] = node.args;
  if (key?.kind !== 'literal' || typeof key.value !== 'string' || map?.kind !== 'ident' || map.name !== 'object')
    return undefined;
  return key.value;
}
