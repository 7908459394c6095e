import type { Expr } from '#core/cel/index.ts';

/**
 * Which literals a string must contain before a predicate over it can be false. Eighteen secret patterns over every string of a
 * cluster would be most of a scan's work; one search for all their literals at once rules nearly every string out.
 */
export interface Literals {
  readonly exact: readonly string[];
  readonly anyCase: readonly string[];
}

const union = (a: Literals, b: Literals): Literals => ({
  exact: [...a.exact, ...b.exact],
  anyCase: [...a.anyCase, ...b.anyCase],
});
const size = (literals: Literals): number => literals.exact.length + literals.anyCase.length;
const smaller = (a: Literals | undefined, b: Literals | undefined): Literals | undefined => {
  if (a === undefined || b === undefined) return a ?? b;
  return size(a) <= size(b) ? a : b;
};

type Wanted = 'true' | 'false';
const opposite = { true: 'false', false: 'true' } as const;

/** Literals without any of which the expression certainly has the wanted value; undefined where none are known. */
export function decides(expr: Expr, wanted: Wanted): Literals | undefined {
  if (expr.kind !== 'call') return undefined;
  switch (expr.name) {
    case '!_':
      return expr.args[0] === undefined ? undefined : decides(expr.args[0], opposite[wanted]);
    case '_||_':
      return wanted === 'true' ? anyOf(expr.args, wanted) : allOf(expr.args, wanted);
    case '_&&_':
      return wanted === 'true' ? allOf(expr.args, wanted) : anyOf(expr.args, wanted);
    case 'contains':
    case 'startsWith':
    case 'endsWith':
      return wanted === 'false' ? searched(expr) : undefined;
    default:
      return undefined;
  }
}

const anyOf = (operands: readonly Expr[], wanted: Wanted): Literals | undefined =>
  operands.map((operand) => decides(operand, wanted)).reduce(smaller, undefined);

function allOf(operands: readonly Expr[], wanted: Wanted): Literals | undefined {
  let all: Literals = { exact: [], anyCase: [] };
  for (const operand of operands) {
    const literals = decides(operand, wanted);
    if (literals === undefined) return undefined;
    all = union(all, literals);
  }
  return all;
}

/** `it.contains('X')` and `it.lowerAscii().contains('x')`. */
function searched(call: Extract<Expr, { kind: 'call' }>): Literals | undefined {
  const [argument] = call.args;
  if (argument?.kind !== 'literal' || typeof argument.value !== 'string' || argument.type !== 'string') return undefined;
  const { target } = call;
  if (target?.kind === 'ident' && target.name === 'it') return { exact: [argument.value], anyCase: [] };
  const lowered =
    target?.kind === 'call' && target.name === 'lowerAscii' && target.target?.kind === 'ident' && target.target.name === 'it';
  return lowered ? { exact: [], anyCase: [argument.value] } : undefined;
}

/**
 * A test that is true for every string in which one of the predicates may be false; undefined where some predicate gives no literals.
 * Only literals go into the pattern, so it stays linear.
 */
export function prefilter(predicates: readonly Expr[]): ((text: string) => boolean) | undefined {
  let all: Literals = { exact: [], anyCase: [] };
  for (const predicate of predicates) {
    const literals = decides(predicate, 'true');
    if (literals === undefined || [...literals.exact, ...literals.anyCase].includes('')) return undefined;
    all = union(all, literals);
  }
  const exact = alternation(all.exact, '');
  const anyCase = alternation(all.anyCase, 'i');
  return (text) => (exact?.test(text) ?? false) || (anyCase?.test(text) ?? false);
}

function alternation(literals: readonly string[], flags: string): RegExp | undefined {
  if (literals.length === 0) return undefined;
  const escaped = [...new Set(literals)].map((literal) => literal.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`));
  return new RegExp(escaped.join('|'), flags);
}
