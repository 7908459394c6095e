import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { compile, createEnvironment, TEST_ERROR, TEST_TRUE, type Program, type ProgramSetMaker } from '#core/cel/index.ts';
import { textAt, type JsonObject } from '#core/json.ts';
import { sharedFile } from '../shared.ts';

export interface BenchRule {
  readonly id: string;
  readonly kinds: readonly string[];
  readonly expr: string;
}

export interface Inputs {
  readonly rules: readonly BenchRule[];
  readonly variables: Readonly<Record<string, string>>;
  readonly objects: readonly JsonObject[];
  readonly expected: Readonly<Record<string, { readonly true: number; readonly false: number; readonly error: number }>>;
}

/** What the hand-written rules share per object, and the rules: an answer is undefined where CEL has an error. */
interface Handwritten {
  readonly hand: Readonly<Record<string, (object: JsonObject, variables: unknown) => boolean | undefined>>;
  readonly HandVars: new () => { reset(object: JsonObject): unknown };
}

/** Evaluates all rules on all objects; takes 1 true, 0 false, 2 error of each. */
export type Pass = (record: ((rule: number, result: number) => void) | undefined) => void;

const read = <T>(name: string): T => JSON.parse(readFileSync(sharedFile('bench', name), 'utf8')) as T;

export function loadInputs(): Inputs {
  const { rules, variables } = read<Pick<Inputs, 'rules' | 'variables'>>('cel-rules.json');
  return { rules, variables, objects: read('cel-objects.json'), expected: read('cel-expected.json') };
}

const kindOf = (object: JsonObject): string => textAt(object, 'kind') ?? '';

/** The rules of each kind, as indexes, so that every side skips rules for other kinds in the same way. */
function byKind(rules: readonly BenchRule[]): ReadonlyMap<string, readonly number[]> {
  const kinds = new Set(rules.flatMap((rule) => rule.kinds));
  return new Map([...kinds].map((kind) => [kind, rules.flatMap((rule, i) => (rule.kinds.includes(kind) ? [i] : []))]));
}

export interface Compiled {
  readonly environment: ReturnType<typeof environmentOf>;
  readonly programs: readonly Program[];
}

export function environmentOf({ variables }: Pick<Inputs, 'variables'>) {
  const composed = Object.entries(variables).map(([name, expression]) => ({ name, expression }));
  const made = createEnvironment({ minor: 29, variables: ['object'], composed });
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

export function compileRules(
  inputs: Pick<Inputs, 'rules' | 'variables'>,
  environment: Compiled['environment'] = environmentOf(inputs),
): Compiled {
  const programs = inputs.rules.map((rule) => {
    const program = compile(environment, rule.expr, { type: 'bool' });
    if (!program.ok) throw new Error(`${rule.id}: ${program.error.message}`);
    return program.value;
  });
  return { environment, programs };
}

/** The rules one by one, as closures. */
export function closurePass({ rules, objects }: Inputs, { environment, programs }: Compiled): Pass {
  const groups = byKind(rules);
  const slot = environment.slot('object');
  const frame = environment.frame();
  return (record) => {
    for (const object of objects) {
      frame.reset();
      frame.set(slot, object);
      for (const i of groups.get(kindOf(object)) ?? []) {
        const result = (programs[i] as Program).test(frame);
        record?.(i, result === TEST_TRUE ? 1 : result === TEST_ERROR ? 2 : 0);
      }
    }
  };
}

/** The rules of a kind as one set; kinds with the same rules share it. */
export function setPass({ rules, objects }: Inputs, { environment, programs }: Compiled, makeSet: ProgramSetMaker): Pass {
  const made = new Map<
    string,
    { readonly at: readonly number[]; readonly set: ReturnType<ProgramSetMaker>; readonly wanted: Uint8Array }
  >();
  const sets = new Map(
    [...byKind(rules)].map(([kind, at]) => {
      const wanted = new Uint8Array(at.length).fill(1);
      const group = made.get(at.join()) ?? {
        at,
        set: makeSet(
          environment,
          at.map((i) => programs[i] as Program),
        ),
        wanted,
      };
      made.set(at.join(), group);
      return [kind, group];
    }),
  );
  const slot = environment.slot('object');
  const frame = environment.frame();
  return (record) => {
    for (const object of objects) {
      const group = sets.get(kindOf(object));
      if (group === undefined) continue;
      frame.reset();
      frame.set(slot, object);
      group.set.test(frame, group.wanted);
      if (record === undefined) continue;
      const { results } = group.set;
      group.at.forEach((rule, i) => record(rule, results[i] === TEST_TRUE ? 1 : results[i] === TEST_ERROR ? 2 : 0));
    }
  };
}

export async function handPass({ rules, objects }: Inputs): Promise<Pass> {
  const { hand, HandVars } = (await import(pathToFileURL(sharedFile('bench', 'cel-rules.handwritten.mjs')).href)) as Handwritten;
  const functions = rules.map((rule) => hand[rule.id] ?? ((): undefined => undefined));
  const groups = byKind(rules);
  const shared = new HandVars();
  return (record) => {
    for (const object of objects) {
      const variables = shared.reset(object);
      for (const i of groups.get(kindOf(object)) ?? []) {
        const result = functions[i]?.(object, variables);
        record?.(i, result === true ? 1 : result === undefined ? 2 : 0);
      }
    }
  };
}

/** Evaluations of one pass, after comparing the counts of every rule with the file of expected ones. */
export function verify(name: string, pass: Pass, { rules, expected }: Inputs): number {
  const counts = rules.map(() => [0, 0, 0] as [number, number, number]);
  let evaluations = 0;
  pass((rule, result) => {
    (counts[rule] as [number, number, number])[result as 0 | 1 | 2]++;
    evaluations++;
  });
  rules.forEach((rule, i) => {
    const [no, yes, error] = counts[i] as [number, number, number];
    const wanted = expected[rule.id];
    if (wanted === undefined || wanted.true !== yes || wanted.false !== no || wanted.error !== error)
      throw new Error(`${name}, rule ${rule.id}: ${yes} true, ${no} false, ${error} errors; expected ${JSON.stringify(wanted)}`);
  });
  return evaluations;
}
