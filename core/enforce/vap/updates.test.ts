import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ON_UPDATE } from '#core/enforce/update-guards.ts';
import type { OnUpdate } from '#core/enforce/update-guards.ts';
import { plan } from '#core/enforce/plan.ts';
import { OPTIONS } from '#core/enforce/request.fixture.ts';
import { vapObjects } from '#core/enforce/vap/objects.ts';
import { textAt } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import type { Library, Rule } from '#core/rules/model.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { startApiServer } from '#test/apiserver.ts';
import type { ApiResponse, ApiServer, ServerVersion } from '#test/apiserver.ts';
import { requireEnvtest } from '#test/envtest.ts';

/*
 * What real API servers let people, and controllers, do with objects that are older than the rules: each guard denies in a namespace
 * of its own. And the ways in which a Pod gets other containers and other limits after it was made.
 */

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library: Library = shipped.value;
const ruleOf = (id: string): Rule => {
  const rule = library.rules.find((one) => one.id === id);
  if (rule === undefined) throw new Error(`no rule ${id}`);
  return rule;
};

const PRIVATE_KEY = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC';
const ANNOTATED = 'annotated';
const PODS = 'pods-of-shop';
const MEMORY: Rule = { ...ruleOf('memory-limit'), message: 'container {{container}} has no limit' };
const SMALL: Rule = {
  ...MEMORY,
  id: 'memory-small',
  require:
    "!has(it.resources) || !has(it.resources.limits) || !('memory' in it.resources.limits) || quantity(string(it.resources.limits.memory)).compareTo(quantity('1Gi')) <= 0",
  message: 'container {{container}} takes much memory',
};

/** Rules under these ids that deny in one namespace and are silent elsewhere. */
function denying(
  rules: readonly Rule[],
  namespace: string,
  onUpdate: OnUpdate = 'template-changed',
  exportAnnotationWaivers = false,
): readonly JsonObject[] {
  const settings = Object.fromEntries(rules.map(({ id }) => [id, { mode: 'deny' as const }]));
  const made = plan(
    { name: namespace, title: '', description: '', exportAnnotationWaivers, rules: settings },
    { ...library, rules },
    {
      ...OPTIONS,
      onUpdate,
      failurePolicy: 'Fail',
      steps: [{ mode: 'audit' }, { mode: 'deny', namespaces: [namespace] }],
    },
  );
  expect(made.skipped).toEqual([]);
  return made.rules.flatMap((rule) => vapObjects(made, rule, 'test'));
}

const container = (name: string, more: JsonObject = {}): JsonObject => ({ name, image: 'web:1', ...more });
const limited = (name: string, memory = '1Gi'): JsonObject => container(name, { resources: { limits: { memory } } });
const workload = (kind: string, containers: readonly JsonObject[], more: JsonObject = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'old' },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'old' } },
    template: { metadata: { labels: { app: 'old' } }, spec: { containers } },
    ...more,
  },
});
const pod = (name: string, containers: readonly JsonObject[], metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...metadata },
  spec: { containers },
});

const CONTROLLER = 'system:serviceaccount:kube-system:replicaset-controller';
const SERVERS: readonly { readonly version: ServerVersion }[] = [{ version: '1.30' }, { version: '1.36' }];

describe.each(SERVERS)('on a real API server $version', ({ version }) => {
  const { available } = requireEnvtest(['etcd', `kube-apiserver-${version}`]);
  let server: ApiServer;

  const inNamespace = (namespace: string, object: JsonObject): JsonObject => ({
    ...object,
    metadata: { ...(object['metadata'] as JsonObject), namespace },
  });

  beforeAll(async () => {
    if (!available) return;
    server = await startApiServer({ version, users: [{ name: CONTROLLER, groups: ['system:masters'] }] });
    await server.apply(
      [...ON_UPDATE, PODS, ANNOTATED].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    );
    const old = [workload('Deployment', [container('web')]), workload('ReplicaSet', [container('web')])];
    const pods = [
      pod('sound', [limited('web')]),
      pod('old', [container('web')]),
      pod('latest', [{ ...limited('web'), image: 'web' }]),
    ];
    await server.apply([
      ...ON_UPDATE.flatMap((namespace) => old.map((object) => inNamespace(namespace, object))),
      ...pods.map((object) => inNamespace(PODS, object)),
    ]);
    await server.apply([
      ...ON_UPDATE.flatMap((onUpdate) => denying([{ ...MEMORY, id: `memory-${onUpdate}` }], onUpdate, onUpdate)),
      ...denying([MEMORY, SMALL, ruleOf('no-privileged'), ruleOf('no-private-key'), ruleOf('image-tag-explicit')], PODS),
    ]);
    await server.apply(denying([{ ...MEMORY, id: 'memory-annotated' }], ANNOTATED, 'template-changed', true));
    await active();
  }, 120_000);
  afterAll(async () => server?.stop());

  const post = (namespace: string, object: JsonObject, user = 'admin'): Promise<ApiResponse> =>
    server.request('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, object, { user });

  async function active(): Promise<void> {
    const bad = [container('web', { securityContext: { privileged: true } })];
    const waits = [
      ...ON_UPDATE.map((namespace) => [namespace, pod('new', bad)] as const),
      [PODS, pod('new', [container('web')])] as const,
      [ANNOTATED, pod('new', [container('web')])] as const,
      [PODS, pod('new', [limited('web', '2Gi')])] as const,
      [PODS, pod('new', [{ ...limited('web'), securityContext: { privileged: true } }])] as const,
    ];
    for (const [namespace, object] of waits) {
      for (let turn = 0; (await post(namespace, object)).status !== 422; turn += 1) {
        if (turn > 200) throw new Error(`never active in ${namespace}`);
        await new Promise((resume) => setTimeout(resume, 200));
      }
    }
  }

  /** The stored object of this kind with another spec or metadata, sent as an update. */
  async function updated(
    namespace: string,
    kind: 'deployments' | 'replicasets',
    change: (old: JsonObject) => JsonObject,
    user = 'admin',
  ) {
    const path = `/apis/apps/v1/namespaces/${namespace}/${kind}/old`;
    const { body } = await server.request('GET', path);
    return server.request('PUT', `${path}?dryRun=All`, change(body as JsonObject), { user });
  }
  const withSpec = (change: JsonObject) => (old: JsonObject) => ({ ...old, spec: { ...(old['spec'] as JsonObject), ...change } });
  const withContainers = (...containers: readonly JsonObject[]) =>
    withSpec({ template: { metadata: { labels: { app: 'old' } }, spec: { containers } } });
  const relabelled = (old: JsonObject) => ({
    ...old,
    metadata: { ...(old['metadata'] as JsonObject), labels: { team: 'shop' } },
  });

  const CHANGES = {
    scaled: withSpec({ replicas: 9 }),
    relabelled,
    'with a new image': withContainers(container('web', { image: 'web:2' })),
    'with one more that holds': withContainers(container('web'), limited('log')),
    'with one more that fails': withContainers(container('web'), container('log')),
    mended: withContainers(limited('web')),
  };
  const [YES, NO] = [200, 422];

  it.skipIf(!available).each<[OnUpdate, readonly number[]]>([
    ['create-only', [YES, YES, YES, YES, YES, YES]],
    ['template-changed', [YES, YES, NO, NO, NO, YES]],
    ['no-new-violations', [YES, YES, YES, YES, NO, YES]],
    ['strict', [NO, NO, NO, NO, NO, YES]],
  ])('%s: an old Deployment that fails may be changed as it says', async (onUpdate, expected) => {
    const answers: Record<string, number> = {};
    for (const [name, change] of Object.entries(CHANGES)) answers[name] = (await updated(onUpdate, 'deployments', change)).status;
    expect(answers).toEqual(Object.fromEntries(Object.keys(CHANGES).map((name, at) => [name, expected[at]])));
    expect((await post(onUpdate, pod('new', [container('web')]))).status).toBe(NO);
  });

  it.skipIf(!available)('says which container is new where one may not be added', async () => {
    const answer = await updated('no-new-violations', 'deployments', CHANGES['with one more that fails']);
    expect(textAt(answer.body as JsonValue, 'message')).toMatch(/denied request: container log has no limit$/);
  });

  it.skipIf(!available).each(ON_UPDATE)('%s: never stands in the way of a controller', async (onUpdate) => {
    expect((await updated(onUpdate, 'replicasets', withSpec({ replicas: 3 }), CONTROLLER)).status).toBe(200);
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'old', uid: '1', controller: true };
    const made = pod('old-1', [container('web')], { ownerReferences: [owner] });
    expect((await post(onUpdate, made, CONTROLLER)).status).toBe(201);
    expect((await post(onUpdate, pod('old-1', [container('web')]), CONTROLLER)).status).toBe(422);
  });

  it.skipIf(!available)('lets objects off by their annotations where the policy says so, and nowhere else', async () => {
    const waived = (rule: string) =>
      pod('new', [container('web')], { annotations: { [`plimsoll.dev/waive.${rule}`]: 'measured' } });
    expect((await post(ANNOTATED, waived('memory-annotated'))).status).toBe(201);
    expect((await post(ANNOTATED, waived('memory-limit'))).status).toBe(422);
    expect((await post(PODS, waived('memory-limit'))).status).toBe(422);
  });

  /** A debug container, as `kubectl debug` adds it. */
  async function debugged(name: string, more: JsonObject = {}): Promise<ApiResponse> {
    const path = `/api/v1/namespaces/${PODS}/pods/${name}`;
    const { body } = await server.request('GET', path);
    const old = body as JsonObject;
    const ephemeralContainers = [{ name: 'debug', image: 'tools', ...more }];
    const spec = { ...(old['spec'] as JsonObject), ephemeralContainers };
    return server.request('PUT', `${path}/ephemeralcontainers?dryRun=All`, { ...old, spec });
  }

  it.skipIf(!available)('judges debug containers by the rules that speak of them, and by no other', async () => {
    const answer = await debugged('sound', { securityContext: { privileged: true } });
    expect([answer.status, textAt(answer.body as JsonValue, 'message')]).toEqual([
      422,
      expect.stringContaining('plimsoll-no-privileged'),
    ]);
    const key = await debugged('sound', { env: [{ name: 'KEY', value: PRIVATE_KEY }] });
    expect([key.status, textAt(key.body as JsonValue, 'message')]).toEqual([422, expect.stringContaining('no-private-key')]);
    // It has no memory limit, and may have none: memory-limit does not speak of debug containers, of an old Pod neither.
    expect((await debugged('sound')).status).toBe(200);
    expect((await debugged('old')).status).toBe(200);
  });

  it.skipIf(!available || version === '1.30')('judges a Pod that is given other limits', async () => {
    const resized = (memory: string, name = 'sound'): Promise<ApiResponse> =>
      server.request(
        'PATCH',
        `/api/v1/namespaces/${PODS}/pods/${name}/resize?dryRun=All`,
        { spec: { containers: [{ name: 'web', resources: { limits: { memory }, requests: { memory } } }] } },
        { contentType: 'application/strategic-merge-patch+json' },
      );
    const [less, more] = [await resized('900Mi'), await resized('2Gi')];
    expect([less.status, textAt(less.body as JsonValue, 'message')]).toEqual([200, undefined]);
    expect([more.status, textAt(more.body as JsonValue, 'message')]).toEqual([
      422,
      expect.stringContaining('container web takes much memory'),
    ]);
    // It fails on another rule, which limits do not matter to.
    expect((await resized('900Mi', 'latest')).status).toBe(200);
  });
});
