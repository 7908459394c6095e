import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { oneExpression } from '#core/evaluate/one-expression.ts';
import { normaliser } from '#core/inventory/normalise.ts';
import { textAt } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import { exampleMinor, forKubernetes } from '#core/rules/kubernetes.ts';
import type { Library, PassExample, Rule } from '#core/rules/model.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { envtestBinary, requireEnvtest } from '#test/envtest.ts';

/** The compatibility minor of the portable floor: what a new policy may use on a server of 1.30. */
const FLOOR = 29;

interface Answer {
  readonly compileError?: string;
  readonly value?: unknown;
  readonly evalError?: string;
}

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library: Library = shipped.value;
/** Admission sees objects with nulls dropped and defaults filled in. */
const normalise = normaliser(library.defaults, library.matchers);

/** Objects that say as little as their schema allows: a rule must have an answer. */
const BARE: readonly JsonObject[] = [
  { apiVersion: 'v1', kind: 'Pod' },
  { apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: {} },
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { template: {} } },
  { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'report' }, spec: { jobTemplate: {} } },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'config' } },
];

interface Question {
  readonly rule: string;
  readonly name: string;
  readonly expected: readonly string[];
  readonly text: string;
}

/** What a rule is asked: its examples, and the bare objects, for which any answer will do but an error. */
function questionsOf(rule: Rule): readonly Question[] {
  const question = (example: PassExample, expected: readonly string[]): Question => {
    const form = oneExpression(forKubernetes(rule, exampleMinor(example)), library.matchers);
    if (!form.ok) throw new Error(`${rule.id}: ${form.error.message}`);
    const { expression: expr, variables } = form.value;
    const { name, object } = example;
    return { rule: rule.id, name, expected, text: JSON.stringify({ expr, variables, minor: FLOOR, object: normalise(object) }) };
  };
  const { pass, notApplicable, fail, error } = rule.examples;
  return [
    ...[...pass, ...notApplicable].filter(({ object }) => matches(rule, object)).map((example) => question(example, ['true'])),
    ...fail.map((example) => question(example, ['false'])),
    ...error.map((example) => question(example, ['error'])),
    ...BARE.map((object) => question({ name: `bare ${textAt(object, 'kind')}`, object }, ['true', 'false'])),
  ];
}

const outcome = (answer: Answer | undefined): string =>
  answer?.compileError ?? (answer?.evalError === undefined ? String(answer?.value) : 'error');

describe.skipIf(!requireEnvtest(['cel-oracle']).available)(
  'the one expression of a rule, judged by the API server’s evaluator at the floor',
  () => {
    const questions = library.rules.flatMap(questionsOf);
    let answers: readonly Answer[] = [];

    beforeAll(() => {
      const input = `${questions.map(({ text }) => text).join('\n')}\n`;
      const output = execFileSync(envtestBinary('cel-oracle') ?? '', { input, encoding: 'utf8', maxBuffer: 1e8 });
      answers = output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Answer);
    });

    it.each(library.rules.map(({ id }) => id))(
      '%s gives what its examples state, and an answer to objects that say nothing',
      (id) => {
        expect(answers).toHaveLength(questions.length);
        const wrong = questions.flatMap((question, index) => {
          const given = outcome(answers[index]);
          return question.rule !== id || question.expected.includes(given) ? [] : [`${question.name}: ${given}`];
        });
        expect(wrong).toEqual([]);
      },
    );
  },
);

/** An exported policy meets only the kinds that its rule names. */
function matches(rule: Rule, object: JsonObject): boolean {
  const kinds = library.matchers.matchers[rule.match]?.kinds;
  if (kinds === undefined || kinds === 'any') return true;
  const apiVersion = textAt(object, 'apiVersion') ?? '';
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return kinds.some((kind) => kind.group === group && kind.kind === object['kind']);
}
