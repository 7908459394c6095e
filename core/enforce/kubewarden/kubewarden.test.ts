import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { denyingPlan, mixedPlan } from '#core/enforce/export.fixture.ts';
import { kubewardenFiles, kubewardenPlan } from '#core/enforce/kubewarden/index.ts';
import { admissionPolicyObject } from '#core/enforce/kubewarden/objects.ts';
import { at } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { envtestBinary, requireEnvtest } from '#test/envtest.ts';

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library = shipped.value;
const made = mixedPlan(library);
const policies = (id: string, from = made): readonly JsonObject[] =>
  from.rules
    .filter(({ rule }) => rule === id)
    .flatMap((rule) => rule.actions.map((action) => admissionPolicyObject(from, rule, action, 'bundle')));

describe('a ClusterAdmissionPolicy', () => {
  it('protects where a rule denies and monitors elsewhere, each in namespaces of its own', () => {
    const [warning, denying] = policies('no-host-port');
    const key = 'kubernetes.io/metadata.name';
    expect(warning).toMatchObject({
      spec: {
        mode: 'monitor',
        mutating: false,
        namespaceSelector: { matchExpressions: [{ key, operator: 'NotIn', values: ['kube-system', 'payments'] }] },
      },
    });
    expect(denying).toMatchObject({ metadata: { name: 'plimsoll-no-host-port-deny' }, spec: { mode: 'protect' } });
    const [auditing] = policies('no-host-port', mixedPlan(library, { steps: [{ mode: 'audit' }] }));
    expect(at(auditing ?? {}, 'spec', 'mode')).toBe('monitor');
  });

  it('leaves guards and waivers to the API server, and what a webhook cannot except', () => {
    const names = (id: string) =>
      (at(policies(id)[0] ?? {}, 'spec', 'matchConditions') as unknown as readonly { name: string }[]).map(({ name }) => name);
    expect(names('replicas-min-two')).toEqual([
      'not-being-deleted',
      'not-by-a-controller',
      'changed',
      'not-in-excluded-namespaces',
      'not-waived',
    ]);
    expect(names('no-private-key')[0]).toBe('not-excepted');
    expect(Object.keys(at(policies('no-private-key')[0] ?? {}, 'spec', 'settings') as JsonObject)).toEqual([
      'variables',
      'validations',
    ]);
  });

  it('says that it was not run, and that it cannot warn', () => {
    const text = kubewardenFiles(made, 'bundle')[0]?.header.join('\n');
    expect(text).toContain('Not run:');
    expect(text).toContain('Kubewarden cannot warn');
  });

  it('is not made of a rule that needs newer functions', () => {
    const [first, ...rest] = made.rules;
    if (first === undefined) throw new Error('no rule');
    const { rules, skipped } = kubewardenPlan({ ...made, rules: [{ ...first, minimumMinor: 31 }, ...rest] });
    expect(rules).toEqual(rest);
    expect(skipped).toEqual([
      {
        rule: first.rule,
        title: first.title,
        why: "it uses functions of Kubernetes 1.30, and Kubewarden's cel-policy knows those of 1.29",
      },
    ]);
  });
});

describe.skipIf(!requireEnvtest(['cel-oracle']).available)('all that is evaluated', () => {
  it('compiles with the functions of Kubernetes 1.29', { timeout: 120_000 }, () => {
    const { rules } = kubewardenPlan(denyingPlan(library));
    const questions = rules.flatMap((rule) => [
      ...rule.conditions.map(({ expression }) => ({ expr: expression })),
      { expr: rule.expression, variables: rule.variables },
      ...(rule.messageExpression === undefined
        ? []
        : [{ expr: rule.messageExpression, type: 'string', variables: rule.variables }]),
    ]);
    const lines = questions.map((one) => JSON.stringify({ minor: 29, compileOnly: true, ...one }));
    const out = execFileSync(envtestBinary('cel-oracle') ?? '', {
      input: lines.join('\n'),
      maxBuffer: 2 ** 28,
      encoding: 'utf8',
    });
    const answers = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly compileError?: string });
    expect(answers).toHaveLength(questions.length);
    expect(answers.flatMap(({ compileError }) => compileError ?? [])).toEqual([]);
  });
});
