import type { Expr, Has, Select } from './ast.ts';
import type { Code } from './code.ts';
import type { Run } from './frame.ts';
import { isPlainData, isPlainName, type CelValue } from './values.ts';

type Data = Readonly<Record<string, CelValue>>;

/** The has() of an operand of a chain: of `&&` it stands as it is, of `||` negated. */
function hasOf(part: Expr | undefined, negated: boolean): Has | undefined {
  if (!negated) return part?.kind === 'has' ? part : undefined;
  const inner = part?.kind === 'call' && part.name === '!_' ? part.args[0] : undefined;
  return inner?.kind === 'has' ? inner : undefined;
}

function samePath(a: Expr, b: Expr): boolean {
  if (a.kind === 'ident') return b.kind === 'ident' && a.name === b.name && a.absolute === b.absolute;
  return (
    a.kind === 'select' &&
    b.kind === 'select' &&
    a.field === b.field &&
    a.optional === b.optional &&
    samePath(a.operand, b.operand)
  );
}

/**
 * How many operands from `start` on ask for one field after the other of the same path, as in
 * `has(a.b) && has(a.b.c) && has(a.b.c.d)`; 0 or 1 where there is no such chain.
 */
export function hasChain(parts: readonly Expr[], start: number, negated: boolean): readonly Select[] {
  const chain: Select[] = [];
  for (let i = start; i < parts.length; i++) {
    const select = hasOf(parts[i], negated)?.select;
    const previous = chain.at(-1);
    if (select === undefined || !isPlainName(select.field) || (previous !== undefined && !samePath(select.operand, previous)))
      break;
    chain.push(select);
  }
  return chain;
}

/** Such a chain as one walk down the path. `oneByOne` judges whatever is no plain data on the way. */
export function compileHasChain(chain: readonly Select[], base: Code, negated: boolean, oneByOne: Run): Run {
  const keys = chain.map((select) => select.field);
  const { run } = base;
  const count = keys.length;
  return (f) => {
    let value = run(f);
    for (let i = 0; i < count; i++) {
      if (typeof value !== 'object' || value === null) return i === 0 ? oneByOne(f) : negated;
      const next: CelValue | undefined = (value as Data)[keys[i] as string];
      if (next === undefined) return isPlainData(value) ? negated : oneByOne(f);
      value = next;
    }
    return !negated;
  };
}
