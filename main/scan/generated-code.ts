import { generatedSets, type FunctionMaker } from '#core/cel/generated/index.ts';

/**
 * Text becomes code here and nowhere else. What core/cel/generated writes holds no text of users but quoted (its test shows so),
 * and this module runs in Node only: a renderer cannot import main/, and its Content Security Policy forbids it anyway.
 */
// eslint-disable-next-line no-new-func, typescript/no-implied-eval -- see above
const makeFunction: FunctionMaker = (body) => new Function('h', 'k', body) as ReturnType<FunctionMaker>;

/** So often rules are run by closures before code is made of them: a few manifests are judged sooner without. */
const WARM = 300;

/** Rules as generated code, for whoever judges many objects. */
export const generatedCode = generatedSets(makeFunction, WARM);
/** The same from the first object on. */
export const generatedAtOnce = generatedSets(makeFunction);
