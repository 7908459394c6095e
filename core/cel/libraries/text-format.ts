import { Redacted } from '../json.ts';
import type { EvaluationFrame } from '../frame.ts';
import { define, isString, type Library } from '../library.ts';
import { formatValue, parseFormat } from '../text-format.ts';
import { isList, typeNameOf, type CelValue, type Val } from '../values.ts';

function format(f: EvaluationFrame, text: CelValue, args: CelValue): Val {
  if (typeof text !== 'string' || !isList(args)) return f.noOverload(text, args);
  if (!f.spendOn(text.length)) return f.overBudget();
  const pieces = parseFormat(text);
  if ('wrong' in pieces) return f.fail(`format(): ${pieces.wrong}`);
  const out: string[] = [];
  let unknown: Redacted | undefined;
  let next = 0;
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      out.push(piece);
      continue;
    }
    const value = args[next++];
    if (value === undefined) return f.fail('format() has fewer arguments than clauses', args.length);
    const written = formatValue(value, piece, f);
    if (f.steps < 0) return f.overBudget();
    if (written === undefined) return f.fail(`%${piece.verb} does not take a ${typeNameOf(value)}`);
    if (written instanceof Redacted) unknown ??= written;
    else if (f.spendOn(written.length)) out.push(written);
    else return f.overBudget();
  }
  return unknown ?? out.join('');
}

/** `'%s has %d'.format([name, count])`: cel-go's ext/formatting.go, in Kubernetes since strings version 2. */
export const textFormat: Library = {
  name: 'strings',
  functions: [define('format', 29, ['string.(list(dyn)) string'], format, { accepts: isString })],
};
