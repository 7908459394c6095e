import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compile, createEnvironment, TEST_ERROR, TEST_TRUE, type Frame, type Program } from '#core/cel/index.ts';
import { textAt, type JsonObject } from '#core/json.ts';

interface Rule {
  readonly id: string;
  readonly kinds: readonly string[];
  readonly expr: string;
}

interface Inputs {
  readonly rules: readonly Rule[];
  readonly variables: Readonly<Record<string, string>>;
  readonly objects: readonly JsonObject[];
  readonly expected: Readonly<Record<string, { readonly true: number; readonly false: number; readonly error: number }>>;
}

/** What the hand-written rules share per object, and the rules: an answer is undefined where CEL has an error. */
interface Handwritten {
  readonly hand: Readonly<Record<string, (object: JsonObject, variables: unknown) => boolean | undefined>>;
  readonly HandVars: new () => { reset(object: JsonObject): unknown };
}

/** One way to evaluate all rules on all objects: per rule and object 1 true, 0 false, 2 error. */
type Pass = (record: ((rule: number, result: number) => void) | undefined) => void;

const ROUNDS = 7;
const PASSES = 10;

const folder = (): string => join(process.env['PLIMSOLL_SHARED'] ?? join(import.meta.dirname, '../../shared'), 'bench');

function read<T>(name: string): T {
  return JSON.parse(readFileSync(join(folder(), name), 'utf8')) as T;
}

function load(): Inputs {
  const { rules, variables } = read<Pick<Inputs, 'rules' | 'variables'>>('cel-rules.json');
  return { rules, variables, objects: read('cel-objects.json'), expected: read('cel-expected.json') };
}

const kindOf = (object: JsonObject): string => textAt(object, 'kind') ?? '';

/** The rules of each kind, as indexes, so that both sides skip rules for other kinds in the same way. */
function byKind(rules: readonly Rule[]): ReadonlyMap<string, readonly number[]> {
  const kinds = new Set(rules.flatMap((rule) => rule.kinds));
  return new Map([...kinds].map((kind) => [kind, rules.flatMap((rule, i) => (rule.kinds.includes(kind) ? [i] : []))]));
}

function ourPass({ rules, variables, objects }: Inputs): Pass {
  const composed = Object.entries(variables).map(([name, expression]) => ({ name, expression }));
  const env = createEnvironment({ minor: 29, variables: ['object'], composed });
  if (!env.ok) throw new Error(env.error.message);
  const programs = rules.map((rule): Program => {
    const program = compile(env.value, rule.expr, { type: 'bool' });
    if (!program.ok) throw new Error(`${rule.id}: ${program.error.message}`);
    return program.value;
  });
  const groups = byKind(rules);
  const slot = env.value.slot('object');
  const frame: Frame = env.value.frame();
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

function handPass({ rules, objects }: Inputs, { hand, HandVars }: Handwritten): Pass {
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
function verify(name: string, pass: Pass, { rules, expected }: Inputs): number {
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

function cpuSeconds(pass: Pass): number {
  const before = process.threadCpuUsage();
  for (let i = 0; i < PASSES; i++) pass(undefined);
  const used = process.threadCpuUsage(before);
  return (used.user + used.system) / 1e6 / PASSES;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Milliseconds of CPU to make the environment and compile all rules, repeated until 500 rules were compiled. */
function compileMilliseconds(inputs: Inputs): number {
  const repeats = Math.ceil(500 / inputs.rules.length);
  const before = process.threadCpuUsage();
  for (let i = 0; i < repeats; i++) ourPass(inputs);
  const used = process.threadCpuUsage(before);
  return ((used.user + used.system) / 1e3) * (500 / (repeats * inputs.rules.length));
}

const millions = (value: number): string => `${(value / 1e6).toFixed(2)} M`;

/**
 * The expression engine against the same rules written by hand in JavaScript (shared/bench), side by side: evaluations per CPU
 * second of one thread, median of interleaved rounds. Both must give the counts of cel-expected.json, else it throws.
 */
export async function benchCel(): Promise<{ readonly name: string; readonly rows: readonly (readonly string[])[] }> {
  const inputs = load();
  const handwritten = (await import(pathToFileURL(join(folder(), 'cel-rules.handwritten.mjs')).href)) as Handwritten;
  const compileTime = compileMilliseconds(inputs);
  const ours = ourPass(inputs);
  const hand = handPass(inputs, handwritten);
  const evaluations = verify('engine', ours, inputs);
  verify('hand-written', hand, inputs);
  const times = { ours: [] as number[], hand: [] as number[] };
  cpuSeconds(ours);
  cpuSeconds(hand);
  for (let i = 0; i < ROUNDS; i++) {
    times.hand.push(cpuSeconds(hand));
    times.ours.push(cpuSeconds(ours));
  }
  const handSpeed = evaluations / median(times.hand);
  const ourSpeed = evaluations / median(times.ours);
  return {
    name: `expressions: ${inputs.rules.length} rules, ${inputs.objects.length} objects, ${evaluations} evaluations a pass`,
    rows: [
      ['', 'evaluations per CPU second', 'against hand-written'],
      ['hand-written JavaScript', millions(handSpeed), '1.00'],
      ['closures', millions(ourSpeed), (ourSpeed / handSpeed).toFixed(2)],
      ['compiling 500 rules', `${compileTime.toFixed(0)} ms CPU`, ''],
    ],
  };
}

if (import.meta.main) {
  const { name, rows } = await benchCel();
  console.log(name);
  for (const row of rows) console.log(row.map((cell) => cell.padEnd(30)).join(''));
}
