import { describe, expect, it } from 'vitest';
import { waiverTest } from '#core/decide/waivers.ts';
import { outcomeOf, plannedRule } from '#core/enforce/request.fixture.ts';
import type { Outcome } from '#core/enforce/request.fixture.ts';
import { Evaluator } from '#core/evaluate/evaluate.ts';
import { buildPlan, FLOOR_MINOR } from '#core/evaluate/plan.ts';
import { describeObject } from '#core/inventory/describe.ts';
import { normaliser } from '#core/inventory/normalise.ts';
import { textAt } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import type { Library } from '#core/rules/model.ts';
import type { Waiver } from '#core/workspace/model.ts';
import { loadShippedLibrary } from '#main/library.ts';

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library: Library = shipped.value;
const judge = buildPlan(library.rules, library.matchers, { minor: FLOOR_MINOR });
if (!judge.ok) throw new Error('the library does not compile: npm run rules:check says why');
const evaluator = new Evaluator(judge.value);
const normalise = normaliser(library.defaults, library.matchers);

const port = (containerPort: number, hostPort?: number): JsonObject => ({
  containerPort,
  ...(hostPort === undefined ? {} : { hostPort }),
});
const SPEC: JsonObject = {
  containers: [
    { name: 'web', image: 'web', ports: [port(80, 80), port(81)] },
    { name: 'log', image: 'log:1', resources: { limits: { memory: '1Gi' } }, ports: [port(90, 90)] },
  ],
  initContainers: [{ name: 'prepare', image: 'tools' }],
  volumes: [
    { name: 'host', hostPath: { path: '/etc' } },
    { name: 'sock', hostPath: { path: '/run' } },
  ],
};
const object = (kind: string, metadata: JsonObject, spec: JsonObject): JsonObject =>
  normalise({
    apiVersion: kind === 'Pod' ? 'v1' : kind === 'CronJob' ? 'batch/v1' : 'apps/v1',
    kind,
    metadata: { namespace: 'shop', ...metadata },
    spec,
  });

const OBJECTS: readonly JsonObject[] = [
  object('Deployment', { name: 'web', labels: { team: 'a' } }, { replicas: 1, template: { spec: SPEC } }),
  object('Deployment', { name: 'web', namespace: 'shop-dev' }, { replicas: 1, template: { spec: SPEC } }),
  object('StatefulSet', { name: 'web' }, { template: { spec: { containers: [{ name: 'web', image: 'web' }] } } }),
  object('Pod', { name: 'web' }, SPEC),
  object('Pod', { name: 'tools', labels: { team: 'b' } }, { containers: [{ name: 'web', image: 'web' }] }),
  object('CronJob', { name: 'web' }, { schedule: '@daily', jobTemplate: { spec: { template: { spec: SPEC } } } }),
];
const RULES = ['memory-limit', 'image-tag-explicit', 'no-host-port', 'no-host-path', 'replicas-min-two', 'restart-policy-always'];

/** Without rule, id and reason. */
type Speaks = Partial<Omit<Waiver, 'rule' | 'id' | 'reason'>>;
const waiver = (rule: string, speaks: Speaks): Waiver => ({ id: 'w1', rule, reason: 'until it is gone', ...speaks });

const CARRIED: readonly (readonly [string, Speaks])[] = [
  ['a namespace', { namespaces: ['shop'] }],
  ['namespaces by pattern, but for one', { namespaces: ['shop*'], exceptNamespaces: ['shop'] }],
  ['a label', { labels: { team: 'a' } }],
  ['an object', { object: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' } }],
  ['an object of the core group', { object: { group: '', kind: 'Pod', namespace: 'shop', name: 'web' } }],
  ['a container, wherever it is', { container: 'web' }],
  [
    'a container of an object',
    { container: 'prepare', object: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' } },
  ],
  ['a container by its path', { path: 'spec.template.spec.containers[name=web]' }],
  ['an init container by its path', { path: 'spec.initContainers[name=prepare]' }],
  ['a container by path and name', { path: 'spec.containers[name=web]', container: 'web' }],
  ['a field of a container', { path: 'spec.containers[name=web].image' }],
  ['all there is in a pod spec', { path: 'spec.template.spec' }],
  ['a field of the object', { path: 'spec.replicas' }],
  ['a port of a container', { path: 'spec.containers[name=web].ports[containerPort=80,protocol=TCP]' }],
  ['a volume', { path: 'spec.volumes[name=host]' }],
  ['a volume and all below it', { path: 'spec.template.spec.volumes[name=sock].hostPath' }],
];

/** What a scan makes of the object with this waiver: it fails while a place that fails is not let off. */
function scanned(rule: string, waivers: readonly Waiver[], one: JsonObject): boolean {
  const index = library.rules.findIndex(({ id }) => id === rule);
  const { verdicts, findings } = evaluator.evaluate(one);
  const seen = { ...describeObject(one), id: 1, verdicts, findings };
  const tests = waivers.map(waiverTest).filter((test) => test.object(seen));
  return findings.some((place) => place.rule === index && place.reason === undefined && !tests.some((test) => test.place(place)));
}

const enforced = (rule: string, waivers: readonly Waiver[], one: JsonObject): Outcome['result'] =>
  outcomeOf(plannedRule(library, rule, {}, { waivers }), { object: one }).result;

const matched = (rule: string) => {
  const kinds = library.matchers.matchers[library.rules.find(({ id }) => id === rule)?.match ?? '']?.kinds ?? 'any';
  return OBJECTS.filter((one) => kinds === 'any' || kinds.some(({ kind }) => kind === one['kind']));
};

describe('a waiver in an exported policy', () => {
  it.each(CARRIED)('of %s lets off exactly what it lets off in a scan', (_, speaks) => {
    for (const rule of RULES) {
      for (const one of matched(rule)) {
        const where = `${rule} ${textAt(one, 'kind')} ${JSON.stringify(one['metadata'])}`;
        expect(`${where} ${enforced(rule, [waiver(rule, speaks)], one) === 'fails'}`).toBe(
          `${where} ${scanned(rule, [waiver(rule, speaks)], one)}`,
        );
      }
    }
  });

  it('counts together with others', () => {
    const both = [
      waiver('memory-limit', { container: 'web' }),
      { ...waiver('memory-limit', { path: 'spec.initContainers[name=prepare]' }), id: 'w2' },
    ];
    const pod = OBJECTS[3] ?? {};
    expect(both.map((one) => enforced('memory-limit', [one], pod))).toEqual(['fails', 'fails']);
    expect(enforced('memory-limit', both, pod)).toBe('passes');
  });

  it('does not count after its last day, in other policies, or for other rules', () => {
    const one = OBJECTS[3] ?? {};
    const live = waiver('memory-limit', { namespaces: ['shop'] });
    expect(enforced('memory-limit', [{ ...live, expires: '2026-11-29' }], one)).toBe('skipped');
    expect(enforced('memory-limit', [{ ...live, expires: '2026-11-28' }], one)).toBe('fails');
    expect(enforced('memory-limit', [{ ...live, policies: ['other'] }], one)).toBe('fails');
    expect(enforced('image-tag-explicit', [live], one)).toBe('fails');
  });

  it.each<[string, string, Speaks, RegExp]>([
    ['an element by its number', 'memory-limit', { path: 'spec.containers[0]' }, /cannot tell the places/],
    ['one list of several', 'memory-limit', { path: 'spec.initContainers' }, /cannot tell the places/],
    ['a place of a rule on all texts', 'no-private-key', { path: 'metadata.annotations.note' }, /does not know the places/],
    ['nothing that the rule looks at', 'replicas-min-two', { path: 'spec.template' }, /covers no place/],
    ['a container where there is none', 'no-host-path', { container: 'web' }, /covers no place/],
  ])('that speaks of %s is left out, and said', (_, rule, speaks, why) => {
    const planned = plannedRule(library, rule, {}, { waivers: [waiver(rule, speaks)] });
    expect(planned.waivers).toEqual([]);
    expect(planned.waiversLeftOut.map((one) => why.test(one.why))).toEqual([true]);
  });
});
