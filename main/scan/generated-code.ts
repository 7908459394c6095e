import type { ProgramSetMaker } from '#core/cel/index.ts';
import { generatedSets, type FunctionMaker } from '#core/cel/generated/index.ts';

/**
 * Text becomes code here and nowhere else. What core/cel/generated writes holds no text of users but quoted (its test shows so),
 * and this module runs in Node only: a renderer cannot import main/, and its Content Security Policy forbids it anyway.
 */
// eslint-disable-next-line no-new-func, typescript/no-implied-eval -- see above
const makeFunction: FunctionMaker = (body) => new Function('h', 'k', body) as ReturnType<FunctionMaker>;

/** So often rules are run by closures before code is made of them: for a few thousand manifests closures take less time. */
const WARM = 3000;

/** Rules as generated code, once they have run so often. */
export const generatedAfter = (runs: number): ProgramSetMaker => generatedSets(makeFunction, runs);
/** The same for whoever judges many objects. */
export const generatedCode = generatedAfter(WARM);
/** The same from the first object on. */
export const generatedAtOnce = generatedAfter(0);
