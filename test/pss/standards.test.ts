import { describe, expect, it } from 'vitest';
import { loadShippedLibrary } from '#main/library.ts';
import type { JsonObject } from '#core/json.ts';
import { TEMPLATE_KINDS } from '#core/enforce/parity/served-objects.fixture.ts';
import { CASES, isEphemeral, podObject } from './cases.ts';
import type { PodCase } from './cases.ts';
import { CONTROLS, controlsAt, LEVELS, NEWEST, violations } from './facts.ts';
import { goldenLines } from './golden.ts';
import { workloadCase } from './judge.ts';
import { controlOf, OurJudge, templateRules } from './ours.ts';

/*
 * The rules of the Pod Security Standards against what real PodSecurity admission said (golden.tsv; apiserver.test.ts keeps it true),
 * and against the facts (facts.ts) for what it does not know or take: version 1.37, and Pods that its validation refuses.
 */

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library = shipped.value;
const ours = new OurJudge(library);
const versions = Array.from({ length: NEWEST + 1 }, (_, version) => version);

/** What the API server does not count on a template, but does on the Pods that are made of it: there it fills in host ports. */
const HOST_PORTS = 'a port in the network of the node';

const objectOf = (one: PodCase, kind: string): JsonObject => {
  const template = TEMPLATE_KINDS.find((known) => known === kind);
  return template === undefined ? podObject(one) : workloadCase(one, template);
};

describe('the library', () => {
  it('has one rule for each control, and each in the level that it belongs to', () => {
    const rules = library.rules.flatMap((rule) => {
      const framework = rule.frameworks.find(({ id }) => id === 'PSS');
      return framework === undefined ? [] : [`${framework.level} ${framework.control}`];
    });
    expect(rules.toSorted()).toEqual(CONTROLS.map(({ id, level }) => `${level} ${id}`).toSorted());
  });

  it.each(LEVELS)('has the template of %s, with every control that it has in any version', (level) => {
    const controls = new Set(versions.flatMap((version) => controlsAt(level, version).map(({ id }) => id)));
    expect(new Set(templateRules(library, level).map(controlOf))).toEqual(controls);
  });
});

describe('what PodSecurity admission says', () => {
  const cases = new Map(CASES.map((one) => [one.name, one]));
  const lines = goldenLines();

  it('is what the rules say: the same verdict, and the same controls', () => {
    const wrong: string[] = [];
    for (const { name, kinds, level, versions: asked, controls } of lines) {
      const one = cases.get(name);
      if (one === undefined) {
        wrong.push(`no case '${name}': node scripts/pss-golden.ts`);
        continue;
      }
      for (const kind of kinds) {
        const expected = name.includes(HOST_PORTS) && kind !== 'Pod' ? [...controls, 'hostPorts'].toSorted() : controls;
        const object = objectOf(one, kind);
        for (const version of asked) {
          const found = ours.violations(object, level, version);
          if (found.join() !== expected.join())
            wrong.push(`${kind} ${name}, ${level} 1.${version}: ${found.join()} for ${expected.join()}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('was asked of every control, violated and kept, in Pods and in each kind of workload', () => {
    for (const kind of ['Pod', ...TEMPLATE_KINDS]) {
      const asked = lines.filter(({ kinds }) => kinds.includes(kind));
      expect(new Set(asked.map(({ level }) => level))).toEqual(new Set(LEVELS));
      if (kind === 'Pod')
        expect(new Set(asked.flatMap(({ controls }) => controls))).toEqual(new Set(CONTROLS.map(({ id }) => id)));
      expect(asked.some(({ controls }) => controls.length === 0)).toBe(true);
    }
  });

  it('was asked thousands of times', () => {
    const answers = lines.reduce((sum, { kinds, versions: asked }) => sum + kinds.length * asked.length, 0);
    expect(answers).toBeGreaterThan(10_000);
  });
});

describe('what the facts say', () => {
  const disagreements = (
    objectFor: (one: PodCase) => JsonObject,
    some: readonly PodCase[],
    asked: readonly number[],
  ): readonly string[] =>
    some.flatMap((one) => {
      const object = objectFor(one);
      return LEVELS.flatMap((level) =>
        asked.flatMap((version) => {
          const [found, expected] = [ours.violations(object, level, version), violations(one, level, version)];
          return found.join() === expected.join()
            ? []
            : [`${one.name}, ${level} 1.${version}: ${found.join()} for ${expected.join()}`];
        }),
      );
    });

  it(
    'is what the rules say of every Pod in every version, 1.37 too, and of Pods that no API server takes',
    { timeout: 120_000 },
    () => {
      expect(disagreements((one) => podObject(one), CASES, versions)).toEqual([]);
    },
  );

  const CUSTOM: readonly (readonly [string, string, string])[] = [
    ['extensions/v1beta1', 'Deployment', 'legacy'],
    ['argoproj.io/v1alpha1', 'Rollout', 'of Argo'],
    ['serving.knative.dev/v1', 'Service', 'of Knative'],
    ['apps.openshift.io/v1', 'DeploymentConfig', 'of OpenShift'],
  ];

  it.each(TEMPLATE_KINDS)('is what they say of each %s that makes such Pods', { timeout: 120_000 }, (kind) => {
    const boundaries = [0, 7, 8, 18, 19, 21, 22, 23, 24, 25, 34, 35, NEWEST];
    const some = CASES.filter((one) => !isEphemeral(one));
    expect(disagreements((one) => workloadCase(one, kind), some, boundaries)).toEqual([]);
  });

  it.each(CUSTOM)('is what they say of custom and old kinds: %s %s (%s)', { timeout: 120_000 }, (apiVersion, kind) => {
    const object = ({ annotations, spec }: PodCase): JsonObject => ({
      apiVersion,
      kind,
      metadata: { name: 'a', namespace: 'shop' },
      spec: { template: { metadata: { annotations }, spec } },
    });
    expect(
      disagreements(
        object,
        CASES.filter((one) => !isEphemeral(one)),
        [18, 36, NEWEST],
      ),
    ).toEqual([]);
  });
});
