import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metadataOf, moved, parityCases } from '#core/enforce/parity/cases.fixture.ts';
import { plan } from '#core/enforce/plan.ts';
import { OPTIONS, outcomeOf } from '#core/enforce/request.fixture.ts';
import { vapObjects } from '#core/enforce/vap/objects.ts';
import { isArray, isObject, own, textAt } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { startApiServer } from '#test/apiserver.ts';
import type { ApiServer, ServerVersion } from '#test/apiserver.ts';
import { requireEnvtest } from '#test/envtest.ts';
import { ServedKinds } from '#test/served-kinds.ts';

/*
 * Updates of objects that are older than a rule, for rules that ship and are of different shapes: what real API servers refuse is what
 * our engine makes of the exported policy, by the same message.
 */

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library = shipped.value;
/** Of containers, ports, volumes, the whole Pod, a number, texts anywhere, and of a kind without Pods. */
const RULES = [
  'memory-limit',
  'no-host-port',
  'no-host-path',
  'pss-host-namespaces',
  'replicas-min-two',
  'no-private-key',
  'service-no-node-port',
];
const GUARDS = ['template-changed', 'no-new-violations'] as const;

/** Each denies in a namespace of its own, and is silent elsewhere. */
const planned = GUARDS.flatMap((onUpdate) =>
  RULES.map((id) => {
    const namespace = `${onUpdate}-${id}`;
    const policy = { name: namespace, title: '', description: '', rules: { [id]: { mode: 'deny' as const } } };
    const steps = [{ mode: 'audit' as const }, { mode: 'deny' as const, namespaces: [namespace] }];
    const only = { ...library, rules: library.rules.filter((rule) => rule.id === id) };
    const made = plan(policy, only, { ...OPTIONS, onUpdate, failurePolicy: 'Fail', steps });
    const [rule] = made.rules;
    if (rule === undefined) throw new Error(`${id} is not planned`);
    return { onUpdate, made, rule };
  }),
);
const old = parityCases(library).filter(
  ({ rule, fails, brief, kind }) => RULES.includes(rule.id) && fails && !brief && kind !== 'Pod',
);

/** The same with one part of it changed, wherever that stands. */
function edited(value: JsonValue, edit: (object: JsonObject) => JsonObject): JsonValue {
  if (isArray(value)) return value.map((one) => edited(one, edit));
  if (!isObject(value)) return value;
  return edit(Object.fromEntries(Object.entries(value).map(([key, one]) => [key, edited(one, edit)])));
}
const doubled =
  (key: string) =>
  (object: JsonObject): JsonObject => {
    const list = own(object, key);
    const [first] = isArray(list) ? list : [];
    return isArray(list) && isObject(first)
      ? {
          ...object,
          [key]: [
            ...list,
            { ...first, name: 'second', ...(key === 'ports' ? { hostPort: 9999, containerPort: 9999, port: 9999 } : {}) },
          ],
        }
      : object;
  };
const CHANGES: Readonly<Record<string, (object: JsonObject) => JsonValue>> = {
  relabelled: (object) => ({ ...object, metadata: { ...metadataOf(object), labels: { team: 'shop' } } }),
  'with another image': (object) =>
    edited(object, (one) => (own(one, 'image') === undefined ? one : { ...one, image: 'registry.example/other:2' })),
  'with another volume': (object) => edited(object, doubled('volumes')),
  'with another container': (object) =>
    edited(object, (one) => edited(doubled('containers')(one), (inner) => inner) as JsonObject),
};

/** Policies of one rule are called the same under each guard. */
function forGuard(object: JsonObject, onUpdate: string): JsonObject {
  const named = (name: string | undefined): string => `${name ?? ''}-${onUpdate}`;
  const spec = object['spec'] as JsonObject;
  const policyName = textAt(spec, 'policyName');
  return {
    ...object,
    metadata: { name: named(textAt(object, 'metadata', 'name')) },
    spec: policyName === undefined ? spec : { ...spec, policyName: named(policyName) },
  };
}

const SERVERS: readonly { readonly version: ServerVersion }[] = [{ version: '1.30' }, { version: '1.36' }];

describe.each(SERVERS)('on a real API server $version', ({ version }) => {
  const { available } = requireEnvtest(['etcd', `kube-apiserver-${version}`]);
  let server: ApiServer;
  const stored: { readonly onUpdate: string; readonly rule: string; readonly path: string; readonly object: JsonObject }[] = [];

  beforeAll(async () => {
    if (!available) return;
    server = await startApiServer({ version });
    const served = new ServedKinds(server);
    const namespaces = GUARDS.flatMap((onUpdate) => RULES.map((id) => `${onUpdate}-${id}`));
    await server.apply(namespaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
    for (const onUpdate of GUARDS)
      for (const [nth, { rule, object }] of old.entries()) {
        const namespace = `${onUpdate}-${rule.id}`;
        const path = await served.collection(object, namespace);
        const { status, body } = await server.request('POST', path ?? '', moved(object, namespace, `old-${nth}`));
        if (status === 201) stored.push({ onUpdate, rule: rule.id, path: `${path}/old-${nth}`, object: body as JsonObject });
      }
    await server.apply(
      planned.flatMap(({ made, onUpdate, rule }) => vapObjects(made, rule, 'test').map((object) => forGuard(object, onUpdate))),
    );
    // Each is active once it refuses the creation of what it refuses.
    for (const { path, object } of stored)
      for (let turn = 0; ; turn += 1) {
        const { resourceVersion: _, uid: __, ...metadata } = metadataOf(object);
        const again = { ...object, metadata: { ...metadata, name: 'new' } };
        const { status } = await server.request('POST', `${path.slice(0, path.lastIndexOf('/'))}?dryRun=All`, again);
        if (status === 422) break;
        if (turn > 100) throw new Error(`never active: ${path}: ${status}`);
        await new Promise((resume) => setTimeout(resume, 200));
      }
  }, 120_000);
  afterAll(async () => server?.stop());

  it.skipIf(!available).each(GUARDS)('%s refuses the updates that it should, and no other', async (onUpdate) => {
    const seen = new Map<string, Set<string>>();
    for (const one of stored.filter((some) => some.onUpdate === onUpdate)) {
      const rule = planned.find((some) => some.onUpdate === onUpdate && some.rule.rule === one.rule)?.rule;
      if (rule === undefined) throw new Error(`${one.rule} is not planned`);
      for (const [name, change] of Object.entries(CHANGES)) {
        const object = change(one.object) as JsonObject;
        const answer = await server.request('PUT', `${one.path}?dryRun=All`, object);
        const said = textAt(answer.body as JsonValue, 'message') ?? '';
        // What the server lets nobody write.
        if (answer.status === 422 && !said.includes('ValidatingAdmissionPolicy')) continue;
        const { result, message = '' } = outcomeOf(rule, { object, oldObject: one.object });
        const where = `${one.rule}, ${name}: ${textAt(object, 'kind') ?? ''}`;
        const told = answer.status === 422 ? said.split(' denied request: ')[1] : '';
        expect([where, answer.status, told]).toEqual([where, result === 'fails' ? 422 : 200, result === 'fails' ? message : '']);
        seen.set(name, (seen.get(name) ?? new Set()).add(`${one.rule} ${result === 'fails' ? 'fails' : 'passes'}`));
      }
    }
    expect([...(seen.get('relabelled') ?? [])].toSorted()).toEqual(RULES.map((id) => `${id} passes`).toSorted());
    expect(seen.get('with another container')).toContain('memory-limit fails');
    const image = seen.get('with another image');
    expect(image).toContain(onUpdate === 'no-new-violations' ? 'memory-limit passes' : 'memory-limit fails');
    expect([...seen.keys()].toSorted()).toEqual(Object.keys(CHANGES).toSorted());
  });
});
