import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OnUpdate } from '#core/enforce/update-guards.ts';
import { plan } from '#core/enforce/plan.ts';
import { OPTIONS } from '#core/enforce/request.fixture.ts';
import { vapObjects } from '#core/enforce/vap/objects.ts';
import { at, isArray, isObject, textAt } from '#core/json.ts';
import type { JsonObject, JsonValue } from '#core/json.ts';
import { findPolicy } from '#core/policy/policies.ts';
import type { Library, Matcher, Rule } from '#core/rules/model.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { startApiServer } from '#test/apiserver.ts';
import type { ApiServer } from '#test/apiserver.ts';
import { requireEnvtest } from '#test/envtest.ts';

/*
 * A real controller manager checks every validation against the schemas of the kinds that its policy matches, and writes what it finds
 * wrong into the policy's status. It passes over `*`, so that those policies are there once more, and it stops after ten kinds, which is
 * more than a server without custom resources serves of any rule.
 */

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library: Library = shipped.value;

/** A rule that reads what the schemas do not have, as a custom rule for several versions of a kind may. */
const reads = (id: string, match: string, require: string, forEach?: string): Rule => ({
  ...(library.rules.find((rule) => rule.id === 'service-no-node-port') as Rule),
  id,
  match,
  require,
  ...(forEach === undefined ? {} : { forEach }),
});
const ROLES: Matcher = {
  name: 'roles',
  kinds: [{ group: 'rbac.authorization.k8s.io', versions: ['v1'], kind: 'Role', resource: 'roles' }],
};
const CUSTOM: readonly Rule[] = [
  reads('field-of-another-kind', 'services', "!has(object.spec.replicas) || 'spec' in object && object.spec.replicas > 1"),
  reads('key-in-element', 'roles', "!('verbs' in it) || !('*' in it.verbs) || it.nothing == 1", 'rbacRules'),
  reads('field-of-one-kind', 'longRunning', "!('replicas' in object.spec) || object.spec.replicas > 1"),
];

/** Some of what `*` stands for. */
const KINDS: readonly JsonObject[] = [
  { apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] },
  { apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] },
  { apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'] },
  { apiGroups: ['batch'], apiVersions: ['v1'], resources: ['cronjobs'] },
  { apiGroups: ['networking.k8s.io'], apiVersions: ['v1'], resources: ['ingresses'] },
  { apiGroups: ['rbac.authorization.k8s.io'], apiVersions: ['v1'], resources: ['clusterroles'] },
];

function exportedPolicies(onUpdate: OnUpdate): readonly JsonObject[] {
  const all = findPolicy(library, 'all');
  if (!all.ok) throw new Error('no policy all');
  const rules = { ...all.value.rules, ...Object.fromEntries(CUSTOM.map(({ id }) => [id, { mode: 'deny' as const }])) };
  const matchers = { ...library.matchers, matchers: { ...library.matchers.matchers, roles: ROLES } };
  const made = plan(
    { ...all.value, rules },
    { ...library, matchers, rules: [...library.rules, ...CUSTOM] },
    { ...OPTIONS, onUpdate },
  );
  expect(made.skipped).toEqual([]);
  const policies = made.rules.flatMap((rule) => vapObjects(made, rule, 'test').slice(0, 1));
  return policies.map((policy) => ({ ...policy, metadata: { name: `${textAt(policy, 'metadata', 'name')}-${onUpdate}` } }));
}

/** The policies for all kinds once more, for some. */
function forSome(policy: JsonObject): readonly JsonObject[] {
  const spec = at(policy, 'spec');
  const rules = at(policy, 'spec', 'matchConstraints', 'resourceRules');
  const resources = isArray(rules) ? at(rules[0] ?? {}, 'resources') : undefined;
  if (!isObject(spec) || !isArray(resources) || !resources.includes('*')) return [];
  const resourceRules = KINDS.map((kinds) => ({ operations: ['CREATE', 'UPDATE'], ...kinds }));
  const metadata = { name: `${textAt(policy, 'metadata', 'name')}-some` };
  return [{ ...policy, metadata, spec: { ...spec, matchConstraints: { resourceRules } } }];
}

/** What must be warned of, or nothing was checked. */
const CONTROL: JsonObject = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name: 'control' },
  spec: {
    matchConstraints: {
      resourceRules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] }],
    },
    validations: [{ expression: 'has(object.spec.nothing)' }],
  },
};

const PATH = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies';

describe.skipIf(!requireEnvtest(['etcd', 'kube-apiserver', 'kube-controller-manager']).available)(
  'the type checker of Kubernetes 1.36',
  () => {
    let server: ApiServer;
    beforeAll(async () => {
      server = await startApiServer({ controllers: true });
    }, 120_000);
    afterAll(async () => server?.stop());

    /** The policies once the controller has been at all of them. */
    async function checked(): Promise<readonly JsonValue[]> {
      for (let turn = 0; turn < 400; turn += 1) {
        const { body } = await server.request('GET', PATH);
        const items = isObject(body as JsonValue) ? at(body as JsonObject, 'items') : undefined;
        const open = (isArray(items) ? items : []).filter(
          (policy) => at(policy, 'status', 'observedGeneration') !== at(policy, 'metadata', 'generation'),
        );
        if (isArray(items) && items.length > 0 && open.length === 0) return items;
        await new Promise((resume) => setTimeout(resume, 500));
      }
      throw new Error('the controller manager never came to all policies');
    }

    it('warns of no exported policy', { timeout: 300_000 }, async () => {
      const exported = [...exportedPolicies('template-changed'), ...exportedPolicies('no-new-violations')];
      const sent = [...exported, ...exported.flatMap(forSome), CONTROL];
      await server.apply(sent);
      const policies = await checked();
      expect(policies).toHaveLength(sent.length);
      const warned = policies.flatMap((policy) => {
        const warnings = at(policy, 'status', 'typeChecking', 'expressionWarnings');
        return isArray(warnings) ? warnings.map((one) => `${textAt(policy, 'metadata', 'name')}: ${textAt(one, 'warning')}`) : [];
      });
      expect(warned.map((text) => text.split('\n')[0])).toEqual([
        "control: apps/v1, Kind=Deployment: ERROR: <input>:1:4: undefined field 'nothing'",
      ]);
    });
  },
);
