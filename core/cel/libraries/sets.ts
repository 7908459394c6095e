import { Redacted } from '../json.ts';
import { isIn } from '../equality.ts';
import type { EvaluationFrame } from '../frame.ts';
import { define, type Library } from '../library.ts';
import { isList, type CelValue, type Val } from '../values.ts';

type List = readonly CelValue[];

const SINCE = 29;
const FORM = '(list(T), list(T)) bool';

const onLists =
  (call: (f: EvaluationFrame, a: List, b: List) => Val) =>
  (f: EvaluationFrame, a: CelValue, b: CelValue): Val => {
    if (!isList(a) || !isList(b)) return f.noOverload(a, b);
    return f.spendOn(a.length * b.length) ? call(f, a, b) : f.overBudget();
  };

/** Whether each element of `part` is in `whole`; unknown where a redacted element may decide and none is certainly missing. */
function contains(f: EvaluationFrame, whole: List, part: List): boolean | Redacted {
  let unknown: Redacted | undefined;
  for (const element of part) {
    const found = isIn(element, whole, f);
    if (found === false) return false;
    if (found instanceof Redacted) unknown ??= found;
  }
  return unknown ?? true;
}

function intersects(f: EvaluationFrame, a: List, b: List): boolean | Redacted {
  let unknown: Redacted | undefined;
  for (const element of a) {
    const found = isIn(element, b, f);
    if (found === true) return true;
    if (found instanceof Redacted) unknown ??= found;
  }
  return unknown ?? false;
}

function equivalent(f: EvaluationFrame, a: List, b: List): boolean | Redacted {
  const there = contains(f, a, b);
  if (there === false) return false;
  const back = contains(f, b, a);
  return back === true ? there : back;
}

/** cel-go's sets (ext/sets.go), in Kubernetes since 1.29: lists compared without order and repetition. */
export const sets: Library = {
  name: 'sets',
  functions: [
    define('sets.contains', SINCE, [FORM], onLists(contains)),
    define('sets.equivalent', SINCE, [FORM], onLists(equivalent)),
    define('sets.intersects', SINCE, [FORM], onLists(intersects)),
  ],
};
