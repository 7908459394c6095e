import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '#core/json.ts';
import type { FieldDefault, Matcher } from '#core/rules/model.ts';
import { declaredVersions } from './declared.ts';
import { describeObject } from './describe.ts';
import { evaluationKey, LAST_APPLIED, stripForKey } from './key.ts';
import { normaliser } from './normalise.ts';

const hash = (text: string): Uint8Array => createHash('sha256').update(text).digest();
const keyOf = (object: JsonObject, context = {}): string =>
  Buffer.from(evaluationKey(object, declaredVersions(object), hash, context)).toString('hex');

/** Any JSON map with another order of keys, at every depth. */
function turned(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, turned(inner as JsonValue)]),
  );
}

const workload = fc.record({
  labels: fc.dictionary(fc.constantFrom('app', 'team', 'tier'), fc.string({ maxLength: 5 })),
  env: fc.array(fc.record({ name: fc.string({ maxLength: 4 }), value: fc.string({ maxLength: 4 }) }), {
    minLength: 1,
    maxLength: 3,
  }),
  replicas: fc.integer({ min: 0, max: 3 }),
});
type Workload = typeof workload extends fc.Arbitrary<infer T> ? T : never;

const deployment = ({ labels, env, replicas }: Workload, metadata: JsonObject = {}, status: JsonObject = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', uid: 'u', labels, ...metadata },
  spec: { replicas, template: { spec: { containers: [{ name: 'c', env }] } } },
  status,
});

describe('the evaluation key', () => {
  it('is the same whatever the order of keys, the status and the book-keeping', () => {
    fc.assert(
      fc.property(workload, fc.nat(), fc.dictionary(fc.string(), fc.string()), (described, number, noise) => {
        const applied = JSON.stringify({ apiVersion: 'apps/v1', note: number });
        const managed = (time: string): JsonObject => ({ manager: 'kubectl', apiVersion: 'apps/v1', time, fieldsV1: noise });
        const one = deployment(
          described,
          {
            resourceVersion: '1',
            generation: 1,
            managedFields: [managed('a')],
            annotations: { [LAST_APPLIED]: '{"apiVersion":"apps/v1"}' },
          },
          {},
        );
        const other = deployment(
          described,
          {
            resourceVersion: String(number),
            generation: number,
            managedFields: [managed('b')],
            annotations: { [LAST_APPLIED]: applied },
          },
          { replicas: number, ...noise },
        );
        expect(keyOf(turned(other) as JsonObject)).toBe(keyOf(one));
      }),
    );
  });

  it('changes with one label, one environment value, one declared version', () => {
    fc.assert(
      fc.property(workload, (described) => {
        const before = keyOf(deployment(described));
        const [first, ...rest] = described.env;
        const changed = [
          deployment({ ...described, labels: { ...described.labels, team: `${described.labels['team'] ?? ''}x` } }),
          deployment({ ...described, env: [{ name: first?.name ?? '', value: `${first?.value ?? ''}x` }, ...rest] }),
          deployment({ ...described, replicas: described.replicas + 1 }),
          deployment(described, { managedFields: [{ manager: 'helm', apiVersion: 'apps/v1beta1' }] }),
        ];
        expect(new Set([before, ...changed.map((object) => keyOf(object))]).size).toBe(5);
      }),
    );
  });

  it('tells an assumed namespace and dropped environment values apart: what is stored differs', () => {
    const object = deployment({ labels: {}, env: [], replicas: 1 });
    const keys = [{}, { assumedNamespace: true }, { dropEnvValues: true }, { assumedNamespace: true, dropEnvValues: true }].map(
      (context) => keyOf(object, context),
    );
    expect(new Set(keys).size).toBe(4);
  });

  it('is the same for an object that was stripped before, and strips no more than it says', () => {
    const object = deployment(
      { labels: { app: 'a' }, env: [], replicas: 1 },
      { annotations: { a: 'b', [LAST_APPLIED]: '{}' }, resourceVersion: '7' },
      { phase: 'x', other: 1 },
    );
    const stripped = stripForKey(object);
    expect(stripped).toEqual({
      ...deployment({ labels: { app: 'a' }, env: [], replicas: 1 }, { annotations: { a: 'b' } }),
      status: undefined,
    });
    expect(Object.hasOwn(stripped, 'status')).toBe(false);
    expect(stripForKey(object, { 'apps/Deployment': ['phase'] })['status']).toEqual({ phase: 'x' });
    expect(evaluationKey(stripped, [], hash)).toEqual(evaluationKey(object, [], hash));
  });
});

describe('declared versions', () => {
  it('come from managedFields and last-applied, each pair once', () => {
    const metadata = {
      managedFields: [
        { manager: 'helm', apiVersion: 'extensions/v1beta1' },
        { manager: 'helm', apiVersion: 'extensions/v1beta1' },
        { manager: 'argocd', apiVersion: 'apps/v1' },
        'odd',
        {},
      ],
      annotations: { [LAST_APPLIED]: '{"apiVersion":"networking.k8s.io/v1beta1","kind":"Ingress"}' },
    };
    expect(declaredVersions({ metadata })).toEqual([
      { manager: 'argocd', apiVersion: 'apps/v1' },
      { manager: 'helm', apiVersion: 'extensions/v1beta1' },
      { manager: 'kubectl-client-side-apply', apiVersion: 'networking.k8s.io/v1beta1' },
    ]);
  });

  it.each([
    ['{"kind":"X","apiVersion":"v1"}', 'v1'],
    ['no json', undefined],
    ['[]', undefined],
    ['{"apiVersion":7}', undefined],
  ])('reads %s', (applied, version) => {
    expect(declaredVersions({ metadata: { annotations: { [LAST_APPLIED]: applied } } })[0]?.apiVersion).toBe(version);
  });
});

describe('describing an object', () => {
  it('names it, its controller and its labels', () => {
    const object = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        generateName: 'web-',
        namespace: 'shop',
        uid: 'u1',
        labels: { app: 'web', odd: 7, token: 'ghp_0123456789abcdefghijABCDEFGHIJ012345' },
        ownerReferences: [
          { kind: 'Other', name: 'o', uid: '1' },
          { kind: 'ReplicaSet', name: 'web-1', uid: '2', controller: true },
        ],
      },
    };
    expect(describeObject(object)).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      namespace: 'shop',
      name: 'web-',
      uid: 'u1',
      owner: { kind: 'ReplicaSet', name: 'web-1', uid: '2' },
      labels: { app: 'web', token: '[redacted]' },
      waivers: {},
      idle: false,
      assumedNamespace: false,
    });
  });

  it('reads waivers of the object and of its pods, its own first', () => {
    const pods = {
      'plimsoll.dev/waive.no-latest': 'pods say',
      'datree.skip/CONTAINERS_MISSING_X': 'skip',
      other: 'x',
      'plimsoll.dev/waive.': 'nothing',
    };
    const own = { 'plimsoll.dev/waive.no-latest': 'object says' };
    const expected = { 'no-latest': 'object says', CONTAINERS_MISSING_X: 'skip' };
    const deploymentOf = (spec: JsonObject): JsonObject => ({
      apiVersion: 'apps/v1',
      kind: 'X',
      metadata: { name: 'x', annotations: own },
      spec,
    });
    expect(describeObject(deploymentOf({ template: { metadata: { annotations: pods } } })).waivers).toEqual(expected);
    expect(
      describeObject(deploymentOf({ jobTemplate: { spec: { template: { metadata: { annotations: pods } } } } })).waivers,
    ).toEqual(expected);
  });

  it('calls an owned ReplicaSet without replicas idle, and no other', () => {
    const set = (kind: string, replicas: number, owned: boolean): boolean =>
      describeObject({
        apiVersion: 'apps/v1',
        kind,
        metadata: {
          name: 'x',
          ...(owned ? { ownerReferences: [{ kind: 'Deployment', name: 'd', uid: 'u', controller: true }] } : {}),
        },
        spec: { replicas },
      }).idle;
    expect([
      set('ReplicaSet', 0, true),
      set('ReplicaSet', 1, true),
      set('ReplicaSet', 0, false),
      set('StatefulSet', 0, true),
    ]).toEqual([true, false, false, false]);
  });

  it('survives objects of any shape', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('apiVersion', 'kind', 'metadata', 'spec', '__proto__'), fc.jsonValue()),
        (object) => {
          const value = JSON.parse(JSON.stringify(object)) as JsonObject;
          expect(describeObject(value).labels).toBeDefined();
          expect(keyOf(value)).toHaveLength(64);
        },
      ),
    );
  });
});

describe('normalising', () => {
  const matcher: Matcher = {
    name: 'workloads',
    kinds: [{ group: 'apps', versions: ['v1'], kind: 'Deployment', resource: 'deployments', podSpec: 'spec.template.spec' }],
  };
  const defaults: FieldDefault[] = [
    { kinds: ['apps/Deployment'], path: 'spec.replicas', value: 1 },
    { kinds: ['apps/Deployment'], path: 'podSpec.containers[].ports[].protocol', value: 'TCP' },
    { kinds: ['/Service'], path: 'spec.type', value: 'ClusterIP' },
  ];
  const normalise = normaliser(defaults, { matchers: { workloads: matcher } });

  it('drops null map values, keeps list items, fills in defaults where there is room for them', () => {
    const object = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      status: null,
      spec: {
        paused: null,
        list: [null, { a: null, b: 1 }],
        template: { spec: { containers: [{ ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }] }, {}] } },
      },
    };
    const before = JSON.stringify(object);
    expect(normalise(object)).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      spec: {
        replicas: 1,
        list: [null, { b: 1 }],
        template: {
          spec: {
            containers: [
              {
                ports: [
                  { containerPort: 80, protocol: 'TCP' },
                  { containerPort: 53, protocol: 'UDP' },
                ],
              },
              {},
            ],
          },
        },
      },
    });
    expect(JSON.stringify(object)).toBe(before);
  });

  it('changes nothing that is whole, of no kind it knows, or of the wrong shape', () => {
    const objects: JsonObject[] = [
      { apiVersion: 'apps/v1', kind: 'Deployment', spec: { replicas: 0 } },
      { apiVersion: 'v1', kind: 'Pod', spec: {} },
      { apiVersion: 'apps/v1', kind: 'Deployment', spec: 'odd' },
      { kind: 7 },
    ];
    for (const object of objects) expect(normalise(object)).toBe(object);
    expect(normalise({ apiVersion: 'v1', kind: 'Service' })).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      spec: { type: 'ClusterIP' },
    });
  });
});
