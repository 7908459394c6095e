import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { denyingPlan } from '#core/enforce/export.fixture.ts';
import { costBound, TEMPLATE_COST_LIMIT } from '#core/enforce/gatekeeper/cost.ts';
import { gatekeeperPlan } from '#core/enforce/gatekeeper/index.ts';
import { gatekeeperConditions } from '#core/enforce/gatekeeper/objects.ts';
import type { PlannedRule } from '#core/enforce/model.ts';
import { stressPod } from '#core/rules/stress-pod.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { envtestBinary, requireEnvtest } from '#test/envtest.ts';

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const rules = gatekeeperPlan(denyingPlan(shipped.value)).rules.filter(({ match }) =>
  match.rules.some(({ kinds }) => kinds.includes('Pod') || kinds.includes('*')),
);

interface Answer {
  readonly cost?: number;
  readonly compileError?: string;
  readonly evalError?: string;
}

const POD = JSON.stringify(stressPod());

/** The judge has no user in its requests, and no subresource. */
const askable = (expression: string): string =>
  expression
    .replaceAll('has(request.userInfo.username)', 'true')
    .replaceAll('request.userInfo.username', "'ada'")
    .replaceAll('has(request.subResource)', 'false');

/** Everything of a template that is charged for. The Pod passes, so that the first of the failing elements cannot be taken. */
function questionsOf(rule: PlannedRule): readonly string[] {
  const { variables, expression } = rule;
  const conditions = gatekeeperConditions(rule).map((one) => JSON.stringify({ expr: askable(one.expression) }));
  const message = variables.some(({ name }) => name === 'failing')
    ? [JSON.stringify({ expr: 'string(size(variables.failing))', type: 'string', variables })]
    : [];
  return [...conditions, JSON.stringify({ expr: expression, variables }), ...message];
}

/** As the API server meters them; each question once. */
function ask(questions: readonly string[]): ReadonlyMap<string, Answer> {
  const asked = [...new Set(questions)];
  const lines = asked.map((one) => `${one.slice(0, -1)},"minor":29,"operation":"UPDATE","object":${POD},"oldObject":${POD}}`);
  const out = execFileSync(envtestBinary('cel-oracle') ?? '', { input: lines.join('\n'), maxBuffer: 2 ** 30, encoding: 'utf8' });
  const answers = out.trimEnd().split('\n');
  return new Map(asked.map((one, at) => [one, JSON.parse(answers[at] ?? '{}') as Answer]));
}

describe.skipIf(!requireEnvtest(['cel-oracle']).available)(
  'what a template costs on the stress Pod, by the API server’s own count',
  () => {
    it('is less than Gatekeeper gives it, conditions and message included', { timeout: 180_000 }, () => {
      const questions = rules.map(questionsOf);
      const answers = ask(questions.flat());
      expect([...answers.values()].flatMap((one) => one.compileError ?? one.evalError ?? [])).toEqual([]);
      const totals = questions.map((some, at) => ({
        rule: rules[at]?.rule ?? '',
        cost: some.reduce((sum, one) => sum + (answers.get(one)?.cost ?? 0), 0),
      }));
      expect(totals.filter(({ cost }) => cost >= TEMPLATE_COST_LIMIT)).toEqual([]);
      expect(Math.max(...totals.map(({ cost }) => cost))).toBeGreaterThan(1000);
    });

    it('is bounded, before it is counted, by what the library holds rules to', () => {
      for (const rule of rules) expect(costBound(rule)).toBeLessThan(TEMPLATE_COST_LIMIT);
    });
  },
);
