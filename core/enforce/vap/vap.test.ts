import { describe, expect, it } from 'vitest';
import type { EnforcementPlan } from '#core/enforce/model.ts';
import { plan } from '#core/enforce/plan.ts';
import { OPTIONS } from '#core/enforce/request.fixture.ts';
import { vapFiles } from '#core/enforce/vap/index.ts';
import { vapObjects } from '#core/enforce/vap/objects.ts';
import { at, textAt } from '#core/json.ts';
import type { JsonObject } from '#core/json.ts';
import { findPolicy } from '#core/policy/policies.ts';
import type { Library } from '#core/rules/model.ts';
import type { Waiver } from '#core/workspace/model.ts';
import { loadShippedLibrary } from '#main/library.ts';
import { exportText } from '#main/enforce/yaml.ts';

const shipped = loadShippedLibrary();
if (!shipped.ok) throw new Error('the library does not load: npm run rules:check says why');
const library: Library = shipped.value;
const all = findPolicy(library, 'all');
if (!all.ok) throw new Error('no policy all');
const policy = all.value;

const waiver: Waiver = {
  id: 'w1',
  rule: 'memory-limit',
  container: 'web',
  reason: 'it is measured first',
  expires: '2027-01-31',
};
const planned = (options: Partial<typeof OPTIONS> = {}): EnforcementPlan =>
  plan(policy, library, { ...OPTIONS, excludedNamespaces: ['kube-system', 'team-*'], waivers: [waiver], ...options });
const objectsOf = (made: EnforcementPlan, rule?: string): readonly JsonObject[] =>
  made.rules.filter((one) => rule === undefined || one.rule === rule).flatMap((one) => vapObjects(made, one, 'bundle'));
const nameOf = (object: JsonObject): string => textAt(object, 'metadata', 'name') ?? '';
const MIXED = { steps: [{ mode: 'warn' as const }, { mode: 'deny' as const, namespaces: ['payments'] }] };

describe('ValidatingAdmissionPolicies', () => {
  it('are one for each rule, with a binding for each action', () => {
    const kinds = (made: EnforcementPlan) => objectsOf(made, 'memory-limit').map(({ kind }) => kind);
    expect(kinds(planned())).toEqual(['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding']);
    expect(kinds(planned(MIXED))).toHaveLength(3);
  });

  it('have names that are valid, unique and the same every time', () => {
    const names = objectsOf(planned(MIXED)).map((object) => `${textAt(object, 'kind')} ${nameOf(object)}`);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^\w+ plimsoll-[a-z0-9-]{3,54}$/);
    expect(objectsOf(planned(MIXED))).toEqual(objectsOf(planned(MIXED)));
  });

  it('say for which namespaces an action is, and that cluster-scoped objects are in none', () => {
    const [, general, denying] = objectsOf(planned(MIXED), 'no-private-key');
    const selector = (object: JsonObject = {}) => at(object, 'spec', 'matchResources', 'namespaceSelector', 'matchExpressions');
    const key = 'kubernetes.io/metadata.name';
    expect(selector(general)).toEqual([{ key, operator: 'NotIn', values: ['kube-system', 'payments'] }]);
    expect(selector(denying)).toEqual([
      { key, operator: 'In', values: ['payments'] },
      { key, operator: 'NotIn', values: ['kube-system'] },
    ]);
    expect(at(denying ?? {}, 'spec', 'matchResources', 'resourceRules')).toMatchObject([
      { scope: 'Namespaced', resources: ['*'] },
      { scope: 'Namespaced', resources: ['pods/ephemeralcontainers'] },
    ]);
    expect(at(general ?? {}, 'spec', 'matchResources', 'resourceRules')).toBeUndefined();
  });

  it.each([
    ['audit', ['Audit']],
    ['warn', ['Warn', 'Audit']],
    ['deny', ['Deny']],
  ] as const)('%s as %j', (mode, actions) => {
    const [, binding] = objectsOf(planned({ steps: [{ mode }] }), 'memory-limit');
    expect(at(binding ?? {}, 'spec', 'validationActions')).toEqual(actions);
  });

  it('are v1beta1 for servers that have no v1 yet', () => {
    const versions = new Set(objectsOf(planned({ minor: 29 })).map(({ apiVersion }) => apiVersion));
    expect(versions).toEqual(new Set(['admissionregistration.k8s.io/v1beta1']));
  });

  it('tell who is waived, why, and from when on they are out of date', () => {
    const [made] = objectsOf(planned(), 'memory-limit');
    expect(at(made ?? {}, 'metadata', 'annotations')).toMatchObject({
      'plimsoll.dev/waivers': 'w1 (until 2027-01-31): it is measured first',
      'plimsoll.dev/waiver-expires': '2027-01-31',
    });
  });

  it('have another digest where anything that they enforce is different', () => {
    const digest = (made: EnforcementPlan) =>
      at(objectsOf(made, 'memory-limit')[0] ?? {}, 'metadata', 'annotations', 'plimsoll.dev/digest');
    expect(digest(planned())).toBe(digest(planned(MIXED)));
    expect(digest(planned({ waivers: [] }))).not.toBe(digest(planned()));
  });
});

describe('the files of an export', () => {
  const made = plan(
    { ...policy, name: 'shop' },
    { ...library, rules: library.rules.filter(({ id }) => ['no-host-port', 'no-private-key', 'replicas-min-two'].includes(id)) },
    {
      ...OPTIONS,
      ...MIXED,
      excludedNamespaces: ['kube-system'],
      waivers: [
        { ...waiver, rule: 'no-host-port' },
        { ...waiver, id: 'w2', rule: 'no-private-key', path: 'metadata.annotations.note' },
      ],
    },
  );
  const files = vapFiles(made, 'b'.repeat(64));

  it('are as they were', async () => {
    const text = files.map((file) => `# ==== ${file.name}\n${exportText(file, '0.0.0')}`).join('\n');
    await expect(text).toMatchFileSnapshot('golden/vap.yaml');
  });

  it('take back everything, bindings first', () => {
    const [policies, , rollback] = files.map(({ documents }) =>
      documents.map((object) => `${textAt(object, 'kind')} ${nameOf(object)}`),
    );
    expect(rollback?.toSorted()).toEqual(policies?.toSorted());
    expect(rollback?.findIndex((name) => name.startsWith('ValidatingAdmissionPolicy '))).toBe(6);
  });
});
