import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OnUpdate } from '#core/enforce/update-guards.ts';
import { plan } from '#core/enforce/plan.ts';
import { OPTIONS } from '#core/enforce/request.fixture.ts';
import { vapObjects } from '#core/enforce/vap/objects.ts';
import { textAt } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import { findPolicy } from '#core/policy/policies.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { startApiServer } from '#test/apiserver.ts';
import type { ApiServer, ApiServerOptions } from '#test/apiserver.ts';
import { requireEnvtest } from '#test/envtest.ts';

/* Every policy and binding of every rule is taken by real servers, whichever of its forms is asked for. */

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library = shipped.value;
const all = findPolicy(library, 'all');
if (!all.ok) throw new Error('no policy all');

const SERVERS: readonly (readonly [string, ApiServerOptions])[] = [
  ['1.30', { version: '1.30' }],
  ['1.33, emulated', { emulated: '1.33' }],
  ['1.34, emulated', { emulated: '1.34' }],
  ['1.35, emulated', { emulated: '1.35' }],
  ['1.36', {}],
];

const exported = (onUpdate: OnUpdate): readonly JsonObject[] => {
  const options = {
    ...OPTIONS,
    onUpdate,
    excludedNamespaces: ['kube-system', 'team-*'],
    steps: [{ mode: 'warn' as const }, { mode: 'deny' as const, namespaces: ['shop'] }],
  };
  const made = plan({ ...all.value, exportAnnotationWaivers: true }, library, options);
  expect(made.skipped).toEqual([]);
  return made.rules.flatMap((rule) => vapObjects(made, rule, 'test'));
};

const COLLECTIONS: Readonly<Record<string, string>> = {
  ValidatingAdmissionPolicy: 'validatingadmissionpolicies',
  ValidatingAdmissionPolicyBinding: 'validatingadmissionpolicybindings',
};

describe.skipIf(!requireEnvtest(['etcd', 'kube-apiserver']).available).each(SERVERS)('Kubernetes %s', (_, options) => {
  let server: ApiServer;
  beforeAll(async () => {
    server = await startApiServer(options);
  }, 120_000);
  afterAll(async () => server?.stop());

  /** What the server has against an object; undefined where it takes it. */
  async function refused(object: JsonObject): Promise<string | undefined> {
    const collection = COLLECTIONS[textAt(object, 'kind') ?? ''] ?? '';
    const path = `/apis/${textAt(object, 'apiVersion')}/${collection}?dryRun=All&fieldValidation=Strict`;
    const { status, body } = await server.request('POST', path, object);
    return status === 201
      ? undefined
      : `${textAt(object, 'metadata', 'name')}: ${status} ${textAt(body as JsonValue, 'message')}`;
  }

  // The expressions of the other guards are among those of these.
  const guards: readonly OnUpdate[] = ['template-changed', 'no-new-violations'];
  it.each(guards)('takes all policies and bindings, and none that is wrong: %s', { timeout: 120_000 }, async (onUpdate) => {
    const objects = exported(onUpdate);
    const answers = await Promise.all(objects.map(refused));
    expect(answers.filter((answer) => answer !== undefined)).toEqual([]);
    const [policy = {}] = objects;
    const validations = [{ expression: 'object.spec.' }];
    expect(await refused({ ...policy, spec: { ...(policy['spec'] as JsonObject), validations } })).toMatch(/compilation failed/);
  });
});
