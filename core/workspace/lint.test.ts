import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyDocument } from '#core/policy/model.ts';
import { namespacePattern } from '#core/policy/scope.ts';
import { LIBRARY, POLICY } from '#core/policy/small-scan.fixture.ts';
import type { Library } from '#core/rules/model.ts';
import { lintWorkspace } from '#core/workspace/lint.ts';
import type { LintFacts } from '#core/workspace/lint-context.ts';
import { EMPTY_CONTENT, EMPTY_WORKSPACE } from '#core/workspace/model.ts';
import type { Binding, Debt, Decision, Waiver, Workspace, WorkspaceContent } from '#core/workspace/model.ts';
import { coversPattern, patternsMeet } from '#core/workspace/patterns.ts';

const library: Library = {
  ...LIBRARY,
  rules: LIBRARY.rules.map((rule) => (rule.id === 'limits' ? { ...rule, conflicts: ['secrets'] } : rule)),
  policies: [{ ...POLICY, name: 'datree-default', rules: { limits: { mode: 'deny' } } }],
};
const TODAY = '2026-11-29';

const problems = (content: Partial<WorkspaceContent>, facts: Partial<LintFacts> = {}) =>
  lintWorkspace({ ...EMPTY_CONTENT, ...content }, library, { today: TODAY, ...facts });
/** `error Policy shop rules.x: message`, as a person would read it. */
const told = (...args: Parameters<typeof problems>) =>
  problems(...args).map(({ document, path, severity, message }) =>
    `${severity} ${document.kind} ${document.name} ${path}: ${message}`.replaceAll(/ +/g, ' '),
  );
const workspace = (parts: Partial<Workspace>): Partial<WorkspaceContent> => ({ workspace: { ...EMPTY_WORKSPACE, ...parts } });
const policyOf = (name: string, rules: PolicyDocument['rules'] = {}, more: Partial<PolicyDocument> = {}): PolicyDocument => ({
  name,
  title: name,
  description: '',
  rules,
  ...more,
});
const waiverOf = (more: Partial<Waiver> = {}): Waiver => ({
  id: 'w',
  rule: 'limits',
  namespaces: ['shop'],
  reason: 'old chart',
  owner: 'Ann',
  expires: '2027-01-01',
  ...more,
});

describe('a sound workspace', () => {
  it('has no problems, be it empty or full', () => {
    expect(told({})).toEqual([]);
    const full: Partial<WorkspaceContent> = {
      workspace: {
        ...EMPTY_WORKSPACE,
        teams: [{ name: 'till', contacts: [], needs: [] }],
        products: [{ name: 'shop', team: 'till' }],
        environments: [{ name: 'prod', order: 1, production: true }],
        sources: [{ name: 'harbour', kind: 'cluster', product: 'shop', environment: 'prod', labels: {}, branches: [] }],
        bindings: [
          { policies: { baseline: 'base', strict: 'datree-default' } },
          { policies: { strict: 'shop' }, product: 'shop', environment: 'prod', sources: ['harbour'] },
        ],
        criteria: { runs: 5, days: 7, sources: ['harbour'] },
      },
      policies: [
        policyOf('base', { limits: { mode: 'warn' } }),
        policyOf('shop', { secrets: { mode: 'audit' }, limits: { mode: 'off' } }),
      ],
      waivers: [waiverOf({ policies: ['base'] })],
      decisions: [{ policy: 'base', rule: 'limits', decision: 'fix', decided: '2026-11-01T00:00:00Z' }],
    };
    expect(
      told(
        {
          ...full,
          policies: [
            ...(full.policies ?? []).slice(0, 1),
            policyOf('shop', { limits: { severity: 'low' } }, { extends: 'datree-default' }),
          ],
        },
        { namespaces: ['shop'] },
      ),
    ).toEqual([]);
  });
});

describe('names that lead nowhere', () => {
  it.each<[string, Partial<Workspace>, string]>([
    ['a team', { products: [{ name: 'shop', team: 'tills' }] }, "products.0.team: the team 'tills' is not defined"],
    [
      'a product of a source',
      { sources: [{ name: 's', kind: 'ci', product: 'x', labels: {}, branches: [] }] },
      "sources.0.product: the product 'x' is not defined",
    ],
    [
      'an environment of a source',
      { sources: [{ name: 's', kind: 'ci', environment: 'x', labels: {}, branches: [] }] },
      "sources.0.environment: the environment 'x' is not defined",
    ],
    [
      'a source of the criteria',
      { criteria: { runs: 5, days: 7, sources: ['x'] } },
      "criteria.sources.0: the source 'x' is not defined",
    ],
    [
      'a policy of a binding',
      { bindings: [{ policies: { strict: 'x' } }] },
      "bindings.0.policies.strict: the policy 'x' is not defined",
    ],
    [
      'a product of a binding',
      { bindings: [{ policies: { strict: 'default' }, product: 'x' }] },
      "bindings.0.product: the product 'x' is not defined",
    ],
    [
      'an environment of a binding',
      { bindings: [{ policies: { strict: 'default' }, environment: 'x' }] },
      "bindings.0.environment: the environment 'x' is not defined",
    ],
    [
      'a source of a binding',
      { bindings: [{ policies: { strict: 'default' }, sources: ['x'] }] },
      "bindings.0.sources.0: the source 'x' is not defined",
    ],
  ])('%s', (_name, parts, message) => {
    expect(told(workspace(parts))).toEqual([`error Workspace ${message}`]);
  });

  it('are said with the nearest', () => {
    const parts = workspace({ teams: [{ name: 'till', contacts: [], needs: [] }], products: [{ name: 'shop', team: 'tills' }] });
    expect(problems(parts)[0]?.next).toBe("Did you mean 'till'?");
  });

  it('a source may stand in the history only', () => {
    expect(told(workspace({ criteria: { runs: 5, days: 7, sources: ['harbour'] } }), { sources: ['harbour'] })).toEqual([]);
  });

  it('names given twice are told too', () => {
    expect(told(workspace({ products: [{ name: 'shop' }, { name: 'shop' }] }))).toEqual([
      "error Workspace products.1.name: 'shop' is named twice",
    ]);
  });

  it('rules: with the nearest, and with the rule that an alias means', () => {
    const found = problems({ policies: [policyOf('shop', { limit: { mode: 'warn' }, LIMITS_KEY: { mode: 'warn' } })] });
    expect(found.map(({ path, message, next }) => [path, message, next])).toEqual([
      ['rules.limit', "there is no rule 'limit'", "Did you mean 'limits'?"],
      ['rules.LIMITS_KEY', "'LIMITS_KEY' is another name of the rule 'limits'", "Write 'limits'."],
    ]);
    expect(told({ policies: [policyOf('shop', { 'my-own': { mode: 'warn' } })] }, { customRules: ['my-own'] })).toEqual([]);
  });

  it('parents, circles and taken names of policies', () => {
    expect(told({ policies: [policyOf('a', {}, { extends: 'nobody' }), policyOf('b', {}, { extends: 'a' })] })).toMatchObject([
      expect.stringContaining("error Policy a extends: The policy 'a' extends 'nobody', which there is not."),
    ]);
    expect(told({ policies: [policyOf('a', {}, { extends: 'b' }), policyOf('b', {}, { extends: 'a' })] })).toEqual([
      "error Policy a extends: The policy 'a' extends itself. The chain is a → b → a.",
    ]);
    expect(told({ policies: [policyOf('all')] })).toEqual(["error Policy all name: 'all' is the name of a policy that ships"]);
    expect(told({ policies: [policyOf('a'), policyOf('a')] })).toEqual([
      "error Policy a name: a policy named 'a' stands in another file too",
    ]);
  });
});

describe('contradictions', () => {
  it('two rules that exclude each other are both on, told where one is switched on', () => {
    const both = { limits: { mode: 'warn' }, secrets: { mode: 'warn' } } as const;
    expect(told({ policies: [policyOf('a', both), policyOf('b', {}, { extends: 'a' })] })).toEqual([
      "error Policy a rules.limits: 'limits' and 'secrets' contradict each other, and both are on",
    ]);
    const split = [policyOf('a', { limits: { mode: 'warn' } }), policyOf('b', { secrets: { mode: 'warn' } }, { extends: 'a' })];
    expect(told({ policies: split })).toEqual([
      "error Policy b rules.secrets: 'limits' and 'secrets' contradict each other, and both are on",
    ]);
  });

  const pair = (low: PolicyDocument['rules'], high: PolicyDocument['rules']) =>
    told({
      ...workspace({ bindings: [{ policies: { baseline: 'low', strict: 'high' } }] }),
      policies: [policyOf('low', low), policyOf('high', high)],
    });

  it('a baseline holds what the strict policy has off, or holds it harder', () => {
    expect(pair({ limits: { mode: 'warn' } }, { limits: { mode: 'off' } })).toEqual([
      "error Policy low rules.limits: 'limits' is on in the baseline 'low' and off in the strict policy 'high'",
    ]);
    expect(pair({ limits: { mode: 'deny' } }, { limits: { mode: 'warn' } })).toEqual([
      "warning Policy low rules.limits: 'limits' is at deny in the baseline 'low' and only at warn in the strict policy 'high'",
    ]);
    expect(pair({ limits: { mode: 'warn' } }, { limits: { mode: 'deny' } })).toEqual([]);
    expect(pair({ limits: { mode: 'off' } }, {})).toEqual([]);
  });

  const rivals = (left: Omit<Binding, 'policies'>, right: Omit<Binding, 'policies'>, policy = 'all') =>
    told(
      workspace({
        products: [{ name: 'shop' }],
        bindings: [
          { policies: { strict: 'datree-default' }, ...left },
          { policies: { strict: policy }, ...right },
        ],
      }),
      { sources: ['a', 'b'] },
    );

  it('two bindings are equally close to the same objects', () => {
    const message =
      "error Workspace bindings.1.policies.strict: 'all' and 'datree-default' of bindings.0 are equally close to the same objects";
    expect(rivals({}, {})).toEqual([message]);
    expect(rivals({ product: 'shop', namespaces: ['shop-*'] }, { product: 'shop', namespaces: ['*-web'] })).toEqual([message]);
    expect(rivals({}, { namespaces: ['shop'] })).toEqual([message]);
    expect(rivals({ sources: ['a', 'b'] }, { sources: ['b'] })).toEqual([message]);
    expect(rivals({ labels: { tier: 'web' } }, { labels: { team: 'till' } })).toEqual([message]);
  });

  it('not where one is closer, both name one policy, or they never meet', () => {
    expect(rivals({}, { product: 'shop' })).toEqual([]);
    expect(rivals({}, {}, 'datree-default')).toEqual([]);
    expect(rivals({ namespaces: ['shop-*'] }, { namespaces: ['pay-*'] })).toEqual([]);
    expect(rivals({ namespaces: ['shop-*'] }, { exceptNamespaces: ['shop-*', 'x'] })).toEqual([]);
    expect(rivals({ sources: ['a'] }, { sources: ['b'] })).toEqual([]);
    expect(rivals({ labels: { tier: 'web' } }, { labels: { tier: 'db' } })).toEqual([]);
    expect(rivals({ sourceLabels: { region: 'eu' } }, { sourceLabels: { region: 'us' } })).toEqual([]);
  });
});

describe('what is dead', () => {
  it('a setting that says what is inherited', () => {
    const child = (rules: PolicyDocument['rules']) => told({ policies: [policyOf('a', rules, { extends: 'datree-default' })] });
    expect(child({ limits: { mode: 'deny' } })).toEqual([
      "warning Policy a rules.limits: says of 'limits' what 'datree-default' says already",
    ]);
    expect(child({ limits: { mode: 'warn' } })).toEqual([]);
    expect(child({ limits: { mode: 'deny', severity: 'low' } })).toEqual([]);
  });

  it('a scope that matches no namespace that was seen', () => {
    const policies = [policyOf('a', { limits: { mode: 'warn', scope: { namespaces: ['shp-*'] } } })];
    expect(told({ policies }, { namespaces: ['shop-a'] })).toEqual([
      'warning Policy a rules.limits.scope.namespaces: no namespace that was scanned matches shp-*',
    ]);
    expect(told({ policies })).toEqual([]);
    expect(told({ policies }, { namespaces: ['shp-b'] })).toEqual([]);
    const bindings = workspace({ bindings: [{ policies: { strict: 'default' }, namespaces: ['x'] }] });
    expect(told(bindings, { namespaces: ['shop'] })).toEqual([
      'warning Workspace bindings.0.namespaces: no namespace that was scanned matches x',
    ]);
  });

  it('a waiver for a rule that is off wherever it counts', () => {
    const policies = [policyOf('a', { limits: { mode: 'off' } }), policyOf('b', { limits: { mode: 'warn' } })];
    expect(told({ policies, waivers: [waiverOf({ policies: ['a'] })] })).toEqual([
      "warning Waiver w rule: 'limits' is off in a: nothing to waive",
    ]);
    expect(told({ policies, waivers: [waiverOf()] })).toEqual([]);
    expect(told({ policies: policies.slice(0, 1), waivers: [waiverOf()] })).toEqual([
      "warning Waiver w rule: 'limits' is off in every policy in use: nothing to waive",
    ]);
    expect(told({ waivers: [waiverOf()] })).toEqual([]);
  });

  const decision = (policy: string, rule: string): Decision => ({
    policy,
    rule,
    decision: 'fix',
    decided: '2026-11-01T00:00:00Z',
  });

  it('decisions for rules that are off, and those made twice', () => {
    const policies = [policyOf('a', { limits: { mode: 'warn' } })];
    const decisions = [decision('a', 'limits'), decision('a', 'secrets'), decision('a', 'limits'), decision('b', 'limits')];
    expect(told({ policies, decisions })).toEqual([
      "warning Decisions a decisions.1.rule: 'secrets' is off in 'a'",
      "warning Decisions a decisions.2.rule: 'limits' was decided above already",
      "error Decisions b policy: there is no policy 'b'",
    ]);
  });

  it('debt of rules that are not in the policy, or of a source that nobody knows', () => {
    const debt: Debt = {
      policy: 'a',
      source: 'harbour',
      scan: '0',
      frozen: '2026-11-01T00:00:00Z',
      entries: ['secrets', 'secrets', 'limits', 'nothing'].map((rule) => ({
        rule,
        object: { group: '', kind: 'Pod', name: 'x' },
        paths: ['spec'],
      })),
    };
    expect(told({ policies: [policyOf('a', { limits: { mode: 'warn' } })], debts: [debt] }, { sources: ['other'] })).toEqual([
      "warning Debt a--harbour source: the source 'harbour' is not known",
      "warning Debt a--harbour rules.secrets: 'secrets' is off in 'a'",
      "error Debt a--harbour rules.nothing: there is no rule 'nothing'",
    ]);
  });

  it('a feedback round on rules that there are not', () => {
    const round = {
      id: 'r',
      started: '2026-11-01T00:00:00Z',
      policy: 'nobody',
      questions: [{ rule: 'limit', question: '?', answers: [] }],
    };
    expect(told({ feedback: [round] })).toEqual([
      "error Feedback r policy: there is no policy 'nobody'",
      "warning Feedback r questions.0.rule: there is no rule 'limit'",
    ]);
  });
});

describe('a waiver', () => {
  it.each<[string, Partial<Waiver>, string]>([
    ['that ended', { expires: '2026-11-28' }, 'warning Waiver w expires: ended on 2026-11-28'],
    ['of an unknown rule', { rule: 'limit' }, "error Waiver w rule: there is no rule 'limit'"],
    ['of an unknown policy', { policies: ['default', 'nobody'] }, "error Waiver w policies.1: there is no policy 'nobody'"],
  ])('%s', (_name, more, message) => {
    expect(told({ waivers: [waiverOf(more)] })).toEqual([message]);
  });

  it('counts on its last day', () => {
    expect(told({ waivers: [waiverOf({ expires: TODAY })] })).toEqual([]);
  });

  it('without an end or an owner, or with the id of another', () => {
    const { owner: _owner, expires: _expires, ...bare } = waiverOf();
    expect(told({ waivers: [bare, waiverOf()] })).toEqual([
      'warning Waiver w : never ends',
      'warning Waiver w : has no owner',
      "error Waiver w id: a waiver with the id 'w' stands in another file too",
    ]);
  });
});

describe('patterns of namespaces', () => {
  const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 6 });
  const texts = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 });

  it('law: patterns that match one text meet', () => {
    fc.assert(
      fc.property(patterns, patterns, texts, (left, right, text) => {
        if (namespacePattern(left)(text) && namespacePattern(right)(text)) expect(patternsMeet(left, right)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('law: patterns that meet match one text, and meet in either order', () => {
    const all = ['', ...Array.from({ length: 6 }, (_, length) => words(length + 1)).flat()];
    const short = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 3 });
    fc.assert(
      fc.property(short, short, (left, right) => {
        const both = all.some((text) => namespacePattern(left)(text) && namespacePattern(right)(text));
        expect(patternsMeet(left, right)).toBe(both);
        expect(patternsMeet(right, left)).toBe(both);
      }),
    );
  });

  it('law: a pattern that covers another matches all that it matches', () => {
    fc.assert(
      fc.property(patterns, patterns, texts, (wide, narrow, text) => {
        if (coversPattern(wide, narrow) && namespacePattern(narrow)(text)) expect(namespacePattern(wide)(text)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('are answered at once, hostile or not', () => {
    const started = performance.now();
    expect(patternsMeet('a*'.repeat(250), '*b'.repeat(250))).toBe(true);
    expect(patternsMeet('*'.repeat(100_000), 'a'.repeat(200))).toBe(true);
    expect(patternsMeet('*a'.repeat(100_000), '*')).toBe(false);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

const words = (length: number): readonly string[] =>
  length === 0 ? [''] : words(length - 1).flatMap((word) => [`${word}a`, `${word}b`]);
