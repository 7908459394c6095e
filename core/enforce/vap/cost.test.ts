import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { BINDING_COST_LIMIT, EXPRESSION_COST_LIMIT, MATCH_CONDITIONS_COST_LIMIT } from '#core/cel/index.ts';
import type { PlannedRule } from '#core/enforce/model.ts';
import type { OnUpdate } from '#core/enforce/update-guards.ts';
import { plan } from '#core/enforce/plan.ts';
import { OPTIONS } from '#core/enforce/request.fixture.ts';
import { findPolicy } from '#core/policy/policies.ts';
import { stressPod } from '#core/rules/stress-pod.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { envtestBinary, requireEnvtest } from '#test/envtest.ts';

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library = shipped.value;
const all = findPolicy(library, 'all');
if (!all.ok) throw new Error('no policy all');
const policy = all.value;

interface Answer {
  readonly cost?: number;
  readonly compileError?: string;
  readonly evalError?: string;
}

interface Question {
  readonly expr: string;
  readonly type: 'bool' | 'string';
  readonly variables?: unknown;
}

const POD = JSON.stringify(stressPod());

/** As the API server meters them at the floor: an update of the stress Pod, in which nothing that decides has changed. */
function ask(questions: readonly Question[]): readonly Answer[] {
  // The judge has no user in its requests.
  const lines = questions.map((one) => {
    const expr = one.expr.replaceAll('has(request.userInfo.username)', 'true').replaceAll('request.userInfo.username', "'ada'");
    return `${JSON.stringify({ minor: 29, operation: 'UPDATE', ...one, expr }).slice(0, -1)},"object":${POD},"oldObject":${POD}}`;
  });
  const out = execFileSync(envtestBinary('cel-oracle') ?? '', { input: lines.join('\n'), maxBuffer: 2 ** 30, encoding: 'utf8' });
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}

/** The rules that judge Pods. */
const judgingOf = (onUpdate: OnUpdate): readonly PlannedRule[] =>
  plan(policy, library, { ...OPTIONS, onUpdate }).rules.filter(({ match }) =>
    match.rules.some(({ resources }) => resources.includes('pods') || resources.includes('*')),
  );

describe.skipIf(!requireEnvtest(['cel-oracle']).available)(
  'what an exported policy costs on the stress Pod, by the API server’s own count',
  () => {
    it.each(['template-changed', 'no-new-violations'] as const)(
      'is, for %s, within what one expression, and one policy, may cost; so is finding the elements that fail',
      { timeout: 300_000 },
      (onUpdate) => {
        const judging = judgingOf(onUpdate);
        const expressions = ask(judging.map(({ expression, variables }) => ({ expr: expression, type: 'bool', variables })));
        const failing = judging.filter(({ variables }) => variables.some(({ name }) => name === 'failing'));
        const messages = ask(
          failing.map(({ variables }) => ({ expr: 'string(size(variables.failing))', type: 'string', variables })),
        );
        const wrong = [...expressions, ...messages].filter(
          (one) => one.evalError !== undefined || one.compileError !== undefined,
        );
        expect(wrong).toEqual([]);
        const cost = expressions.map(
          (one, at) => (one.cost ?? 0) + (messages[failing.findIndex((rule) => rule === judging[at])]?.cost ?? 0),
        );
        expect(Math.max(...expressions.map((one) => one.cost ?? 0))).toBeLessThanOrEqual(EXPRESSION_COST_LIMIT);
        expect(Math.max(...messages.map((one) => one.cost ?? 0))).toBeLessThanOrEqual(EXPRESSION_COST_LIMIT);
        expect(Math.max(...cost)).toBeLessThanOrEqual(BINDING_COST_LIMIT);
      },
    );

    it('is, for all its conditions together, a small part of what they may cost', { timeout: 300_000 }, () => {
      const conditions = new Set(
        judgingOf('template-changed').flatMap((rule) => rule.conditions.map(({ expression }) => expression)),
      );
      const answers = ask([...conditions].map((expr) => ({ expr, type: 'bool' })));
      expect(answers.flatMap((one) => one.compileError ?? one.evalError ?? [])).toEqual([]);
      const sum = answers.reduce((total, { cost = 0 }) => total + cost, 0);
      expect(sum).toBeLessThan(MATCH_CONDITIONS_COST_LIMIT / 10);
    });
  },
);
