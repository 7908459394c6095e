import { describe, expect, it } from 'vitest';
import { closureSet } from '#core/cel/index.ts';
import type { PlannedRule } from '#core/enforce/model.ts';
import { plan } from '#core/enforce/plan.ts';
import { OPTIONS } from '#core/enforce/request.fixture.ts';
import { JudgedAnew } from '#core/enforce/replay/anew.ts';
import { ScanVerdicts, seeingLess } from '#core/enforce/replay/known.ts';
import { contentOf } from '#core/enforce/replay/subject.ts';
import { NOT_KNOWN } from '#core/enforce/replay/replay.ts';
import type { KnownVerdicts } from '#core/enforce/replay/replay.ts';
import { NEWEST_MINOR } from '#core/evaluate/floor.ts';
import { NOT_APPLICABLE } from '#core/inventory/model.ts';
import { factKey, ruleHash } from '#core/rules/hash.ts';
import { dependsOnKubernetes, forKubernetes } from '#core/rules/kubernetes.ts';
import type { Rule } from '#core/rules/model.ts';
import { all, differences, library, normalised, objects } from '#test/replay-examples.ts';
import { generatedAtOnce } from '#main/scan/generated-code.ts';

/** Plans for other versions, and with other parameters, than the scan was judged for. */

const scannedAs = (minor: number): ScanVerdicts => {
  const kubernetesMinor = `1.${minor}`;
  const rules = library.rules.map((rule) => ({
    id: rule.id,
    factKey: factKey(ruleHash(rule, library.matchers, library.defaults), rule, { kubernetesMinor }),
  }));
  return new ScanVerdicts(library, { ruleSet: { rules }, kubernetesMinor, minor });
};

const ruleOf = (id: string, params = {}): Rule => {
  const rule = library.rules.find((one) => one.id === id);
  if (rule === undefined) throw new Error(`no rule ${id}`);
  return { ...rule, params: { ...rule.params, ...params } };
};

describe('the verdicts of a scan', () => {
  const scan = scannedAs(36);
  const at = (id: string): number => library.rules.findIndex((rule) => rule.id === id);

  it('are those of a rule that does not depend on the version, whatever the plan is for', () => {
    expect(scan.position(ruleOf('memory-limit'), undefined)).toBe(at('memory-limit'));
  });

  it('are those of a rule that is the same for the version of the plan', () => {
    expect(scan.position(ruleOf('pss-host-probes'), 35)).toBe(at('pss-host-probes'));
    expect(scan.position(ruleOf('pss-seccomp-restricted'), 25)).toBe(at('pss-seccomp-restricted'));
  });

  it('are not those of a rule that changed between both, nor of one with other parameters', () => {
    expect(scan.position(ruleOf('pss-host-probes'), 33)).toBeUndefined();
    expect(scan.position(ruleOf('pss-seccomp-restricted'), 24)).toBeUndefined();
    expect(scan.position(ruleOf('pss-seccomp-baseline', { level: 'restricted' }), 36)).toBeUndefined();
  });

  it('stand for a rule exactly where it reads the same for both versions', () => {
    for (const rule of library.rules.filter(dependsOnKubernetes)) {
      for (let minor = 16; minor <= NEWEST_MINOR; minor += 1) {
        const [now, then] = [forKubernetes(rule, 36), forKubernetes(rule, minor)];
        const isSame = now.when === then.when && now.require === then.require;
        expect([rule.id, minor, scan.position(rule, minor) !== undefined]).toEqual([rule.id, minor, isSame]);
      }
    }
  });
});

/** Objects of kinds that no rule looks at are not judged. */
const applicable = (verdicts: KnownVerdicts = new Uint8Array()): readonly number[] =>
  [...verdicts].map((code) => (code === NOT_KNOWN ? NOT_APPLICABLE : code));

describe.each([
  ['closures', closureSet],
  ['generated code', generatedAtOnce],
] as const)('rules that are judged anew, by %s', (_, makeSet) => {
  const knownFrom = (anew: JudgedAnew, rules: readonly Rule[]): ((planned: PlannedRule) => KnownVerdicts) => {
    objects.forEach((object, at) => {
      const body = normalised[at];
      if (body !== undefined && anew.looksAt(object)) anew.judge(at, contentOf(body));
    });
    return (planned) => {
      const rule = rules.find(({ id }) => id === planned.rule);
      if (rule === undefined) throw new Error(`no rule ${planned.rule}`);
      return seeingLess(planned, rule, library, anew.verdicts(rule.id) ?? new Uint8Array());
    };
  };
  const judged = (rules: readonly Rule[], minor: number): JudgedAnew => {
    const made = JudgedAnew.of(new Map(rules.map((rule) => [rule.id, rule])), library.matchers, {
      minor,
      objects: objects.length,
      makeSet,
    });
    if (made === undefined) throw new Error('nothing is judged');
    return made;
  };

  it.each([28, 30, 33, NEWEST_MINOR])(
    'get what the exported expressions say for Kubernetes 1.%i',
    { timeout: 120_000 },
    (minor) => {
      const rules = library.rules.filter(dependsOnKubernetes);
      const made = plan(all, library, { ...OPTIONS, minor });
      const some = { ...made, rules: made.rules.filter((rule) => rules.some(({ id }) => id === rule.rule)) };
      expect(some.rules.length).toBeGreaterThan(5);
      expect(differences(some, knownFrom(judged(rules, minor), rules))).toEqual([]);
    },
  );

  it('get what they say of every rule', { timeout: 120_000 }, () => {
    const rules = library.rules.filter(({ scope }) => scope === 'object');
    const made = plan(all, library, { ...OPTIONS, minor: 36 });
    expect(differences(made, knownFrom(judged(rules, 36), rules))).toEqual([]);
  });

  it('are judged with the parameters of the policy, also where one rule has several', () => {
    const two = [ruleOf('pss-seccomp-baseline'), ruleOf('pss-seccomp-baseline', { level: 'restricted' })];
    const rules = new Map(two.map((rule, at) => [`${at}`, rule]));
    const anew = JudgedAnew.of(rules, library.matchers, { minor: 36, objects: objects.length, makeSet });
    const codes = (rule: Rule): readonly number[] => {
      const alone = judged([rule], 36);
      objects.forEach((object, at) => {
        const body = normalised[at];
        if (body === undefined || !alone.looksAt(object)) return;
        alone.judge(at, body);
        anew?.judge(at, body);
      });
      return applicable(alone.verdicts(rule.id));
    };
    const [first, second] = two.map(codes);
    expect(first).not.toEqual(second);
    expect(applicable(anew?.verdicts('0'))).toEqual(first);
    expect(applicable(anew?.verdicts('1'))).toEqual(second);
  });
});

it('nothing is judged anew where there is nothing to judge', () => {
  expect(JudgedAnew.of(new Map(), library.matchers, { minor: 30, objects: 1, makeSet: closureSet })).toBeUndefined();
});
