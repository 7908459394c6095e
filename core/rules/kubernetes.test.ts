import { describe, expect, it } from 'vitest';
import { ruleOf } from '#core/evaluate/small-rules.fixture.ts';
import { contextKey } from '#core/rules/hash.ts';
import { dependsOnKubernetes, exampleMinor, forKubernetes, neverApplies } from '#core/rules/kubernetes.ts';

const rule = ruleOf({
  require: "it.a == 'x' || params.kubernetesMinor >= 31 && it.a == params.other",
  when: "params.kubernetesMinor >= 20 && (params.kubernetesMinor < 25 || variables.podSpec.os != 'windows')",
  params: { other: 'y' },
});

describe('a rule that depends on the Kubernetes version', () => {
  it('is, for one version, what holds for it, with its parameters inlined', () => {
    expect(forKubernetes(rule, 36)).toMatchObject({
      require: "it.a == 'x' || it.a == 'y'",
      when: "variables.podSpec.os != 'windows'",
    });
    expect(forKubernetes(rule, 30).require).toBe("it.a == 'x'");
  });

  it('applies always, or never, where its condition says so', () => {
    expect(forKubernetes(rule, 24)).not.toHaveProperty('when');
    expect(neverApplies(forKubernetes(rule, 24))).toBe(false);
    expect(neverApplies(forKubernetes(rule, 19))).toBe(true);
  });

  it('has facts for each version; one that does not depend on it has the same for all', () => {
    expect(dependsOnKubernetes(rule)).toBe(true);
    expect(contextKey(rule, { kubernetesMinor: '1.30' })).not.toBe(contextKey(rule, { kubernetesMinor: '1.31' }));
    const other = ruleOf({ require: 'it.a == params.other', params: { other: 1 } });
    expect(forKubernetes(other, 30)).toBe(other);
    expect(contextKey(other, { kubernetesMinor: '1.30' })).toBe(contextKey(other, {}));
  });

  it('judges as for the newest where nothing says the version', () => {
    expect(contextKey(rule, {})).toBe(contextKey(rule, { kubernetesMinor: '1.37' }));
    expect(contextKey(rule, { kubernetesMinor: '' })).toBe(contextKey(rule, {}));
    expect(exampleMinor({ name: 'one', object: {} })).toBe(37);
    expect(exampleMinor({ name: 'old', kubernetes: '1.9', object: {} })).toBe(9);
  });

  it('is left as it is where its expressions cannot be read, for the compiler to say so', () => {
    const broken = ruleOf({ require: 'params.kubernetesMinor >' });
    expect(forKubernetes(broken, 30)).toBe(broken);
  });
});
