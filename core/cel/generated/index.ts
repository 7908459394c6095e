/**
 * The second back end: sets of programs as generated JavaScript. It makes text only. Whoever may turn text into a function hands
 * in how (main/), and whoever may not has the closures of `closureSet`. Nothing that runs in a renderer imports it.
 */
export { generatedSets, type FunctionMaker } from './generated-set.ts';
