import { execFileSync } from 'node:child_process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { check, closureSet, parse } from '#core/cel/index.ts';
import { generatedAtOnce } from '#main/scan/generated-code.ts';
import { envtestBinary } from '#test/envtest.ts';
import { closurePass, compileRules, environmentOf, handPass, loadInputs, setPass, verify } from './cel/inputs.ts';
import type { Compiled, Inputs, Pass } from './cel/inputs.ts';
import type { CelWork, CelWorkDone } from './cel/worker.ts';
import { sharedFile } from './shared.ts';
import { median, seconds, type BenchTable } from './table.ts';

const ROUNDS = 9;
const PASSES = 10;
/** Until V8 has optimised what it will: of a large function that takes most of a second. */
const WARM_PASSES = 150;

const millions = (value: number): string => `${(value / 1e6).toFixed(2)} M`;

function cpuSeconds(pass: () => void, times = 1): number {
  const before = process.threadCpuUsage();
  for (let i = 0; i < times; i++) pass();
  const used = process.threadCpuUsage(before);
  return (used.user + used.system) / 1e6 / times;
}

interface Peer {
  readonly name: string;
  readonly evaluations: number;
  readonly cpu: number;
}

/** cel-go with one thread, by its own account: plain programs, and through the API server's admission evaluator. */
function celGo(): readonly (readonly string[])[] {
  const binary = envtestBinary('cel-bench');
  if (binary === undefined) return [['cel-go', 'cel-bench is missing', '']];
  const files = [sharedFile('bench', 'cel-rules.json'), sharedFile('bench', 'cel-objects.json')];
  const text = execFileSync(binary, files, { encoding: 'utf8', env: { ...process.env, GOMAXPROCS: '1' } });
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const speed = /(\d+) evals\/CPU-s/.exec(line)?.[1];
      return [line.split(':')[0] ?? '', speed === undefined ? line : millions(Number(speed)), ''];
    });
}

/**
 * The expression engine against the same rules written by hand in JavaScript (shared/bench), side by side: evaluations per CPU
 * second of one thread, median of interleaved rounds. All must give the counts of cel-expected.json, else it throws.
 */
export async function benchCel(): Promise<BenchTable> {
  const inputs = loadInputs();
  const compiled = compileRules(inputs);
  const passes: readonly (readonly [string, Pass])[] = [
    ['hand-written JavaScript', await handPass(inputs)],
    ['closures', closurePass(inputs, compiled)],
    ['the evaluator as a whole (generated code)', setPass(inputs, compiled, generatedAtOnce)],
  ];
  const peers: { name: string; pass: Pass; evaluations: number; times: number[] }[] = passes.map(([name, pass]) => ({
    name,
    pass,
    evaluations: verify(name, pass, inputs),
    times: [],
  }));
  for (const { pass } of peers) for (let i = 0; i < WARM_PASSES; i++) pass(undefined);
  for (let i = 0; i < ROUNDS; i++) for (const peer of peers) peer.times.push(cpuSeconds(() => peer.pass(undefined), PASSES));
  const measured = peers.map(({ name, evaluations, times }): Peer => ({ name, evaluations, cpu: median(times) }));
  const hand = measured[0]?.cpu ?? Number.NaN;
  return {
    name: `expressions: ${inputs.rules.length} rules, ${inputs.objects.length} objects, ${measured[0]?.evaluations} evaluations a pass`,
    rows: [
      ['', 'evaluations per CPU second', 'against hand-written'],
      ...measured.map(({ name, evaluations, cpu }) => [name, millions(evaluations / cpu), (hand / cpu).toFixed(2)]),
      ...celGo(),
    ],
  };
}

const COMPILED = 500;

/** CPU time for 500 rules: the first time, when V8 has optimised nothing of it, and the middle of some more. */
function forRules(rules: number, once: () => void): readonly [first: string, later: string] {
  const repeats = Math.ceil(COMPILED / rules);
  const time = (): number => cpuSeconds(once, repeats) * 1e3 * (COMPILED / rules);
  const first = time();
  return [`${first.toFixed(0)} ms`, `${median(Array.from({ length: 9 }, time)).toFixed(0)} ms`];
}

/** Heap in use after a collection. */
function heap(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

/** What one of them keeps, from many: caches and compiled code come and go by the way. */
function kilobytesOf(make: () => unknown): string {
  const copies = 20;
  make();
  const before = heap();
  const kept = Array.from({ length: copies }, make);
  return `${Math.round((heap() - before) / kept.length / 1e3)} kB`;
}

/** What it takes to make rules ready, and to keep them. */
export async function benchCelCompile(): Promise<BenchTable> {
  const inputs = loadInputs();
  const { rules } = inputs;
  // As many rules as that have one environment, which the first of them waits for.
  let made: Compiled['environment'] | undefined;
  const whole = forRules(rules.length, () => compileRules(inputs, (made ??= environmentOf(inputs))));
  const compiled = compileRules(inputs);
  const { environment } = compiled;
  // Code is made when it is first needed: one object of each kind.
  const firsts = new Map(inputs.objects.map((object) => [object['kind'], object]));
  const few: Inputs = { ...inputs, objects: [...firsts.values()] };
  const making = (makeSet: typeof closureSet): (() => unknown) => {
    return () => {
      const pass = setPass(few, compileRules(inputs), makeSet);
      pass(undefined);
      return pass;
    };
  };
  return Promise.resolve({
    name: `making ${COMPILED} rules ready, CPU time; heap of ${rules.length} rules`,
    rows: [
      ['', 'the first time', 'later'],
      ['parse', ...forRules(rules.length, () => rules.forEach(({ expr }) => parse(expr)))],
      ['parse and check', ...forRules(rules.length, () => rules.forEach(({ expr }) => check(environment, expr)))],
      ['parse, check and compile to closures', ...whole],
      ['generate code besides', ...forRules(rules.length, () => setPass(few, compiled, generatedAtOnce)(undefined))],
      ['heap: closures', kilobytesOf(making(closureSet)), ''],
      ['heap: closures and generated code', kilobytesOf(making(generatedAtOnce)), ''],
    ],
  });
}

const OBJECTS = 100_000;
const RULES = 200;

async function share(workers: number): Promise<readonly CelWorkDone[]> {
  const copies = Math.ceil(RULES / 30);
  const started = Array.from({ length: workers }, (_, seed) => {
    const workerData: CelWork = { objects: OBJECTS / workers, copies, rules: RULES, seed };
    return new Worker(new URL('cel/worker.ts', import.meta.url), { workerData });
  });
  const next = async (worker: Worker): Promise<unknown> =>
    new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  await Promise.all(started.map(next));
  return Promise.all(
    started.map(async (worker) => {
      worker.postMessage('go');
      return (await next(worker)) as CelWorkDone;
    }),
  );
}

/** A large cluster: 200 rules, the 30 compiled again and again as sets of their own that share nothing, on 100,000 objects. */
export async function benchCelScale(): Promise<BenchTable> {
  const rows: string[][] = [];
  for (const workers of [1, 2]) {
    const done = await share(workers);
    const evaluations = done.reduce((sum, one) => sum + one.evaluations, 0);
    const cpu = done.reduce((sum, one) => sum + one.cpu, 0);
    const wall = Math.max(...done.map((one) => one.wall));
    rows.push([String(workers), seconds(wall), seconds(cpu), millions(evaluations / cpu), millions(evaluations / wall)]);
  }
  return {
    name: `${OBJECTS.toLocaleString('en')} objects x ${RULES} rules (goal: under 6 s)`,
    rows: [['threads', 'wall', 'CPU, all threads', 'evaluations per CPU second', 'evaluations per second'], ...rows],
  };
}
