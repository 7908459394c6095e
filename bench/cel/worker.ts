import { parentPort, workerData } from 'node:worker_threads';
import { textAt } from '#core/json.ts';
import { generatedAtOnce } from '#main/scan/generated-code.ts';
import { compileRules, loadInputs, setPass, type Compiled, type Inputs } from './inputs.ts';

/** What a worker evaluates: so many objects, and the rules compiled so many times over, each time apart. */
export interface CelWork {
  readonly objects: number;
  readonly copies: number;
  readonly rules: number;
  readonly seed: number;
}

export interface CelWorkDone {
  readonly evaluations: number;
  /** Seconds, from the first object to the last; making objects and rules not included. */
  readonly wall: number;
  readonly cpu: number;
}

/** Copies of the bench's objects with other names. */
function clones(inputs: Inputs, { objects, seed }: CelWork): Inputs['objects'] {
  const texts = inputs.objects.map((object) => JSON.stringify(object));
  return Array.from({ length: objects }, (_, i) => {
    const copy = JSON.parse(texts[i % texts.length] as string) as { metadata: { name: string } };
    copy.metadata.name = `${copy.metadata.name.slice(0, 40)}-${seed}-${i}`;
    return copy as unknown as Inputs['objects'][number];
  });
}

const work = workerData as CelWork;
const inputs = loadInputs();
const objects = clones(inputs, work);
const passes = Array.from({ length: work.copies }, (_, copy) => {
  const rules = inputs.rules.slice(0, Math.min(inputs.rules.length, work.rules - copy * inputs.rules.length));
  const part: Inputs = { ...inputs, rules, objects };
  const compiled: Compiled = compileRules(part);
  return setPass(part, compiled, generatedAtOnce);
});
const kinds = objects.map((object) => textAt(object, 'kind') ?? '');
const evaluations = Array.from({ length: work.copies }, (_, copy) =>
  inputs.rules
    .slice(0, Math.min(inputs.rules.length, work.rules - copy * inputs.rules.length))
    .reduce((sum, rule) => sum + kinds.filter((kind) => rule.kinds.includes(kind)).length, 0),
).reduce((a, b) => a + b, 0);

parentPort?.on('message', () => {
  const cpu = process.threadCpuUsage();
  const started = performance.now();
  for (const pass of passes) pass(undefined);
  const used = process.threadCpuUsage(cpu);
  const done: CelWorkDone = { evaluations, wall: (performance.now() - started) / 1e3, cpu: (used.user + used.system) / 1e6 };
  parentPort?.postMessage(done);
  parentPort?.close();
});
parentPort?.postMessage('ready');
