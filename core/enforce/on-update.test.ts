import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OnUpdate } from '#core/enforce/update-guards.ts';
import { compile, createEnvironment } from '#core/cel/index.ts';
import { judgeOf } from '#core/enforce/parity/judge.fixture.ts';
import { FLOOR_MINOR } from '#core/evaluate/floor.ts';
import { RULE_COST_LIMIT } from '#core/rules/lint-cost.ts';
import { outcomeOf, plannedRule } from '#core/enforce/request.fixture.ts';
import type { Outcome } from '#core/enforce/request.fixture.ts';
import type { JsonObject } from '#core/json.ts';
import type { Library } from '#core/rules/model.ts';
import { loadShippedLibrary } from '#main/library.ts';

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library: Library = shipped.value;

const container = (name: string, more: JsonObject = {}): JsonObject => ({ name, image: 'web:1', ...more });
const sound = (name: string): JsonObject => container(name, { resources: { limits: { memory: '1Gi' } } });
const deployment = (containers: readonly JsonObject[], more: JsonObject = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { replicas: 2, ...more, template: { spec: { containers } } },
});
const ports = (...numbers: readonly number[]): JsonObject => ({
  ports: numbers.map((port) => ({ containerPort: port, hostPort: port, protocol: 'TCP' })),
});
const env = (...values: readonly string[]): JsonObject => ({ env: values.map((value, at) => ({ name: `A${at}`, value })) });
const KEY = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC';
const OTHER_KEY = `${KEY}Other`;

const update = (onUpdate: OnUpdate, rule: string, oldObject: JsonObject, object: JsonObject): Outcome =>
  outcomeOf(plannedRule(library, rule, {}, { onUpdate }), { object, oldObject });

describe('an update that adds no violation', () => {
  const kept = (rule: string, from: JsonObject, to: JsonObject) => update('no-new-violations', rule, from, to);
  const old = deployment([container('web')]);

  it('keeps the containers that failed, whatever else of them changes', () => {
    expect(kept('memory-limit', old, deployment([container('web', { image: 'web:2' })])).result).toBe('passes');
    expect(kept('memory-limit', old, deployment([container('web', { image: 'web:2' }), sound('log')])).result).toBe('passes');
    expect(kept('memory-limit', old, deployment([sound('web')])).result).toBe('passes');
    expect(kept('memory-limit', old, deployment([container('web')], { replicas: 9 })).result).toBe('skipped');
  });

  it('adds none that fails, and breaks none that held; the message names that one', () => {
    const message = (name: string) => ({ result: 'fails', message: expect.stringContaining(name) as string });
    expect(kept('memory-limit', old, deployment([container('web'), container('log')]))).toEqual(message('log'));
    const both = deployment([container('web'), sound('log')]);
    expect(kept('memory-limit', both, deployment([container('web'), container('log')]))).toEqual(message('log'));
  });

  it('may not rename what fails', () => {
    expect(kept('memory-limit', old, deployment([container('shop')])).result).toBe('fails');
  });

  it('knows an element of an element by the keys of both', () => {
    const from = deployment([container('web', ports(80)), container('log')]);
    const to = (web: JsonObject, log: JsonObject) => deployment([container('web', web), container('log', log)]);
    const changed = { image: 'web:2' };
    expect(kept('no-host-port', from, to({ ...ports(80), ...changed }, {})).result).toBe('passes');
    expect(kept('no-host-port', from, to(ports(80, 81), {})).result).toBe('fails');
    expect(kept('no-host-port', from, to({}, ports(80))).result).toBe('fails');
  });

  it('knows a text by what it says', () => {
    const from = deployment([container('web', env(KEY))]);
    expect(kept('no-private-key', from, deployment([container('web', env('a', KEY))])).result).toBe('passes');
    expect(kept('no-private-key', from, deployment([container('web', env(OTHER_KEY))])).result).toBe('fails');
  });

  it('may fail as a whole where it failed before', () => {
    const rule = plannedRule(library, 'replicas-min-two', { params: { lowest: 3 } }, { onUpdate: 'no-new-violations' });
    const scaled = (from: number, to: number) =>
      outcomeOf(rule, { oldObject: deployment([], { replicas: from }), object: deployment([], { replicas: to }) }).result;
    expect([scaled(1, 2), scaled(2, 1), scaled(3, 2)]).toEqual(['passes', 'passes', 'fails']);
    // With no replicas the rule did not apply, so that nothing had failed.
    expect(scaled(0, 1)).toBe('fails');
  });

  const element = fc.record({
    image: fc.constantFrom('web', 'web:1'),
    memory: fc.boolean(),
    ports: fc.subarray([80, 81]),
    env: fc.subarray(['a', KEY, OTHER_KEY]),
  });
  const named = fc.uniqueArray(fc.tuple(fc.constantFrom('web', 'log', 'job'), element), { selector: ([name]) => name });
  const made = (containers: readonly (readonly [string, ElementOf])[]): JsonObject =>
    deployment(
      containers.map(([name, { image, memory, ports: open, env: values }]) => ({
        ...container(name, { image, ...ports(...open), ...env(...values) }),
        ...(memory ? { resources: { limits: { memory: '1Gi' } } } : {}),
      })),
    );

  it.each(['memory-limit', 'image-tag-explicit', 'no-host-port'])(
    'is refused by %s exactly where a scan would find a place that it did not find before',
    (rule) => {
      const planned = plannedRule(library, rule, {}, { onUpdate: 'no-new-violations' });
      const judge = judgeOf({ ...library, rules: library.rules.filter(({ id }) => id === rule) });
      const places = (object: JsonObject) => (judge(object).get(rule) ?? []).map(({ path }) => path);
      fc.assert(
        fc.property(named, named, (from, to) => {
          const [oldObject, object] = [made(from), made(to)];
          const known = places(oldObject);
          const adds = places(object).some((path) => !known.includes(path));
          expect(outcomeOf(planned, { oldObject, object }).result === 'fails').toBe(adds);
        }),
        { numRuns: 60 },
      );
    },
  );

  it('costs an API server little, even where 100 containers fail as they did before', () => {
    const { expression, variables } = plannedRule(library, 'memory-limit', {}, { onUpdate: 'no-new-violations' });
    const names = ['object', 'oldObject', 'request'];
    const environment = createEnvironment({ minor: FLOOR_MINOR, variables: names, composed: variables });
    const program = environment.ok ? compile(environment.value, expression) : undefined;
    if (!environment.ok || program?.ok !== true) throw new Error('does not compile');
    const hundred = (image: string) => deployment(Array.from({ length: 100 }, (_, at) => container(`c${at}`, { image })));
    const frame = environment.value.frame();
    frame.set(environment.value.slot('object'), hundred('web:2'));
    frame.set(environment.value.slot('oldObject'), hundred('web:1'));
    frame.set(environment.value.slot('request'), { operation: 'UPDATE' });
    const { value, cost } = program.value.evaluateCounted(frame);
    expect(value).toBe(true);
    expect(cost).toBeLessThan(RULE_COST_LIMIT);
  });

  it('is judged like any other where it creates', () => {
    const rule = plannedRule(library, 'memory-limit', {}, { onUpdate: 'no-new-violations' });
    expect(outcomeOf(rule, { object: old }).result).toBe('fails');
    expect(outcomeOf(rule, { object: deployment([sound('web')]) }).result).toBe('passes');
  });
});

interface ElementOf {
  readonly image: string;
  readonly memory: boolean;
  readonly ports: readonly number[];
  readonly env: readonly string[];
}

describe('what an update may do', () => {
  const failing = deployment([container('web')]);
  const scaled = deployment([container('web')], { replicas: 9 });
  const newImage = deployment([container('web', { image: 'web:2' })]);

  it.each<[OnUpdate, Outcome['result'], Outcome['result']]>([
    ['template-changed', 'skipped', 'fails'],
    ['no-new-violations', 'skipped', 'passes'],
    ['strict', 'fails', 'fails'],
  ])('%s: an old Deployment that is scaled %s, with a new image %s', (onUpdate, scaling, image) => {
    expect(update(onUpdate, 'memory-limit', failing, scaled).result).toBe(scaling);
    expect(update(onUpdate, 'memory-limit', failing, newImage).result).toBe(image);
  });

  it('is not asked where only what is created is judged', () => {
    const rule = plannedRule(library, 'memory-limit', {}, { onUpdate: 'create-only' });
    expect(rule.match.operations).toEqual(['CREATE']);
    expect(rule.conditions.map(({ name }) => name)).toEqual(['not-being-deleted', 'not-by-a-controller']);
  });

  it('never stands in the way of a controller of Kubernetes, or of what is going', () => {
    const rule = plannedRule(library, 'memory-limit', {}, { onUpdate: 'strict' });
    const user = 'system:serviceaccount:kube-system:deployment-controller';
    expect(outcomeOf(rule, { object: newImage, oldObject: failing, user }).result).toBe('skipped');
    const metadata = { name: 'web', namespace: 'shop', deletionTimestamp: '2026-11-29T00:00:00Z' };
    expect(outcomeOf(rule, { object: { ...newImage, metadata }, oldObject: failing }).result).toBe('skipped');
  });
});
